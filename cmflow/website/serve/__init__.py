"""The calendar on this machine: a small server for browsers, on a thread beside the builds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cmflow.model.errors import SourceError
from cmflow.website.serve.server import HOST, Server, Site

PORT = 8765


def listen(site: Site, port: int | None) -> Server:
    """Return a server at that port; without one at the usual one, or at any that is free.

    Raises SourceError where the port that is named is taken.
    """
    try:
        return Server(site, PORT if port is None else port)
    except OSError as error:
        if port is None:
            return Server(site, 0)
        raise SourceError(
            f"{HOST}:{port} cannot be served: {error.strerror}.", "Choose another port, or 0 for any free one."
        ) from error


@contextmanager
def served(server: Server) -> Iterator[None]:
    """Answer browsers meanwhile."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.site.end()
        server.shutdown()
        server.server_close()
        thread.join()
