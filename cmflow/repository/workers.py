"""Spread work over all processors: this process and copies of it, which are sent chunks and send back results."""

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
    """The result of `work` for each chunk of `items`, in any order; for `worth` items or more by several processes.

    They are forked: `work` and its data need no copying, and only items and results are sent.
    """
    waiting = list(items)
    chunks = [tuple(waiting[start : start + chunk]) for start in range(0, len(waiting), chunk)]
    return (result for _, result in _shared(work, chunks, len(waiting) >= worth))


def together(tasks: Sequence[Callable[[], Result]], worth: int) -> list[Result]:
    """The result of each task, in their order; for `worth` tasks or more by several processes."""
    results = dict(_shared(lambda number: tasks[number](), range(len(tasks)), len(tasks) >= worth))
    return [results[number] for number in range(len(tasks))]


def _shared(work: Callable[[Item], Result], items: Sequence[Item], parallel: bool) -> Iterator[tuple[int, Result]]:
    """The number and the result of each item. This process begins with the last, and the others with the first: each
    that goes through everything needs a copy of it, as Python counts who uses what, and so this one helps."""
    others = (os.cpu_count() or 1) - 1
    if not parallel or not others or not hasattr(os, "fork"):
        yield from enumerate(map(work, items))
        return
    with _pool(work, others) as pool:
        futures = _uninterrupted(lambda: [pool.submit(_do, item) for item in items])
        next_number = 0  # the first item whose result was not handed on yet
        for number in reversed(range(len(items))):
            if not futures[number].cancel():
                break
            yield number, work(items[number])
            # what others have done is handed on as it comes, and does not pile up
            while futures[next_number].done() and not futures[next_number].cancelled():
                yield next_number, futures[next_number].result()
                next_number += 1
        for number in range(next_number, len(items)):
            if not futures[number].cancelled():
                yield number, futures[number].result()


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
    gc.enable()  # it may have been forked within `collector.pause`
    gc.set_threshold(*GARBAGE)
    _work.append(work)


def _do(item: Any) -> Any:
    return _work[0](item)
