"""What goes wrong where an account asks for it, to see how publishing copes."""

from cmflow.model.errors import DeliveryError, Denied, Rejected, Throttled, Unsure
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What a request comes to. `error` None: the process dies. `late`: the post is there from the next request on."""

    error: type[DeliveryError] | None
    says: str = ""
    taken: bool = False
    late: bool = False


FINE = "fine"
FAULTS = {
    "request lost": Fault(Unsure, "The outbox gave no answer."),
    "answer lost": Fault(Unsure, "The outbox gave no answer.", taken=True),
    "arrives late": Fault(Unsure, "The outbox gave no answer.", late=True),
    "503": Fault(Unsure, "The outbox answered 503."),
    "503 but taken": Fault(Unsure, "The outbox answered 503.", taken=True),
    "429": Fault(Throttled, "The outbox takes no more for now."),
    "422": Fault(Rejected, "The outbox refuses it."),
    "401": Fault(Denied, "The outbox does not know us."),
    "dies before": Fault(None),
    "dies after": Fault(None, taken=True),
}
