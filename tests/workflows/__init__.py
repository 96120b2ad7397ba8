"""The workflows of `cmflow init`: what they are, and their steps played as a runner would."""

from cmflow.repository import shipped

ACTION = f"our-team/cmflow@{'0123456789' * 4} # v0.1.0"
FOLDER = "templates/init/"
PARSER = "0.3.61"  # of @actions/workflow-parser, and of what it stands on


def handed_out(action: str = ACTION) -> dict[str, str]:
    """The files for GitHub as `cmflow init` writes them, by path."""
    files = shipped.templates(FOLDER + ".github")
    return {path.removeprefix(FOLDER): text.replace('"@action@"', action) for path, text in files.items()}


HANDED_OUT = sorted(path for path in handed_out() if "/workflows/" in path)
