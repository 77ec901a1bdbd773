"""The command line: options, pipeline, report, output. The only room that knows what day it is."""
