"""Language tags, folded and doubted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.content import languages
from cmflow.model import Problem
from tests.content.test_posts import HEAD, parse


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("EN", "en"),
        ("pt-br", "pt-BR"),
        ("ZH-hant", "zh-Hant"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("sr-LATN", "sr-Latn"),
        ("fil", "fil"),
        ("de-1996", "de-1996"),
        ("es-419", "es-419"),
        ("ca-valencia", "ca-valencia"),
    ],
)
def test_a_tag_is_written_as_usual(written: str, tag: str) -> None:
    found, wrong = parse(HEAD + f"language: {written}")
    assert (found and found.language, wrong) == (tag, ())


@given(st.from_regex(languages.TAG, fullmatch=True))
def test_folding_twice_changes_nothing_more(tag: str) -> None:
    once = languages.normalize(tag)
    assert languages.normalize(once) == once and once.lower() == tag.lower()


COUNTRY = "Write the code of a language, not of a country: `en`, `fr`, `pt-BR`."


@pytest.mark.parametrize(
    ("written", "tag", "message", "hint"),
    [
        ("jp", "jp", "No language has the code `jp`.", "Did you mean `ja`?"),
        ("gr-GR", "gr-GR", "No language has the code `gr`.", "Did you mean `el-GR`?"),
        ("KR", "kr", "`kr` is Kanuri, spoken in Nigeria.", "Did you mean `ko`?"),
        ("xx", "xx", "No language has the code `xx`.", COUNTRY),
    ],
)
def test_a_code_of_no_language_is_told(written: str, tag: str, message: str, hint: str) -> None:
    found, wrong = parse(HEAD + f"language: {written}")
    assert found and found.language == tag
    line = HEAD.count("\n") + 2
    assert wrong == (Problem(found.path, line, "unknown-language", f"`language`: {message}", hint),)
