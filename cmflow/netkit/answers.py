"""What an answer of a network holds, whatever a server sends: nothing, or a value of the type that is asked for."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

EPOCH = 1_000_000_000  # seconds since 1970: a smaller number is none of our time
DAY = 86_400.0  # seconds; no server's word is taken for longer
RESETS = ("X-RateLimit-Reset", "X-Rate-Limit-Reset", "X-RateLimit-Reset-After", "RateLimit-Reset")


def document(answer: "httpx.Response") -> Any:
    """The JSON of an answer; None where it is not JSON, or nested deeper than any answer of a network."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def text(answer: "httpx.Response", name: str) -> str:
    """A text or number of an answer's object, as text; "" where it is not there."""
    body = document(answer)
    value = body.get(name) if isinstance(body, Mapping) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def again(answer: "httpx.Response") -> datetime | None:
    """When to try again: the latest of what headers and body say, and a day from the server's own date at most.

    A time that is over says nothing.
    """
    now, retry_after = date(answer), answer.headers.get("Retry-After", "")
    waits = [_seconds(retry_after), _number(text(answer, "retry_after_ms"), 1000), *map(_seconds, _bodies(answer))]
    waits += [_delta(answer.headers.get(name, "")) for name in RESETS]
    times = [now + timedelta(seconds=min(wait, DAY)) for wait in waits if wait and now]
    resets = (_http_date(retry_after), *(_reset(answer.headers.get(name, "")) for name in RESETS))
    times += [time for time in resets if time]
    latest = max((time for time in times if now is None or time > now), default=None)
    return min(latest, now + timedelta(seconds=DAY)) if latest and now else latest


def _bodies(answer: "httpx.Response") -> tuple[str, ...]:
    """Seconds in the body, as Discord (`retry_after`) and Telegram (`parameters.retry_after`) say them."""
    body = document(answer)
    inner = body.get("parameters") if isinstance(body, Mapping) else None
    deeper = str(inner.get("retry_after", "")) if isinstance(inner, Mapping) else ""
    flat = str(body.get("retry_after", "")) if isinstance(body, Mapping) else ""
    return flat, deeper


def _delta(written: str) -> float:
    """A reset that is seconds from now, as the newer drafts of RateLimit have it, and not a time."""
    seconds = _seconds(written)
    return seconds if seconds <= DAY else 0.0


def _seconds(written: str) -> float:
    integer, _, fraction = written.partition(".")
    digits = integer + (fraction or "0")
    return float(f"{integer}.{fraction or 0}") if digits.isascii() and digits.isdigit() and len(digits) < 20 else 0.0


def _reset(written: str) -> datetime | None:
    """Seconds since 1970, or ISO 8601."""
    seconds = _number(written, 1)
    if not seconds:
        return _date(written)
    return datetime.fromtimestamp(seconds, UTC) if EPOCH < seconds < 4 * EPOCH else None


def date(answer: "httpx.Response") -> datetime | None:
    """The server's clock when it answered."""
    return _http_date(answer.headers.get("Date", ""))


def moment(written: object) -> datetime | None:
    """ISO 8601; without a zone it is UTC."""
    return _date(written) if isinstance(written, str) else None


def _date(written: str) -> datetime | None:
    try:
        return _utc(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        return None


def _http_date(written: str) -> datetime | None:
    try:
        return _utc(parsedate_to_datetime(written))
    except (ValueError, OverflowError):
        return None


def _utc(time: datetime) -> datetime | None:
    """None for the first and the last year there is: nothing can be reckoned from there."""
    if not 1 < time.year < 9999:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _number(written: str, of: int) -> float:
    return int(written) / of if written.isascii() and written.isdigit() and len(written) < 16 else 0.0


def objects(value: object) -> list[Mapping[str, Any]] | None:
    """A JSON list of objects; None where it is anything else."""
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return value
    return None
