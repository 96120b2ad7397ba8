"""Numbers in sentences."""


def counted(number: int, noun: str) -> str:
    """`1 post`, `2 posts`, `1,200 posts`"""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
