"""Memory of the largest reading process over one package: ``python -m tests.bench.forms_memory RUNG…``.

Prints the pages on which words were read and the peak in bytes; a process of its own, so that nothing measured before
is counted.
"""

from __future__ import annotations

import sys
from typing import Any

from parsers import verdict
from parsers.limits import Limits
from parsers.sandbox import Sandbox
from tests.bench.forms import package


def main(rungs: tuple[str, ...]) -> None:
    """Read the package once."""
    peaks: list[int] = [0]
    ended = verdict._fate

    def noted(*arguments: Any) -> Any:
        fate = ended(*arguments)
        peaks.append(fate.peak if fate else 0)
        return fate

    verdict._fate = noted
    with Sandbox() as sandbox:
        found = sandbox.read(package(rungs), name="package.pdf", limits=Limits(cpu_seconds=120, wall_seconds=240.0))
    read = sum(bool(page.words) for page in found.pages)
    sys.stdout.write(f"{read} {max(peaks)}")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))
