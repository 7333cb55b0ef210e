"""What this package raises: only trouble with the outside world; bad mail is a defect, never an exception."""

from __future__ import annotations


class IntakeError(Exception):
    """Something outside the message failed: a folder that is not there, a disk that refuses, a blob that is gone."""


class ArchiveError(IntakeError):
    """The archive of raw messages could not keep or give back what was asked of it."""


class SourceError(IntakeError):
    """A place where messages should come from cannot be read at all."""


class Unreachable(SourceError):
    """The server cannot be reached or the line to it broke: try again soon."""


class Throttled(SourceError):
    """The server asks for patience: try again later, with fewer questions."""


class Refused(SourceError):
    """The server does not take our name and secret: a person has to look."""


class Untrusted(SourceError):
    """The server's certificate does not hold: nothing was said to it, and a person has to look."""


class FolderMissing(SourceError):
    """The mailbox has no folder of that name any more: a person has to look."""


class Vanished(SourceError):
    """Somebody deleted or moved a message away while it was being read; the others can be read."""
