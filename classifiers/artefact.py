"""The shipped models: a spaCy bag-of-words categoriser, its feature list, its step table and the facts of its making.

``models/<name>/`` holds what spaCy wrote, ``features.txt`` (the closed vocabulary), ``calibration.toml`` and
``model.toml``. Nothing is loaded before the first judgement; then it stays for the life of the process.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifiers.calibration import Curve, StepTable

if TYPE_CHECKING:
    from spacy.language import Language

MODELS = Path(__file__).parent / "models"
REBUILD = "python -m classifiers.training"
_LOADING = threading.Lock()


class ModelUnavailable(RuntimeError):
    """A model is missing or damaged; the message says which one and the command that makes it anew."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"model {name!r} cannot be used: {why}; run `{REBUILD}` to make it anew")
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How an artefact was made: hash of its corpus, the date given at training, seed, and score on held-out text."""

    data_hash: str
    weights_hash: str
    trained: str
    seed: int
    spacy: str
    threshold: float
    score: float
    scores: dict[str, float]
    calibration_error: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A loaded model. ``table`` turns raw scores into probabilities, ``facts.threshold`` says where to trust them.

    ``curves`` do the same for the labels of intents, after the rules; ``blends`` are the weights by which
    what is seen in a message is put together before the rules, see ``blending``.
    """

    name: str
    nlp: Language
    vocabulary: frozenset[str]
    table: StepTable
    facts: Facts
    curves: Mapping[str, Curve] = field(default_factory=dict)
    blends: Mapping[str, Sequence[float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def scores(self, texts: Iterable[Sequence[str]]) -> tuple[dict[str, float], ...]:
        """Return the raw scores in [0, 1] per label for each sequence of features; one inference for all of them.

        A text without a single known feature gets no labels. The lock is there because a memory zone belongs to one
        thread at a time.
        """
        from spacy.tokens import Doc

        known = [[feature for feature in text if feature in self.vocabulary] for text in texts]
        with self.lock, self.nlp.memory_zone():
            docs = [Doc(self.nlp.vocab, words=kept) for kept in known if kept]
            scored = iter([dict(doc.cats) for doc in self.nlp.pipe(docs)])
            return tuple(next(scored) if kept else {} for kept in known)


def model(name: str, folder: Path = MODELS) -> Model:
    """Return the model ``name`` (``intents`` or ``kinds``), loading it once per process; raises ModelUnavailable."""
    with _LOADING:
        return _load(name, folder)


@lru_cache(maxsize=8)
def _load(name: str, folder: Path) -> Model:
    place = folder / name
    try:
        facts = read_facts(place / "model.toml")
        if weights_hash(place) != facts.weights_hash:
            raise ModelUnavailable(name, "its weights do not match the hash in model.toml")
        learned = _toml(place / "calibration.toml")
        steps = learned["steps"]
        curves = {name: Curve(slope=one[0], offset=one[1]) for name, one in learned.get("curves", {}).items()}
        blends = learned.get("blends", {})
        vocabulary = frozenset((place / "features.txt").read_text("utf-8").split("\n"))
        nlp = _language(place, vocabulary)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelUnavailable(name, f"{type(error).__name__}: {error}") from error
    table = StepTable(scores=tuple(s for s, _ in steps), probabilities=tuple(p for _, p in steps))
    return Model(name=name, nlp=nlp, vocabulary=vocabulary, table=table, curves=curves, blends=blends, facts=facts)


def read_facts(path: Path) -> Facts:
    """Return the facts of a ``model.toml``; raises OSError, KeyError, TypeError or ValueError when it is damaged."""
    return Facts(**_toml(path))


def weights_hash(place: Path) -> str:
    """Return the sha256 over the files spaCy wrote for the categoriser below ``place``, names included."""
    digest = hashlib.sha256()
    for path in sorted(place.glob("textcat*/*")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _language(place: Path, vocabulary: frozenset[str]) -> Language:
    """Return the pipeline with its closed vocabulary already in memory, so that a judgement adds no word to it."""
    from spacy.util import load_model_from_path

    nlp = load_model_from_path(place)
    for feature in sorted(vocabulary):
        _ = nlp.vocab[feature]
    return nlp
