"""Spread work over all processors: chunks go out, results come back in order."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

GARBAGE = (50_000, 20, 20)  # objects that a worker makes before it looks which are used: pages leave many in circles

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(
    work: Callable[[tuple[Item, ...]], Result], items: Iterable[Item], chunk: int, worth: int
) -> Iterator[Result]:
    """The result of `work` for each chunk of `items`; in processes of their own for `worth` items or more.

    The processes are forked: `work` and its data need no copying, and only items and results are sent.
    """
    waiting = list(items)
    chunks = [tuple(waiting[start : start + chunk]) for start in range(0, len(waiting), chunk)]
    if len(waiting) < worth or not hasattr(os, "fork"):
        yield from map(work, chunks)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(os.cpu_count(), context, _start, (work,))
    try:
        yield from _handed_out(pool, chunks)
    finally:
        pool.shutdown(cancel_futures=True)


def _handed_out(pool: ProcessPoolExecutor, chunks: list[tuple[Any, ...]]) -> Iterator[Any]:
    """The results to come. The workers ignore Ctrl-C: the first process handles it and ends them."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        return pool.map(_do, chunks)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


_work: list[Callable[[Any], Any]] = []  # in a worker: the function it was started for


def _start(work: Callable[[Any], Any]) -> None:
    gc.freeze()  # what was forked is never looked at, so that its memory stays shared
    gc.set_threshold(*GARBAGE)
    _work.append(work)


def _do(chunk: tuple[Any, ...]) -> Any:
    return _work[0](chunk)
