"""Rule book × roster × day → decisions: once in columns for everybody, once for one person with a trace."""
