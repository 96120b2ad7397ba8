"""Fingerprints of the site's parts: equal fingerprints mean equal files."""

from collections.abc import Iterable
from hashlib import blake2b


def fingerprint(parts: Iterable[str]) -> str:
    """Return the fingerprint of everything that a part depends on."""
    return blake2b("\n".join(parts).encode(errors="surrogatepass"), digest_size=12).hexdigest()
