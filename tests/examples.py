"""How many examples a property test tries: what it says, or a multiple of that (`make explore`)."""

import os
from typing import Any

from hypothesis import settings

TIMES = int(os.environ.get("CMFLOW_EXAMPLES", "1"))  # read once: no test sees the variables of this machine


def examples(number: int, **more: Any) -> settings:
    """The settings of one property test."""
    return settings(max_examples=number * TIMES, **more)
