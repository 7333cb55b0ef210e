"""Python's search for cycles, stopped while very many values are made of which none has one."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Do not search for cycles meanwhile: with half a million values that walks them again and again.

    Whoever finds the search switched on switches it on again, so threads cannot leave it off.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
