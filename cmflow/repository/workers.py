"""Spread work over all processors: chunks go out, results come back in order."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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
    with _pool(work, os.cpu_count() or 1) as pool:
        yield from _uninterrupted(lambda: pool.map(_do, chunks))


def together(tasks: Sequence[Callable[[], Result]], worth: int) -> list[Result]:
    """The result of each task, in their order; for `worth` tasks or more by this process, which begins with the last,
    and by others, which begin with the first.

    Each process that goes through everything needs a copy of it, as Python counts who uses what: so this one helps.
    """
    others = (os.cpu_count() or 1) - 1
    if len(tasks) < worth or not others or not hasattr(os, "fork"):
        return [task() for task in tasks]

    def work(number: int) -> Result:
        return tasks[number]()

    with _pool(work, others) as pool:
        futures = _uninterrupted(lambda: [pool.submit(_do, number) for number in range(len(tasks))])
        own = {number: work(number) for number in reversed(range(len(tasks))) if futures[number].cancel()}
        return [own[number] if number in own else future.result() for number, future in enumerate(futures)]


@contextmanager
def _pool(work: Callable[[Any], Any], processes: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that are copies of this one, and do that work."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _start, (work,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _uninterrupted(start: Callable[[], Result]) -> Result:
    """Start the processes so that they ignore Ctrl-C: this one handles it, and ends them."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        return start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


_work: list[Callable[[Any], Any]] = []  # in a worker: the function it was started for


def _start(work: Callable[[Any], Any]) -> None:
    gc.freeze()  # what was forked is never looked at, so that its memory stays shared
    gc.enable()
    gc.set_threshold(*GARBAGE)
    _work.append(work)


def _do(item: Any) -> Any:
    return _work[0](item)
