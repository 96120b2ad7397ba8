"""Emoji of several code points."""

import pytest

from cmflow.render.autolink import emoji


@pytest.mark.parametrize(
    "text",
    [
        *("1️⃣", "#⃣", "❤️", "☝🏽", "✊🏿", "👍🏻", "🇫🇷", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👨‍👩‍👧‍👦", "👩‍👦", "👩🏽‍💻", "🧑‍⚕️", "🏃🏿‍♂️‍➡️", "🏃‍➡️"),
        *("⛹🏽‍♀️", "🏋️‍♀️", "🧞‍♂️", "👩‍❤️‍💋‍👨", "👩🏻‍❤️‍👩🏿", "🧑🏽‍🤝‍🧑🏻", "🫱🏻‍🫲🏿", "🏳️‍🌈", "🏳️‍⚧️", "🏴‍☠️", "👁️‍🗨️", "🐻‍❄️"),
        *("🐦‍⬛", "❤️‍🔥", "😶‍🌫️", "🙂‍↕️", "🧑‍🧑‍🧒‍🧒"),
    ],
)
def test_one_emoji(text: str) -> None:
    assert emoji.sequences(f"a{text}b") == [text]


@pytest.mark.parametrize("text", ["😀", "12", "🇦🇦", "❤", "😀️", "1️", "a\u200db", "👩‍", "👍👍", "日本"])
def test_no_sequence(text: str) -> None:
    assert emoji.sequences(text) == []


def test_several() -> None:
    assert emoji.sequences("👍🏽👍🏽 x 🇫🇷🇩🇪") == ["👍🏽", "👍🏽", "🇫🇷", "🇩🇪"]
