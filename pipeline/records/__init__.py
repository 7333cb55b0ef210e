"""Everything we keep: the tables, the transactions, and every query as a named function."""
