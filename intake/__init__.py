"""Get a message in, whole and once."""
