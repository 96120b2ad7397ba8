"""What parts of the site are named by: equal names, equal files."""

from collections.abc import Iterable
from hashlib import blake2b


def fingerprint(parts: Iterable[str]) -> str:
    """A name made of all that decides a part."""
    return blake2b("\n".join(parts).encode(errors="surrogatepass"), digest_size=12).hexdigest()
