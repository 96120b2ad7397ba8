"""Python's collector of garbage, which looks at what is kept as often as at what is not."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause() -> Iterator[None]:
    """Without the collector; what is made meanwhile is kept, and so it never looks at that later either."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_on:
            gc.enable()


def release() -> None:
    """In a process that stays, what was kept may be garbage by now: free that, before more is kept."""
    gc.unfreeze()
    gc.collect()
