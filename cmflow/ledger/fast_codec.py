"""A file of the ledger as cmflow writes it, read in a quarter of the time: for ledgers of a hundred thousand files.

What this refuses, `codec` reads again and says why: this module is only about speed. `Record` and what it holds have
the shapes of `schema.DELIVERY`; a test compares the two ways of reading.
"""

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from cmflow.ledger import codec
from cmflow.model import Delivery, Event, Receipt, State, Transfer

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Number = Annotated[int, msgspec.Meta(ge=0)]


class Proof(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    part: Number
    id: str
    url: str
    at: Moment


class Line(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    at: Moment
    state: State
    run: str | None = None
    note: str = ""
    places: tuple[str, ...] = ()


class Upload(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: str
    file: str
    at: Moment
    arrived: Number
    requested: Moment | None = None


class Record(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    version: Literal[1]
    post: str
    account: str
    state: State
    due: Moment
    attempt: Number
    parts: Number
    path: str = ""
    commit: str = ""
    digest: str = ""
    run: str = ""
    key: str = ""
    written: Moment | None = None
    receipts: tuple[Proof, ...] = ()
    error: str = ""
    retry_at: Moment | None = None
    history: tuple[Line, ...] = ()
    transfer: Upload | None = None
    described: str = ""


def decode(data: bytes) -> Delivery:
    """The same as `codec.decode`. Raises Unreadable, never anything else."""
    try:
        return _delivery(_record(data))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return codec.decode(data)


_record = msgspec.json.Decoder(Record).decode


def _delivery(record: Record) -> Delivery:
    run, parts, transfer = record.run, record.parts, record.transfer
    receipts = tuple([make_receipt(receipt.part, receipt.id, receipt.url, receipt.at) for receipt in record.receipts])
    _check(record, receipts)
    return make_delivery(
        record.post,
        record.account,
        record.state,
        record.due,
        record.path,
        record.attempt,
        run,
        record.commit,
        record.digest,
        record.key,
        parts,
        receipts,
        record.error,
        record.retry_at,
        tuple(
            [
                make_event(
                    line.at,
                    line.state,
                    run if line.run is None else line.run,
                    line.note,
                    line.places or codec.former_places(line.note),
                )
                for line in record.history
            ]
        ),
        record.written,
        Transfer(transfer.id, transfer.file, transfer.at, transfer.arrived, transfer.requested) if transfer else None,
        record.described,
    )


def _check(record: Record, receipts: tuple[Receipt, ...]) -> None:
    """Raise ValueError for what the types allow and a delivery cannot hold."""
    if len(receipts) > record.parts or [receipt.part for receipt in receipts] != [*range(len(receipts))]:
        raise ValueError("the receipts do not fit the parts")
    if not (record.post and record.account):
        raise ValueError("it has no post or no account")
    transfer = record.transfer
    for time in (
        record.due,
        record.written,
        record.retry_at,
        *[receipt.time for receipt in receipts],
        *[line.at for line in record.history],
        *((transfer.at, transfer.requested) if transfer else ()),
    ):
        if time is not None and not codec.FIRST < time.year < codec.LAST:
            raise ValueError(f"{time} is not a valid time")


def _maker(kind: type[Any]) -> Callable[..., Any]:
    """Return a function that builds a frozen value in a fifth of the time; its class freezes once they are set."""

    def become(self: Any) -> None:
        self.__class__ = kind

    shape = [(field.name, field.type) for field in fields(kind)]
    return make_dataclass(kind.__name__, shape, slots=True, namespace={"__post_init__": become})


make_delivery: Callable[..., Delivery] = _maker(Delivery)
make_receipt: Callable[..., Receipt] = _maker(Receipt)
make_event: Callable[..., Event] = _maker(Event)
