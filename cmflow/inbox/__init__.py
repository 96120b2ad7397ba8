"""Listen: what people write to the accounts becomes tickets, and what the team answers goes back."""

from cmflow.inbox.overview import rows
from cmflow.inbox.run import run
from cmflow.inbox.upkeep import forget

__all__ = ["forget", "rows", "run"]
