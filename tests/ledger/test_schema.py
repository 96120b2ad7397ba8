"""What cmflow writes into the ledger is what the published schemas say, and what they refuse it does not read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker

from cmflow import publish
from cmflow.ledger import Ledger, codec, heartbeat, schema
from cmflow.model import Delivery, Key, Remote
from cmflow.model.errors import Denied, Rejected, Throttled, Unsure
from cmflow.schedule.steps import Finding
from tests.deliveries import NOON, Clock, Fake, planned, repository, world
from tests.examples import examples
from tests.ledger.test_codec import FULL, deliveries

DELIVERY = Draft202012Validator(schema.delivery(), format_checker=FormatChecker())
TEXTS = Draft202012Validator(schema.publications(), format_checker=FormatChecker())
LIFE = Draft202012Validator(schema.life(), format_checker=FormatChecker())
VALIDATORS = {codec.FOLDER: DELIVERY, codec.PUBLICATIONS: TEXTS, heartbeat.FILE: LIFE}


@pytest.mark.parametrize("made", [schema.delivery(), schema.life()], ids=["delivery", "life"])
def test_they_are_json_schemas(made: schema.Schema) -> None:
    Draft202012Validator.check_schema(made)


@examples(60)
@given(deliveries())
def test_whatever_is_written_fits(delivery: Delivery) -> None:
    DELIVERY.validate(json.loads(codec.encode(delivery)))


def test_what_a_run_writes_fits(tmp_path: Path) -> None:
    """Sent, refused for now and for good, without an answer, missed, skipped, sent once more: each step of it."""
    home, clock = Ledger(repository(tmp_path)), Clock()
    posts = [planned(name, name, parts=2) for name in ("fine", "busy", "no", "who", "lost")]
    fails = {"busy": Throttled("Wait.", retry_at=NOON + timedelta(hours=1)), "no": Rejected("No."),
             "who": Denied("Who?"), "lost": Unsure("Silence.")}  # fmt: skip

    def send(account: str, *_: object) -> Remote:
        if account in fails:
            raise fails[account]
        return Remote("1", "https://fake.example/1")

    def step() -> None:
        publish.run([*posts, planned("late", due=NOON - timedelta(days=9))], world(net, clock, []), home)

    net = replace(Fake().network(), publish=send)
    step()
    publish.settle(home, Key("lost", "lost"), Finding.SKIP, "", "run 2", clock, clock.sleep)
    publish.republish(home, Key("fine", "fine"), "run 3", clock, clock.sleep)
    clock.now += timedelta(hours=2)
    step()
    heartbeat.mark(home, "run 4", datetime(2026, 12, 1, 12, 0, 0, 123456, UTC))
    written = [(path, json.loads(data)) for path, data in every_file(home)]
    for path, record in written:
        VALIDATORS[path.partition("/")[0]].validate(record)
    states = {record["state"] for _, record in written if "state" in record}
    assert states == {"sending", "scheduled", "sent", "failed", "unsure", "missed", "skipped"}


def every_file(home: Ledger) -> list[tuple[str, bytes]]:
    """Each version of each file that the ledger ever held."""
    commits = home.repository.log("--format=%H", home.branch).decode().split()
    files = {(path, oid) for each in commits for path, (_, oid) in home.repository.tree(each).items()}
    return [(path, data) for path, oid in files for _, data in home.repository.read([oid])]


@pytest.mark.parametrize("name", [each.name for each in schema.DELIVERY if each.required])
def test_what_must_be_there_must_be_there(name: str) -> None:
    refused({each: value for each, value in json.loads(codec.encode(FULL)).items() if each != name})


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"mood": "good"}, {"state": "flying"}, {"due": "soon"}, {"due": "2026-12-01T12:00:00"},
     {"post": 7}, {"attempt": -1}, {"parts": "1"}, {"receipts": [{"part": 0}]},
     {"history": [{"at": "2026-12-01T12:00:00Z"}]},
     {"history": [{"at": "2026-12-01T12:00:00Z", "state": "sent", "who": "Ana"}]}],
    ids=str,
)  # fmt: skip
def test_what_they_refuse_is_unreadable(change: dict[str, Any]) -> None:
    refused(json.loads(codec.encode(FULL)) | change)


def refused(record: dict[str, Any]) -> None:
    assert not DELIVERY.is_valid(record)
    with pytest.raises(codec.Unreadable):
        codec.decode(json.dumps(record).encode())
