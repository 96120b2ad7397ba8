"""Deliveries as columns, as the cache stores them: in a third of the bytes, and equal values become one object.

A column is an index into a table for each delivery: into that of all texts, of all times … An index has four bytes.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from cmflow.ledger.fast_codec import make_delivery, make_event, make_receipt
from cmflow.model import Delivery, Event, Receipt, State, Transfer

Column = bytes


class Columns(NamedTuple):
    """A table for each type of field; then the columns of all deliveries, of their receipts, and of their events.

    The columns `receipts` and `history` of deliveries are not indices, but how many of those each delivery has.
    """

    texts: list[str]
    lists: list[tuple[str, ...]]
    numbers: list[int]
    times: list[datetime | None]
    states: list[State]
    transfers: list[Transfer | None]
    deliveries: list[Column]
    receipts: list[Column]
    events: list[Column]


TABLES: dict[Any, str] = {  # type of a field → the table of its values
    str: "texts",
    tuple[str, ...]: "lists",
    int: "numbers",
    datetime: "times",
    datetime | None: "times",
    State: "states",
    Transfer | None: "transfers",
}
SERIES: dict[Any, str] = {tuple[Receipt, ...]: "receipts", tuple[Event, ...]: "events"}


def columns(deliveries: Sequence[Delivery]) -> Columns:
    """The deliveries as columns; no time in them has another zone than UTC."""
    tables: dict[str, dict[Any, int]] = {table: {} for table in TABLES.values()}
    receipts = [receipt for delivery in deliveries for receipt in delivery.receipts]
    events = [event for delivery in deliveries for event in delivery.history]
    parts: dict[str, list[Any]] = {
        "deliveries": _columns(Delivery, deliveries, tables),
        "receipts": _columns(Receipt, receipts, tables),
        "events": _columns(Event, events, tables),
    }
    return Columns(**{name: list(table) for name, table in tables.items()} | parts)


def _columns(kind: type[Any], items: Iterable[Any], tables: dict[str, dict[Any, int]]) -> list[Column]:
    return [_column(field.type, [*map(attrgetter(field.name), items)], tables) for field in fields(kind)]


def _column(kind: Any, values: list[Any], tables: dict[str, dict[Any, int]]) -> Column:
    if kind in SERIES:
        return _swapped(array("I", map(len, values))).tobytes()
    table = tables[TABLES[kind]]
    for value in dict.fromkeys(values):
        table.setdefault(value, len(table))
    return _swapped(array("I", map(table.__getitem__, values))).tobytes()


def deliveries(stored: Columns) -> list[Delivery]:
    """The deliveries that the columns were made of."""
    series: dict[str, Iterator[Any]] = {
        "receipts": map(make_receipt, *_values(Receipt, stored.receipts, stored, {})),
        "events": map(make_event, *_values(Event, stored.events, stored, {})),
    }
    return [*map(make_delivery, *_values(Delivery, stored.deliveries, stored, series))]


def _values(
    kind: type[Any], columns: list[Column], stored: Columns, series: dict[str, Iterator[Any]]
) -> Iterator[Iterable[Any]]:
    """The values of each field."""
    for field, column in zip(fields(kind), columns, strict=True):
        indices = _swapped(array("I", column))
        if field.type in SERIES:
            items = series[SERIES[field.type]]
            yield _series(items, indices)
        else:
            table = getattr(stored, TABLES[field.type])
            yield map(table.__getitem__, indices)


def _series(items: Iterator[Any], counts: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    return (tuple(islice(items, count)) for count in counts)


def _swapped(indices: "array[int]") -> "array[int]":
    """From the order of this processor's bytes to that of most, or back: a cache may come from another machine."""
    if sys.byteorder == "big":
        indices.byteswap()
    return indices
