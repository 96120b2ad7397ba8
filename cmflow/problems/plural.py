"""Numbers in sentences."""


def counted(number: int, noun: str) -> str:
    """`1 post`, `2 posts`, `1,200 deliveries`, `3 days`"""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeou" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
