"""The requirement rules, as data: one file a line of business, read and checked by ``pipeline.rulebook``."""
