"""Top-level domains."""

import pytest

from cmflow.render.autolink import domains, tlds


@pytest.mark.parametrize("name", ["com", "COM", "fr", "рф", "РФ", "xn--p1ai", "みんな", "xn--q9jyb4c", "music"])
def test_in_the_root_zone(name: str) -> None:
    assert domains.is_top_level(name)


@pytest.mark.parametrize("name", ["", "zzz", "guardian", "onion", "xn--", "com."])
def test_not_in_the_root_zone(name: str) -> None:
    assert not domains.is_top_level(name)


def test_the_lists_share_nothing_and_are_in_lower_case() -> None:
    lists = [each.split() for each in (tlds.BOTH, tlds.NEW, tlds.RETIRED)]
    names = [name for each in lists for name in each]
    assert len(names) == len(set(names)) > 1500
    assert names == [name.lower() for name in names]


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("example.com", True),
        ("a..com", False),
        ("a" * 63 + ".com", True),
        ("a" * 64 + ".com", False),
        ("あ" * 57 + ".com", True),
        ("あ" * 63 + ".com", False),
        ("日本。" * 15 + ".com", False),
        ("日。a。" + "b" * 40 + ".com", True),
    ],
)
def test_encodable(domain: str, expected: bool) -> None:
    assert domains.encodable(domain) is expected
