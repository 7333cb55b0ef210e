"""What many compared files come to, rung by rung: shares with intervals, never averages over forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from parsers.extract.sureness import ACCEPT
from pipeline.doubts import SURE
from pipeline.measuring.comparing import BoxResult, CaseResult, DocumentResult
from pipeline.measuring.intervals import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One rung. Every share keeps its n.

    ``recall`` is of the boxes that show a value, ``wrong`` of the values reported, an invented one included. ``ticks``
    is of all boxes that are ticked, were said to be, or were asked about; ``yes_no`` the same for questions.
    ``accepted`` is of the values reported, ``accepted_right`` of those. ``doubtful`` is of the boxes reported at all.
    ``documents`` is of the documents: kind, form and pages all exact. ``called_new`` is of those of an unknown layout,
    ``falsely_new`` of the others. ``boundaries`` is the F1 of first pages, None where no file held two documents.
    ``conflicts`` is of the boxes whose widget says one thing and whose page shows another: those that were flagged.
    """

    rung: str
    files: int
    pages: int
    recall: Share
    wrong: Share
    invented: int
    unnamed: int
    ticks: Share
    yes_no: Share
    accepted: Share
    accepted_right: Share
    doubtful: Share
    documents: Share
    kinds: Share
    editions: Share
    called_new: Share
    falsely_new: Share
    boundaries: float | None
    conflicts: Share
    seconds_per_page: float


def figures(rung: str, results: Iterable[CaseResult]) -> Figures:
    """Return what the files of one rung come to."""
    files = tuple(results)
    boxes = tuple(box for file in files for box in file.boxes)
    documents = tuple(document for file in files for document in file.documents)
    reported = tuple(box for box in boxes if box.reported)
    taken = tuple(box for box in reported if box.confidence >= ACCEPT)
    pages = sum(file.pages for file in files)
    return Figures(
        rung=rung,
        files=len(files),
        pages=pages,
        recall=_share([box for box in boxes if box.truth is not None], _right),
        wrong=_share(reported, lambda box: not _right(box)),
        invented=sum(box.verdict == "invented" for box in boxes),
        unnamed=sum(box.verdict == "unnamed" for box in boxes),
        ticks=_share(_of(boxes, "tick"), _right),
        yes_no=_share(_of(boxes, "yes_no"), _right),
        accepted=Share(hits=len(taken), n=len(reported)),
        accepted_right=_share(taken, _right),
        doubtful=_share([box for box in boxes if box.verdict != "missed"], _is_doubtful),
        **_told(documents),
        boundaries=_boundaries(files),
        conflicts=_share([box for box in boxes if box.conflict], lambda box: box.verdict == "asked"),
        seconds_per_page=sum(file.seconds for file in files) / pages if pages else 0.0,
    )


def _told(documents: Sequence[DocumentResult]) -> dict[str, Share]:
    known = [document for document in documents if document.known]
    new = [document for document in documents if not document.known]
    return {
        "documents": Share(hits=sum(one.kind and one.pages for one in documents), n=len(documents)),
        "kinds": Share(hits=sum(one.kind for one in documents), n=len(documents)),
        "editions": Share(hits=sum(one.edition for one in known), n=len(known)),
        "called_new": Share(hits=sum(one.called_new for one in new), n=len(new)),
        "falsely_new": Share(hits=sum(one.called_new for one in known), n=len(known)),
    }


def _share(boxes: Sequence[BoxResult], holds: Callable[[BoxResult], bool]) -> Share:
    return Share(hits=sum(map(holds, boxes)), n=len(boxes))


def _of(boxes: Iterable[BoxResult], family: str) -> list[BoxResult]:
    return [box for box in boxes if box.family == family]


def _right(box: BoxResult) -> bool:
    return box.verdict == "right"


def _is_doubtful(box: BoxResult) -> bool:
    return box.verdict == "asked" or box.defect is not None or box.confidence < SURE


def _boundaries(files: Sequence[CaseResult]) -> float | None:
    right, wrong = sum(file.cuts_right for file in files), sum(file.cuts_wrong for file in files)
    of_all = 2 * right + wrong + sum(file.cuts_missed for file in files)
    return 2 * right / of_all if of_all else None
