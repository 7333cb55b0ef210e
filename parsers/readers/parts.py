"""Open a zip container's parts under limits: counted, not overlapping, and never inflated further than allowed."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from parsers.limits import Limits

_LOCAL_HEADER = 30


class PartsRefusedError(Exception):
    """The container is not opened; ``reason`` is from the closed list."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Parts:
    """The parts of one container. ``limits.part`` bounds each part, and eight times that all of them together."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise PartsRefusedError("damaged", "the container") from error
        self._entries = {entry.filename.lstrip("/"): entry for entry in self._zip.infolist()}
        self._most = limits.part
        self._left = 8 * limits.part
        self._check(limits)

    def _check(self, limits: Limits) -> None:
        entries = self._zip.infolist()
        if len(entries) > limits.parts:
            raise PartsRefusedError("unsafe", f"{len(entries)} parts")
        if any(entry.flag_bits & 1 for entry in entries):
            raise PartsRefusedError("locked", "encrypted parts")
        end = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < end:
                raise PartsRefusedError("unsafe", "parts lie over each other")
            end = entry.header_offset + _LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size

    def names(self) -> tuple[str, ...]:
        """List the parts in the order of the container."""
        return tuple(self._entries)

    @property
    def size(self) -> int:
        """Return how large all parts together say they are."""
        return sum(entry.file_size for entry in self._entries.values())

    def fits(self, name: str) -> bool:
        """Return whether a part is there and says that it is no larger than a part may be."""
        entry = self._entries.get(name)
        return entry is not None and entry.file_size <= min(self._most, self._left)

    def content(self, name: str) -> bytes:
        """Return the bytes of one part, none where it is absent."""
        entry = self._entries.get(name)
        return b"" if entry is None else self._inflated(entry)

    def tree(self, name: str) -> etree._Element | None:
        """Parse one part as XML, or return None where it is absent. A document type definition is refused."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
        try:
            tree = etree.fromstring(self._inflated(entry), parser)
        except etree.XMLSyntaxError as error:
            raise PartsRefusedError("damaged", "the XML") from error
        if tree.getroottree().docinfo.internalDTD is not None:
            raise PartsRefusedError("unsafe", "a document type definition")
        return tree

    def _inflated(self, entry: zipfile.ZipInfo) -> bytes:
        most = min(self._most, self._left)
        try:
            with self._zip.open(entry) as part:
                content = part.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise PartsRefusedError("damaged", "a part") from error
        if len(content) > most:
            raise PartsRefusedError("unsafe", "a part inflates beyond every real document")
        self._left -= len(content)
        return content
