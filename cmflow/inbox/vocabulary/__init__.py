"""The words by which a message is sorted, per language. cmflow starts with these; a plan's own rules come first."""

from cmflow.inbox.vocabulary.en import english
from cmflow.inbox.vocabulary.es import spanish
from cmflow.inbox.vocabulary.fr import french
from cmflow.inbox.vocabulary.record import Vocabulary

__all__ = ["VOCABULARIES", "Vocabulary"]

VOCABULARIES = {"en": english, "fr": french, "es": spanish}
