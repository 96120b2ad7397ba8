"""What tickets say, one file per language, with the same `TEXTS`. `{}` is replaced by a value that is already safe."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec


@lru_cache(maxsize=16)
def texts(code: str) -> Mapping[str, str]:
    """The texts in the plan's language where there are any, else in English."""
    short = code.replace("_", "-").split("-")[0].lower()
    is_known = short.isascii() and short.isalpha() and find_spec(f"{__name__}.{short}") is not None
    file = import_module(f"{__name__}.{short if is_known else 'en'}")
    texts: Mapping[str, str] = file.TEXTS
    return texts
