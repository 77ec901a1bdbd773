"""How reports and problems look: on a terminal, in files."""
