"""What the command line says in words."""

import click


class _Words(click.ParamType[str]):
    """Text that can be written down. An argument may also be bytes that are not text: those of a file's name."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!r} is not text in UTF-8.", param, ctx)
        return value


WORDS = _Words()
