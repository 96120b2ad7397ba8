"""The values that everything else speaks of: plan, account, post, variant, part, delivery, receipt, problem.

All are frozen and hold tuples. Every `datetime` is aware. Every path is relative to the repository, with `/`.
Offsets count Unicode code points. Lines count from 1.
"""

from cmflow.model.approval import Approval
from cmflow.model.change import Change
from cmflow.model.delivery import (
    CONTENT,
    Delivery,
    Entry,
    Event,
    Key,
    Planned,
    Receipt,
    Remote,
    State,
    Trait,
    Transfer,
    is_edited,
    same_content,
)
from cmflow.model.plan import (
    METRICS,
    NEW,
    Account,
    ApprovalRules,
    Budget,
    Campaign,
    Goal,
    Pause,
    Person,
    Pillar,
    Plan,
    Rules,
    Slot,
    Threading,
    WeekStart,
)
from cmflow.model.post import INHERITED, Card, Experiment, Media, Override, Poll, Post, Status, Subtitles, Visibility
from cmflow.model.problem import Problem, Severity
from cmflow.model.reading import Number, Origin, Reading
from cmflow.model.stop import Confirmation, Stop, Stops
from cmflow.model.text import Entity, Form, Kind, Part, Span, Text, Variant

__all__ = [
    "CONTENT",
    "INHERITED",
    "METRICS",
    "NEW",
    "Account",
    "Approval",
    "ApprovalRules",
    "Budget",
    "Campaign",
    "Card",
    "Change",
    "Confirmation",
    "Delivery",
    "Entity",
    "Entry",
    "Event",
    "Experiment",
    "Form",
    "Goal",
    "Key",
    "Kind",
    "Media",
    "Number",
    "Origin",
    "Override",
    "Part",
    "Pause",
    "Person",
    "Pillar",
    "Plan",
    "Planned",
    "Poll",
    "Post",
    "Problem",
    "Reading",
    "Receipt",
    "Remote",
    "Rules",
    "Severity",
    "Slot",
    "Span",
    "State",
    "Status",
    "Stop",
    "Stops",
    "Subtitles",
    "Text",
    "Threading",
    "Trait",
    "Transfer",
    "Variant",
    "Visibility",
    "WeekStart",
    "is_edited",
    "same_content",
]
