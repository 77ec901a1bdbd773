"""Worked cases of rules: read beside the rule, decided by both evaluators, compared."""
