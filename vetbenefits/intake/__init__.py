"""Roster and bill files in; clean tables, rows set aside and problems out."""
