"""The nouns of the program: facts, rates, terms and rules. No files, no tables, no YAML."""
