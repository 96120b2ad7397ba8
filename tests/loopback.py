"""A server of this machine, answering in a thread of its own as long as a test needs it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from typing import TypeVar

AnyServer = TypeVar("AnyServer", bound=BaseServer)


@contextmanager
def serving(server: AnyServer, ending: Callable[[], None] = lambda: None) -> Iterator[AnyServer]:
    """Serves until it is left; `ending` is called before, and lets go of answers that have no end of their own.

    A server looks whether it is to end every half second, unless it is told otherwise: each test would wait for it.
    """
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            ending()
            server.shutdown()
            thread.join()
