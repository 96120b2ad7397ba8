"""`cmflow schema`"""

import json

import pytest

from cmflow.content import schema
from cmflow.netkit import network
from tests.cli.conftest import Place

OPTIONS = {name: network.load(name).options for name in network.names()}


def test_a_post_may_name_what_the_plan_has(bare: Place) -> None:
    result = bare.run("schema", "post")
    assert (result.code, result.err) == (0, "")
    known = json.loads(result.out)["properties"]
    (many, *_) = known["accounts"]["anyOf"]
    assert many["items"] == {"enum": ["news", "short", "practice", "all"]}
    assert {"enum": ["summer"]} in known["campaign"]["anyOf"]


def test_the_plan(bare: Place) -> None:
    assert json.loads(bare.run("schema", "plan").out) == schema.plan(OPTIONS)


def test_another_plan(bare: Place) -> None:
    other = bare.write("other.md", "---\nbrand: a\ntimezone: UTC\naccounts: {b: {network: x}}\n---\n")
    known = json.loads(bare.run("schema", "post", "--for", str(other)).out)["properties"]
    assert known["accounts"]["anyOf"][0]["items"] == {"enum": ["b"]}


def test_outside_of_a_repository_a_post_may_name_anything(bare: Place) -> None:
    (bare.root / "content/plan.md").unlink()
    assert json.loads(bare.run("schema", "post").out) == schema.post()


def test_a_plan_that_cannot_be_used_is_told(bare: Place) -> None:
    bare.write("content/plan.md", "---\nbrand: a\n---\n")
    result = bare.run("schema", "post")
    assert (result.code, json.loads(result.out)) == (0, schema.post())
    assert result.err.endswith("content/plan.md cannot be used, so a post may name anything. See: cmflow check\n")


def test_a_repository_that_is_named_must_have_a_plan(bare: Place) -> None:
    result = bare.run("--root", "content", "schema", "post")
    assert (result.code, result.out) == (1, "")
    assert "content/content/plan.md cannot be read: No such file or directory." in result.err


@pytest.mark.parametrize("words", [(), ("media",)])
def test_what_it_is_of_must_be_said(bare: Place, words: tuple[str, ...]) -> None:
    assert bare.run("schema", *words).code == 2
