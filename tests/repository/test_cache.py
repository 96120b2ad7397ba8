import json
import os
import sys
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cmflow.repository import cache as caches
from cmflow.repository.cache import Cache, code_digest
from tests.examples import examples


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "folder")
    value = {"path/é \udcff.md": ["blob", [1.5, None, float("-inf")]], "n": {}}
    cache.save("rows-key", value)
    assert cache.load("rows-key") == value
    assert [each.name for each in (tmp_path / "new" / "folder").iterdir()] == ["rows-key.json"]


def test_without_a_folder_nothing_is_kept() -> None:
    Cache(None).save("x", {"a": 1})
    assert Cache(None).load("x") == {}


def test_what_was_never_saved_is_empty(tmp_path: Path) -> None:
    assert Cache(tmp_path / "nowhere").load("x") == {}


@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_spoilt_file_is_as_good_as_none(tmp_path: Path, data: st.DataObject) -> None:
    cache = Cache(tmp_path)
    cache.save("x", {"a": [1, "b"]})
    good = (tmp_path / "x.json").read_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    spoilt = data.draw(
        st.sampled_from(
            [good[:at], good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], good + b" ", b"[" * 9999, b'{"a": 1}', b""]
        )
    )
    (tmp_path / "x.json").write_bytes(spoilt)
    assert cache.load("x") == {}


def test_a_file_under_another_name_is_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.save("x", {"a": 1})
    (tmp_path / "x.json").rename(tmp_path / "y.json")
    assert cache.load("y") == {}


def test_what_another_version_of_the_code_kept_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    monkeypatch.setattr(caches, "code_digest", lambda: "older")
    cache.save("media", {"a": 1})
    assert cache.load("media") == {"a": 1}
    monkeypatch.undo()
    assert cache.load("media") == {}


def test_a_folder_where_a_file_should_be_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "x.json").mkdir()
    (tmp_path / "file").write_text("not a folder")
    for cache in (Cache(tmp_path), Cache(tmp_path / "file")):
        cache.save("x", {"a": 1})
        assert cache.load("x") == {}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "x.json"]


def test_only_the_newest_of_a_kind_are_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(5):
        for kind in ("rows", "entries"):
            cache.save(f"{kind}-{number}", {"n": number})
            os.utime(tmp_path / f"{kind}-{number}.json", (number, number))
    cache.save("media", {})
    names = [f"{kind}-{number}.json" for kind in ("entries", "rows") for number in (2, 3, 4)]
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*names, "media.json"])


def test_a_value_in_parts_is_forgotten_as_a_whole(tmp_path: Path) -> None:
    cache = Cache(tmp_path, {})
    for number in range(5):
        for part in ("one", "two"):
            cache.save(f"entries-{number}/{part}", {"n": number})
        os.utime(tmp_path / f"entries-{number}", (number, number))
    (tmp_path / "entries-other.json.7.tmp").touch()  # another process is writing
    cache.save("entries-9/one", {"n": 9})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["entries-3", "entries-4", "entries-9",
                                                                "entries-other.json.7.tmp"]  # fmt: skip
    assert [cache.load(f"entries-{number}/{part}") for number, part in ((4, "two"), (9, "one"), (2, "one"))] == [
        *({"n": 4}, {"n": 9}, {})
    ]


def test_a_cache_is_plain_json_behind_its_seal(tmp_path: Path) -> None:
    Cache(tmp_path).save("x", {"é": 1})
    data = (tmp_path / "x.json").read_bytes()
    assert (len(data[: caches.SEAL].strip()), json.loads(data[caches.SEAL :])) == (64, {"é": 1})


@pytest.fixture
def fresh() -> None:
    code_digest.cache_clear()


def test_the_code_is_named_by_itself_its_libraries_and_the_time_zones(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = code_digest()
    code_digest.cache_clear()
    assert code_digest() == usual
    folder = tmp_path / "site-packages"
    (folder / "markdown-9.9.dist-info").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path, str(folder), str(tmp_path / "absent-packages")])
        code_digest.cache_clear()
        assert code_digest() != usual
    (tmp_path / "tzdata.zi").write_text("# version 2099z\n")
    with monkeypatch.context() as patch:
        patch.setattr(zoneinfo, "TZPATH", (str(tmp_path),))
        code_digest.cache_clear()
        assert code_digest() != usual
    code_digest.cache_clear()
    assert code_digest() == usual
