"""Turn bytes into what is in the file: words, widgets, tables, typed values, each with the place it stood."""
