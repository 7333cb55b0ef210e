"""The columns beside the product: each step of a mail on the floor, and the popular stack with care and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from classifiers import intents
from fixtures.made import PDF
from tests.bench import floor as cheapest
from tests.bench import popular, storage
from tests.bench.cpu import cost
from tests.bench.mails import Measured

STEPS = ("mime", "pdf", "other files", "intent", "database", "composing")
Steps = Mapping[str, float]


def floor(mail: Measured, folder: Path, *, runs: int) -> Steps:
    """Return the processor seconds of each step with the cheapest correct engine."""
    numbers, path = count(1), storage.empty_database(folder / "floor.db")
    return _steps(
        mail,
        runs,
        split=cheapest.split_mail,
        read=cheapest.read_file,
        store=lambda: cheapest.insert_rows(path, next(numbers), storage.FACTS),
        write=lambda: cheapest.write_mail(storage.ASKS),
    )


def careful(mail: Measured, folder: Path, *, runs: int) -> Steps:
    """Return the same for the popular stack used well."""
    numbers, store = count(1), popular.Store(storage.empty_database(folder / "careful.db"))
    return _steps(
        mail,
        runs,
        split=popular.split_mail,
        read=lambda kind, content: popular.read_file(kind, content, careful=True),
        store=lambda: store.bulk(next(numbers), storage.FACTS),
        write=lambda: popular.write_mail(storage.ASKS),
    )


def naive(mail: Measured, folder: Path, *, runs: int) -> Steps:
    """Return the same for the popular stack without care."""
    numbers, store = count(1), popular.Store(storage.empty_database(folder / "naive.db"))
    return _steps(
        mail,
        runs,
        split=popular.split_mail,
        read=lambda kind, content: popular.read_file(kind, content, careful=False),
        store=lambda: store.one_by_one(next(numbers), storage.FACTS),
        write=lambda: popular.write_mail(storage.ASKS),
    )


def _steps(
    mail: Measured,
    runs: int,
    *,
    split: Callable[[bytes], Any],
    read: Callable[[str, bytes], Any],
    store: Callable[[], Any],
    write: Callable[[], Any],
) -> Steps:
    return {
        "mime": cost(lambda: split(mail.raw), runs=runs),
        "pdf": sum(_reading(mail, read, runs, is_pdf=True)),
        "other files": sum(_reading(mail, read, runs, is_pdf=False)),
        "intent": cost(lambda: _intent(mail), runs=runs),
        "database": cost(store, runs=runs),
        "composing": cost(write, runs=runs),
    }


def _reading(mail: Measured, read: Callable[[str, bytes], Any], runs: int, *, is_pdf: bool) -> Iterator[float]:
    for made in mail.files:
        if (made.media_type == PDF) == is_pdf:
            yield cost(lambda made=made: read(made.media_type, made.content), runs=runs)


def _intent(mail: Measured) -> Any:
    """Run the one categoriser over the words of the mail; the same in every column."""
    return intents.judge(
        subject="New submission",
        new_text=mail.words,
        attachment_kinds=[],
        has_our_reference=False,
        is_reply=False,
        is_forward=False,
    )
