"""Measure how well documents are read: against generated ones whose truth is known, and against your own."""
