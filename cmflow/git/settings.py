"""git's settings, as it lists them all at once."""

from collections.abc import Mapping

LIST = ("config", "--list", "-z")

Settings = Mapping[tuple[str, str, str], str]  # by section, subsection and key: ("remote", "origin", "url")


def read(listed: str) -> Settings:
    """Decode what `LIST` prints: the last value of each setting counts; one without a value is `true`."""
    settings = {}
    for line in listed.split("\0")[:-1]:
        name, is_set, value = line.partition("\n")
        settings[_split(name)] = value if is_set else "true"
    return settings


def value(settings: Settings, name: str) -> str:
    """What a setting says, "" where it says nothing. Section and key are in any letter case."""
    section, subsection, key = _split(name)
    return settings.get((section.lower(), subsection, key.lower()), "").strip()


def remotes(settings: Settings) -> tuple[str, ...]:
    """The names of the remotes, in their order, as `git remote` lists them."""
    names = {subsection for section, subsection, _ in settings if section == "remote"}
    return tuple(sorted(name for name in names if name and name[0] != "/"))


def _split(name: str) -> tuple[str, str, str]:
    section, _, rest = name.partition(".")
    subsection, _, key = rest.rpartition(".")
    return section, subsection, key
