"""The words of the calendar pages, in each language they are made in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Language:
    """`states` and `words` by their English name; `{}` in a word stands for a number, `one` has its singular."""

    code: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    states: Mapping[str, str]
    words: Mapping[str, str]
    one: Mapping[str, str]

    def word(self, name: str, number: int | None = None) -> str:
        """The word; with a number, the number and the word: "1 post", "2 posts"."""
        if number is None:
            return self.words[name]
        return (self.one if number == 1 or (number == 0 and self.code == "fr") else self.words)[name].format(number)

    def month(self, year: int, month: int) -> str:
        return f"{self.months[month - 1]} {year}"

    def day(self, day: date) -> str:
        return f"{self.weekdays[day.weekday()]} {day.day} {self.months[day.month - 1]}"


ENGLISH = Language(
    "en",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    states={
        "failed": "failed",
        "unsure": "unsure",
        "missed": "missed",
        "blocked": "has errors",
        "sending": "sending",
        "due": "due now",
        "scheduled": "scheduled",
        "sent": "sent",
        "skipped": "skipped",
        "draft": "draft",
        "history": "before cmflow",
    },
    words={
        "calendar": "Calendar",
        "made": "As of {} ({})",
        "run": "last publishing run: {}",
        "posts": "{} posts",
        "accounts": "{} accounts",
        "errors": "{} errors",
        "warnings": "{} warnings",
        "needs a person": "Needs a person",
        "more": "and {} more; cmflow status lists them all",
        "cannot be read": "Cannot be read yet",
        "no date": "These files have no place in the calendar until their problems are mended.",
        "months": "Months",
        "nothing": "Nothing is planned yet. A first post: cmflow new",
        "today": "today",
        "gone": "This post is no longer in the content; the ledger remembers it.",
        "to months": "All months",
        "foot": "Made by cmflow from the plan, the posts and the ledger.",
    },
    one={
        "posts": "{} post",
        "accounts": "{} account",
        "errors": "{} error",
        "warnings": "{} warning",
        "more": "and {} more; cmflow status lists them all",
    },
)

FRENCH = Language(
    "fr",
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    states={
        "failed": "échec",
        "unsure": "incertain",
        "missed": "manqué",
        "blocked": "en erreur",
        "sending": "en cours d’envoi",
        "due": "à envoyer",
        "scheduled": "prévu",
        "sent": "envoyé",
        "skipped": "sauté",
        "draft": "brouillon",
        "history": "avant cmflow",
    },
    words={
        "calendar": "Calendrier",
        "made": "État du {} ({})",
        "run": "dernière publication automatique : {}",
        "posts": "{} messages",
        "accounts": "{} comptes",
        "errors": "{} erreurs",
        "warnings": "{} avertissements",
        "needs a person": "Demande une personne",
        "more": "et {} autres ; cmflow status les montre tous",
        "cannot be read": "Illisibles pour l’instant",
        "no date": "Ces fichiers n’ont pas de place dans le calendrier tant que leurs problèmes ne sont pas réglés.",
        "months": "Mois",
        "nothing": "Rien n’est encore prévu. Un premier message : cmflow new",
        "today": "aujourd’hui",
        "gone": "Ce message n’est plus dans le contenu ; le registre s’en souvient.",
        "to months": "Tous les mois",
        "foot": "Fait par cmflow à partir du plan, des messages et du registre.",
    },
    one={
        "posts": "{} message",
        "accounts": "{} compte",
        "errors": "{} erreur",
        "warnings": "{} avertissement",
        "more": "et {} autre ; cmflow status les montre tous",
    },
)


def language(code: str) -> Language:
    """The plan's language where there are words for it, else English."""
    return FRENCH if code.split("-")[0].lower() == "fr" else ENGLISH
