"""Languages as networks want them named."""

import pytest

from cmflow.netkit import languages


@pytest.mark.parametrize(
    ("tag", "name", "locale"),
    [
        ("fr", "French", "fr_FR"),
        ("fr-CA", "French (Canada)", "fr_CA"),
        ("pt-BR", "Portuguese (Brazil)", "pt_BR"),
        ("en", "English", "en_US"),
        ("xx", "xx", "xx_XX"),
    ],
)
def test_a_language(tag: str, name: str, locale: str) -> None:
    assert (languages.english_name(tag), languages.locale(tag)) == (name, locale)
