"""Python's collector of garbage, which looks at what is kept as often as at what is not."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_has_end = True  # most commands run for seconds: what they read is kept until then


@contextmanager
def pause() -> Iterator[None]:
    """Without the collector; what is made meanwhile is kept, and so it never looks at that later either."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        if _has_end:
            gc.freeze()
    finally:
        if was_on:
            gc.enable()


def stay() -> None:
    """This process stays: what it reads is garbage when it has read it again."""
    global _has_end
    _has_end = False
    gc.unfreeze()
