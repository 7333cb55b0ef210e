"""Answers under the numbers of a checklist: ``1) yes 2) 2019 3) will send``. A promise is no answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINE = re.compile(
    r"^\s*(?:[>*•-]\s*)?(?:item\s*|q(?:uestion)?\s*|no\.?\s*)?#?\(?(?P<n>\d{1,2})\s*(?:[).:]|\s[-–]\s)\s*(?P<text>.*)$",
    re.I,
)
_INLINE = re.compile(r"(?:(?<=\s)|^)\(?(\d{1,2})\)\s*")
_ITEM_LINES = 5
"""Lines an item of a list may take."""
_LABEL = re.compile(r"^[^:\n]{2,60}:\s+")
_PROMISE = re.compile(
    r"^\W*(?:(?:i|we|they|insured|client|agent|he|she)(?:['’]ll|\s+will|\s+(?:is|are)\s+(?:working|getting|sending))?\s*)?"
    r"(?:will\s+(?:send|provide|forward|follow|get|have|advise|email|be\s+sent|come|supply|check)|'ll\s+send|to\s+follow|to\s+come"
    r"|coming|send(?:ing)?\b|on\s+(?:its|the)\s+way|working\s+on|waiting\s+(?:on|for)|requested|ordered|pending|asap|tbd|tba"
    r"|checking|have\s+asked|asked\s+(?:the\s+)?insured|later|tomorrow|(?:by|on)\s+(?:mon|tues|wednes|thurs|fri)day"
    r"|next\s+week|getting\s+(?:it|them|this)|in\s+process)\b",
    re.IGNORECASE,
)


def numbered_answers(text: str) -> dict[int, str]:
    """Return number → answer. A number under which something is only promised maps to the empty text.

    Read are lines that begin with a number, with the lines that continue them, and several numbers in one line.
    """
    return {number: "" if _is_promise(answer) else answer for number, answer in _numbered(text).items()}


def promises(text: str) -> dict[int, str]:
    """Return number → words of a promise ("will send Friday") that stand in the place of an answer."""
    return {number: answer for number, answer in _numbered(text).items() if _is_promise(answer)}


def inline_answers(pieces: Sequence[tuple[bool, str]]) -> dict[int, str]:
    """Return number → answer for words written between the lines of a quoted list, each right under its item.

    ``pieces`` are the text in order: whether it is new, and the words. What stands below the whole quote is an answer
    to its last item only where others were answered in between; else somebody just wrote below what was quoted.
    """
    found: dict[int, str] = {}
    last_new = max((at for at, (is_new, text) in enumerate(pieces) if is_new and text.strip()), default=0)
    for at in range(1, len(pieces)):
        (was_new, above), (is_new, text) = pieces[at - 1], pieces[at]
        answer = " ".join(text.strip().split("\n\n")[0].split())
        number = _last_item(above) if is_new and not was_new and answer and not _LINE.match(answer) else None
        is_between = at < last_new or any(not new and words.strip() for new, words in pieces[at + 1 :]) or found
        if number and is_between:
            found.setdefault(number, "" if _is_promise(answer) else answer)
    return found


def _last_item(quoted: str) -> int | None:
    """Return the number of the item that a quoted piece ends with; an item may run over a few lines."""
    lines = [line.lstrip("> \t") for line in quoted.rstrip("> \t\n").split("\n")]
    for line in reversed(lines[-_ITEM_LINES:]):
        if not line.strip():
            return None
        if match := _LINE.match(line):
            return int(match["n"]) or None
    return None


def _is_promise(answer: str) -> bool:
    return bool(_PROMISE.match(_LABEL.sub("", answer)) or _PROMISE.match(answer))


def _numbered(text: str) -> dict[int, str]:
    found: dict[int, str] = {}
    current: int | None = None
    for line in text.splitlines():
        several = _several(line)
        if several:
            found.update({number: answer for number, answer in several.items() if number not in found})
            current = None
        elif match := _LINE.match(line):
            current = int(match["n"])
            found.setdefault(current, match["text"].strip())
        elif not line.strip():
            current = None
        elif current is not None:
            found[current] = f"{found[current]} {line.strip()}".strip()
    return {number: answer for number, answer in found.items() if answer and number > 0}


def _several(line: str) -> dict[int, str]:
    """Return the answers of a line with two or more ascending numbers in brackets, else nothing."""
    if line.count(")") < 2:
        return {}
    places = list(_INLINE.finditer(line))
    numbers = [int(place[1]) for place in places]
    if len(numbers) < 2 or numbers != sorted(set(numbers)):
        return {}
    ends = [place.start() for place in places[1:]] + [len(line)]
    return {
        number: line[place.end() : end].strip(" ,;") for number, place, end in zip(numbers, places, ends, strict=True)
    }
