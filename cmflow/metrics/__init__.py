"""Read figures of what was published, and keep them: what is due, the networks' answers, a person's own.

Nothing of it touches publishing: readings have a branch of their own, and what fails is read again by the next run.
"""

from cmflow.metrics.agenda import Agenda, agenda
from cmflow.metrics.collect import Answer, Sources, Summary, collect
from cmflow.metrics.due import Due
from cmflow.metrics.enter import enter

__all__ = ["Agenda", "Answer", "Due", "Sources", "Summary", "agenda", "collect", "enter"]
