"""Rule files in, a checked rule book and every problem found out."""
