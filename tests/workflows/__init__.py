"""The workflows of `cmflow init`: what they are, and their steps played as a runner would."""

from datetime import UTC, datetime

from cmflow.content import plan as plans
from cmflow.model.plan import PLAN_PATH
from cmflow.repository import shipped, workflows
from cmflow.repository.plans import NETWORKS

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ACTION = f"our-team/cmflow@{'0123456789' * 4} # v0.1.0"
FOLDER = "templates/init/"
PARSER = "0.3.61"  # of @actions/workflow-parser, and of what it stands on


def handed_out(action: str = ACTION) -> dict[str, str]:
    """The files for GitHub as `cmflow init` writes them for a team in Paris, by path."""
    files = shipped.templates(FOLDER + ".github")
    texts = {path.removeprefix(FOLDER): text.replace('"@action@"', action) for path, text in files.items()}
    text = shipped.templates(FOLDER + "content")[FOLDER + PLAN_PATH]
    text = text.replace("@timezone@", "Europe/Paris").replace("@today@", "2026-11-29")
    plan, _ = plans.parse(text.encode(), PLAN_PATH, NETWORKS)
    assert plan
    return {**texts, **{rewrite.path: rewrite.rewritten for rewrite in workflows.rewrites(texts, plan, NOW)}}


HANDED_OUT = sorted(path for path in handed_out() if "/workflows/" in path)
