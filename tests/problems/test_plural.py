import pytest

from cmflow.problems.plural import counted


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (1, "post", "1 post"),
        (0, "post", "0 posts"),
        (1_200, "delivery", "1,200 deliveries"),
        (3, "day", "3 days"),
        (2, "key", "2 keys"),
    ],
)
def test_numbers_in_sentences(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words
