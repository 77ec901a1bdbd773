"""Rule book × roster × day → decisions: in columns for everybody, with a trace for one person."""
