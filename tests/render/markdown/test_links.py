"""UTM parameters: added where nothing of the author's is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.render.markdown.links import same_place, with_utm

PARAMETERS = {"utm_source": "x", "utm_medium": "social", "utm_campaign": "launch", "utm_content": "a b"}
ADDED = "utm_source=x&utm_medium=social&utm_campaign=launch&utm_content=a%20b"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.b", f"https://a.b?{ADDED}"),
        ("https://a.b/c/", f"https://a.b/c/?{ADDED}"),
        ("HTTP://A.B/%C3%A9?q=%20+é&&z=#frag?ment#", f"HTTP://A.B/%C3%A9?q=%20+é&&z=&{ADDED}#frag?ment#"),
        ("https://a.b?", f"https://a.b?{ADDED}"),
        ("https://a.b?c&", f"https://a.b?c&{ADDED}"),
        ("https://a.b/#/route", f"https://a.b/?{ADDED}#/route"),
        ("https://a.b?autm_source=1", f"https://a.b?autm_source=1&{ADDED}"),
        ("https://a.b?utm_source=mine", "https://a.b?utm_source=mine"),
        ("https://a.b?c=1&UTM_Term=mine", "https://a.b?c=1&UTM_Term=mine"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("ftp://a.b", "ftp://a.b"),
        ("", ""),
    ],
)
def test_with_utm(url: str, expected: str) -> None:
    assert with_utm(url, PARAMETERS) == expected
    assert with_utm(expected, {"utm_source": "y"}) == expected


def test_what_is_not_known_is_not_added() -> None:
    assert with_utm("https://a.b", {"utm_source": "x"}) == "https://a.b?utm_source=x"


@given(st.text(max_size=30), st.text(max_size=10))
def test_every_byte_of_the_author_stays(rest: str, campaign: str) -> None:
    url = "https://a.b/" + rest
    traced = with_utm(url, {"utm_source": "x", "utm_medium": "social", "utm_campaign": campaign, "utm_content": "id"})
    address, _, fragment = url.partition("#")
    assert traced.startswith(address)
    assert traced.partition("#")[2] == fragment


@pytest.mark.parametrize(
    ("label", "url", "same"),
    [
        ("https://a.b/c", "https://a.b/c", True),
        ("a.b/c", "https://a.b/c/", True),
        ("http://a.b", "https://a.b", True),
        ("a@b.c", "mailto:a@b.c", True),
        ("a.b", "https://a.b/c", False),
        ("docs", "https://a.b", False),
    ],
)
def test_same_place(label: str, url: str, same: bool) -> None:
    assert same_place(label, url) is same
