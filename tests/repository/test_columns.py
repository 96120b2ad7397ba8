from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import decode, encode

from cmflow.model import Delivery
from cmflow.repository import columns
from cmflow.repository.columns import Columns
from tests.examples import examples
from tests.ledger.test_codec import FULL, SENT, deliveries

VALUES = st.builds(lambda value, attempt: replace(value, attempt=attempt), deliveries(), st.sampled_from([0, 10**30]))


@examples(60)
@given(st.lists(VALUES, max_size=4))
def test_columns_hold_every_delivery(values: list[Delivery]) -> None:
    assert columns.deliveries(columns.columns(values)) == values


def test_columns_can_be_json() -> None:
    values = [SENT, FULL, replace(SENT, post="other"), replace(FULL, transfer=None)]
    stored = decode(encode(columns.columns(values)), type=Columns)
    assert columns.deliveries(stored) == values
    assert repr(columns.deliveries(stored)) == repr(values)


def test_no_delivery_is_no_row() -> None:
    assert columns.deliveries(columns.columns([])) == []


def test_equal_values_are_one_object() -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    first, second = columns.deliveries(columns.columns([SENT, replace(SENT, post="other", due=noon)]))
    assert (first, second) == (SENT, replace(SENT, post="other"))
    assert first.due is second.due is second.receipts[0].time
    assert first.run is second.run is second.history[0].run
