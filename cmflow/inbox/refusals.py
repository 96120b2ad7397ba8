"""Why a command is not carried out, or not understood, in the plan's language: the sentences are in `languages`."""

from cmflow.inbox.languages import texts
from cmflow.model.errors import Rejected


class Refusal(Rejected):
    """A command cannot be carried out. As an error, it speaks English; `worded` says it in the plan's language."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(*self.worded("en"))

    def worded(self, language: str) -> tuple[str, str]:
        """The sentence, and what to do, "" where nothing can be done."""
        sentences, key = texts(language), f"refusal {self.code}"
        return sentences[key].format(**self.values), sentences[f"{key} hint"].format(**self.values)
