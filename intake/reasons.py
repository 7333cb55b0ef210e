"""The closed list of what can be wrong with a message or an attachment, each with the sentence people read."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

#: Noted while reading a message; none of them stops the reading.
DEFECTS: Final = MappingProxyType(
    {
        "address_malformed": "An address in this header could not be understood and was left out.",
        "base64_broken": "The base64 of this part was damaged; what could be decoded was kept.",
        "body_cut": "The text of the message is longer than the limit; the rest stands only in the raw message.",
        "body_undecodable": "Some bytes of this text fit no character set and were replaced.",
        "boundary_missing": "A multipart part names no boundary; one was taken from its first line.",
        "boundary_not_found": "The boundary named in the header stands nowhere; the part was read as one text.",
        "boundary_unclosed": "The final boundary is missing; the last part was read to the end.",
        "charset_lies": "The text is not in the character set its header names; another one fitted.",
        "charset_unknown": "The header names a character set nobody knows; another one was used.",
        "date_malformed": "A date in this header could not be understood.",
        "decoded_budget": "This part was not decoded: the message holds more bytes than one message may.",
        "empty_message": "The message has no bytes at all.",
        "epilogue": "Text behind the last boundary was not read.",
        "header_8bit": "A header holds bytes that are neither ASCII nor UTF-8; they were read as Windows-1252.",
        "header_budget": "The headers are longer than one message may have; the rest was left unread.",
        "header_controls": "Control characters were taken out of a header.",
        "header_malformed": "A line among the headers is no header; it was joined to the one before it or ended them.",
        "header_repeated": "A header that may stand once stands more than once; the first one counts.",
        "header_word_broken": "An encoded word in a header could not be decoded and stands as it came.",
        "html_flattened": "The page was too large or too deeply nested to lay out; its text was kept without layout.",
        "line_endings": "The message uses bare carriage returns as line ends; they were read as line feeds.",
        "message_too_large": "The message is larger than one message may be; only its first part was read.",
        "name_changed": "The file name held path parts, control characters or was too long; a safe one is shown.",
        "nul_bytes": "NUL bytes were taken out of a text.",
        "parameter_malformed": "A parameter of this header could not be understood.",
        "sender_missing": "No sender can be read from the message.",
        "too_deep": "Parts are nested deeper than one message may nest; the innermost were kept unopened.",
        "too_many_parts": "The message has more parts than one message may have; the rest was left unread.",
        "too_many_recipients": "The message names more recipients than one message may; the rest was left out.",
        "transfer_encoding_unknown": "The transfer encoding is unknown; the bytes were kept as they came.",
        "uuencode_broken": "The uuencoded part was damaged; what could be decoded was kept.",
    }
)

#: Why an attachment, or a file inside one, became neither a file nor an artefact.
REFUSALS: Final = MappingProxyType(
    {
        "archive_damaged": "The archive is damaged and could not be opened.",
        "archive_kind": "Archives of this kind are not opened on this machine: libarchive is not installed.",
        "archive_overlap": "Files inside the archive lie on top of each other, as in an archive made to do harm.",
        "compression_unknown": "The file inside the archive is packed in a way that is not read.",
        "decoded_budget": "The message holds more bytes than one message may; this part was not decoded.",
        "empty": "The file has no bytes.",
        "encrypted": "The content is encrypted for somebody's key and cannot be read.",
        "entry_damaged": "The file inside the archive is damaged.",
        "executable": "The file is a program or a disk image.",
        "locked": "The file is locked with a password.",
        "opaque_signed": "The content is wrapped inside its own signature (S/MIME) and is not opened.",
        "outlook_damaged": "The saved Outlook mail is damaged and could not be opened.",
        "outlook_item": "The file is an Outlook item; it is kept but not opened.",
        "parser_crashed": "Opening the file ended the process that tried it.",
        "out_of_memory": "Opening the file took more memory than one file is given.",
        "symlink": "The archive entry is a link to another file.",
        "timeout": "Opening the file took longer than one file is given.",
        "tnef_damaged": "The winmail.dat is damaged; the files in it could not be taken out.",
        "too_deep": "The file is nested deeper than messages and archives are opened.",
        "too_large": "The file is larger than one file may be.",
        "too_many_files": "The message holds more files than one message may.",
        "too_many_parts": "The message has more parts than one message may; the rest was left unread.",
        "total_too_large": "The files inside the archives are larger together than one message may hold.",
        "unpack_ratio": "The file grows far more on unpacking than honest files do.",
    }
)

#: Every reason of this package with its meaning.
REASONS: Final = MappingProxyType({**DEFECTS, **REFUSALS})

#: Defects which mean that part of the message was not read at all: a person has to look.
UNREAD: Final = frozenset({"decoded_budget", "header_budget", "message_too_large", "too_many_parts"})
