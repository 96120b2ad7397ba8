"""Spread work over all processors: this process and copies of it, which are sent chunks and send back results."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

AHEAD = 3  # items handed to each process: one that it works on, and so many that it need not wait for more
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
    waiting = deque(range(len(items)))
    running: deque[tuple[int, Future[Result]]] = deque()
    with _pool(work, others) as pool:
        while waiting or running:
            while waiting and len(running) < AHEAD * others:
                number = waiting.popleft()
                running.append((number, _uninterrupted(partial(pool.submit, _do, items[number]))))
            if waiting:
                number = waiting.pop()
                yield number, work(items[number])
            while running and (not waiting or running[0][1].done()):
                number, future = running.popleft()
                yield number, future.result()


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
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    gc.freeze()  # what was forked is never looked at, so that its memory stays shared
    gc.enable()  # it may have been forked within `collector.pause`
    gc.set_threshold(*GARBAGE)
    _work.append(work)


def _end_with(parent: int) -> None:
    """End where the first process was killed: else this one would wait for work without end."""
    while os.getppid() == parent:
        sleep(1)
    os._exit(1)


def _do(item: Any) -> Any:
    return _work[0](item)
