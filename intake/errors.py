"""What this package raises: only trouble with the outside world; bad mail is a defect, never an exception."""

from __future__ import annotations


class IntakeError(Exception):
    """Something outside the message failed: a folder that is not there, a disk that refuses, a blob that is gone."""


class ArchiveError(IntakeError):
    """The archive of raw messages could not keep or give back what was asked of it."""


class SourceError(IntakeError):
    """A place where messages should come from cannot be read at all."""
