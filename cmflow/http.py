"""The one door to the networks: an HTTP client with our name, our patience and no surprises."""

import httpx

from cmflow import __version__

PATIENCE = httpx.Timeout(60.0, connect=15.0)  # seconds; far less than a run keeps a delivery to itself


def client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client for many threads. It follows no redirect: a POST must arrive where it was sent."""
    return httpx.Client(
        timeout=PATIENCE,
        headers={"User-Agent": f"cmflow/{__version__}"},
        follow_redirects=False,
        transport=transport,
    )
