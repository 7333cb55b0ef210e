"""The order of things, and what we keep."""
