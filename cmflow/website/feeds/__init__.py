"""The calendar for other programs: calendar programs, feed readers, spreadsheets, scripts. One file here is one format.

They tell what lies near: posts from 90 days back to a year ahead, and no more than 5,000 of them, the nearest ones; so
that they stay small whatever the calendar holds. Nothing in them says when they were made: they change only when what
they tell does.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from cmflow.website.feeds.agenda import Agenda, File, collect

__all__ = ["Agenda", "collect", "files"]


def files(agenda: Agenda) -> Iterator[File]:
    """Every feed as (path, text), from the top of the site, one at a time."""
    from cmflow.website.feeds import csv, ics, json, rss

    formats: tuple[Callable[[Agenda], Iterator[File]], ...] = (ics.files, json.files, csv.files, rss.files)
    return chain.from_iterable(form(agenda) for form in formats)
