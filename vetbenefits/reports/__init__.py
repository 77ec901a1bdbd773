"""Decisions into reports: one question a file. Nothing is decided, printed or written here."""
