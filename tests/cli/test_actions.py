"""What a job reads of its surroundings."""

from pathlib import Path

import pytest

from cmflow.cli import _actions
from cmflow.model.errors import GitHubError


def test_the_hub_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/content")
    monkeypatch.setenv("GITHUB_WORKFLOW_REF", "team/content/.github/workflows/preview.yml@refs/heads/main")
    with pytest.raises(GitHubError, match="No token"):
        _actions.hub()
    monkeypatch.setenv("GH_TOKEN", "second")
    line = _actions.hub().connection
    assert (line.repository, line.workflow) == ("team/content", ".github/workflows/preview.yml")
    assert (line.client.requester.base_url, line.token) == ("https://api.github.com", "second")
    monkeypatch.setenv("GITHUB_TOKEN", "first")
    monkeypatch.setenv("GITHUB_API_URL", "https://git.example.org/api/v3/")
    line = _actions.hub().connection
    assert (line.client.requester.base_url, line.token) == ("https://git.example.org/api/v3", "first")


def test_outside_of_a_job_nothing_happened(tmp_path: Path) -> None:
    assert (_actions.workflow(), _actions.event(), _actions.summarise("Hello")) == ("", {}, False)


def test_an_event_is_an_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "event.json"
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))
    for data in (None, b"[]", b"{", b"\xff", b"[" * 100_000):
        if data:
            path.write_bytes(data)
        with pytest.raises(GitHubError, match="is not a GitHub event"):
            _actions.event()
    path.write_text('{"action": "opened"}')
    assert _actions.event() == {"action": "opened"}


def test_a_summary_is_added_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    assert _actions.summarise("# One") and _actions.summarise("Two \udc80")
    assert not _actions.summarise("x" * _actions.LONGEST)
    assert path.read_text() == "# One\nTwo \\udc80\n"
