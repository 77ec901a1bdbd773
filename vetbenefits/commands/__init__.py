"""The command line: options in, pipeline, report, output. The only room that knows what day it is."""
