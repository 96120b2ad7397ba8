import re

import pytest
from yaml import MarkedYAMLError, YAMLError

from cmflow import problems
from cmflow.matter import syntax
from cmflow.matter.syntax import COMPLAINTS, Complaint


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda complaint: complaint.pattern or "anything else")
def test_each_complaint_is_a_sentence_with_advice(complaint: Complaint) -> None:
    assert complaint.code in problems.CODES
    assert complaint.message.endswith(".")
    assert complaint.hint.endswith(".")
    assert not re.search(r"token|scalar|node|stream|flow|anchor", complaint.message + complaint.hint)


@pytest.mark.parametrize("error", (YAMLError("unheard of"), MarkedYAMLError(problem="unheard of"), MarkedYAMLError()))
def test_an_error_without_a_place_is_shown_at_the_start(error: YAMLError) -> None:
    broken = syntax.explain(error, ["", "a: b"])
    assert (broken.line, broken.code) == (1, "yaml-syntax")
    assert broken.message == "This line does not fit the lines above it."
