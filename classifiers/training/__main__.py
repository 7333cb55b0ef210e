"""Make the shipped models anew: ``python -m classifiers.training --trained 2026-11-23 --seed 7``."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from classifiers import artefact
from classifiers.blending import SIGNALS
from classifiers.training import corpus, fit

CORPORA: dict[str, Callable[[int], tuple[corpus.Example, ...]]] = {"intents": corpus.mails, "kinds": corpus.documents}
DEFAULT_SEED = 7
DEFAULT_TRAINED = "2026-11-23"


def main() -> None:
    """Train, measure and write both models, or the one named by ``--only``."""
    options = argparse.ArgumentParser(prog=artefact.REBUILD, description=__doc__)
    options.add_argument("--trained", default=DEFAULT_TRAINED, help="date written into model.toml")
    options.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options.add_argument("--only", choices=sorted(CORPORA))
    options.add_argument("--into", type=Path, default=artefact.MODELS)
    asked = options.parse_args()
    for name in [asked.only] if asked.only else sorted(CORPORA):
        examples = CORPORA[name](asked.seed)
        trained = fit.build(name, examples, seed=asked.seed)
        write(
            asked.into / name, trained, data_hash=corpus.data_hash(examples), trained_on=asked.trained, seed=asked.seed
        )
        worst = sorted(trained.scores.items(), key=lambda pair: pair[1])[:6]
        sys.stdout.write(
            f"{name}: {len(examples)} texts, held out {trained.score:.4f}, threshold {trained.threshold}\n"
        )
        sys.stdout.writelines(f"  {label} {score:.3f}\n" for label, score in worst)


def write(place: Path, trained: fit.Trained, *, data_hash: str, trained_on: str, seed: int) -> None:
    """Write the artefact of ``trained`` into ``place``, replacing what stood there."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    trained.nlp.to_disk(place, exclude=["vocab"])
    (place / "features.txt").write_text("\n".join(trained.vocabulary), "utf-8")
    steps = ",\n".join(f"  [{s}, {p}]" for s, p in zip(trained.table.scores, trained.table.probabilities, strict=True))
    curves = [f"{label} = [{one.slope}, {one.offset}]\n" for label, one in trained.curves.items()]
    blends = [f"{label} = {list(weights)}\n" for label, weights in trained.blends.items()]
    (place / "calibration.toml").write_text(
        f"# From a raw score upwards: the probability.\nsteps = [\n{steps}\n]\n"
        + _table("curves", "slope and offset of the log-odds", curves)
        + _table("blends", "weights of " + ", ".join(SIGNALS), blends),
        "utf-8",
    )
    facts = [
        f'data_hash = "{data_hash}"',
        f'weights_hash = "{artefact.weights_hash(place)}"',
        f'trained = "{trained_on}"',
        f"seed = {seed}",
        f'spacy = "{version("spacy")}"',
        f"threshold = {trained.threshold}",
        f"score = {trained.score}",
        *([] if trained.calibration_error is None else [f"calibration_error = {trained.calibration_error}"]),
        "",
        "[scores]",
        *(f"{label} = {score}" for label, score in trained.scores.items()),
    ]
    (place / "model.toml").write_text("\n".join(facts) + "\n", "utf-8")


def _table(name: str, says: str, lines: Sequence[str]) -> str:
    return "".join([f"\n# Label by label: {says}.\n[{name}]\n", *lines]) if lines else ""


if __name__ == "__main__":
    main()
