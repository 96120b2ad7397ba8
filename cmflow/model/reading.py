"""A reading: one figure that a network, or a person, told of a post or of an account at one time."""

from datetime import datetime
from enum import StrEnum

from cmflow.values import dataclass

Number = int | float


class Origin(StrEnum):
    """Who told a figure: the network's API, a person, or a file that a network exported."""

    API = "api"
    HAND = "hand"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Reading:
    """`metric` is the network's own name of the figure, `common` the name that means the same on every network, "" for
    none. `value` is None where the network does not tell it, which is not 0.

    `post` is "" for a figure of the account. `slot` names the age at which the post was to be read (`1h`, `30d`) or, of
    an account, the day in UTC; `age` is the true age of the post in seconds. `entered` is when a person or an import
    wrote it down. `mode` is "" for what really happened, and says otherwise what it is, such as `simulated`.
    """

    account: str
    network: str
    metric: str
    value: Number | None
    time: datetime
    slot: str
    post: str = ""
    part: int = 0
    age: int | None = None
    common: str = ""
    source: Origin = Origin.API
    entered: datetime | None = None
    mode: str = ""
