"""The ``intake`` command: every capability works here before it has a page."""
