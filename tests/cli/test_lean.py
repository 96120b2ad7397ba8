"""What commands import where nothing has changed: most of what they would need otherwise stays where it is."""

import subprocess
import sys

import pytest

from tests.cli.conftest import Place

RUN = (
    "import sys, cmflow.cli\n"
    "try: cmflow.cli.main(sys.argv[1:])\n"
    "except SystemExit: pass\n"
    "print(*sys.modules, file=sys.stderr)"
)
WRITING = ("babel", "frontmatter", "jinja2", "markdown", "regex", "yaml")
STATISTICS = ("cmflow.insights.statistics", "cmflow.publish", "cmflow.website.post_page")
RULES = ("cmflow.content.plan", "cmflow.lint.text_rules", "cmflow.networks.mastodon", "cmflow.render")


@pytest.mark.slow  # starts another Python
@pytest.mark.parametrize("command", ["build", "check", "status"])
def test_nothing_that_reads_or_renders_is_imported_where_nothing_changed(place: Place, command: str) -> None:
    words = [sys.executable, "-c", RUN, command, "--at", "2026-05-31 12:00"]  # another day is a change
    modules = [subprocess.run(words, cwd=place.root, capture_output=True, text=True).stderr for _ in range(2)]
    assert {*WRITING, *RULES} - {"babel"} <= {*modules[0].split()}
    assert {*WRITING, *RULES, *STATISTICS} & {*modules[1].split()} == set()
