"""Compiled templates for Jinja2, from the shelf of this process. Imported only where a template is filled in."""

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from cmflow.model.templates import Shelf, shelf


class _Compiled(BytecodeCache):
    """What the shelf has for the environments of one kind."""

    def __init__(self, place: Shelf, kind: str) -> None:
        self._place, self._kind = place, kind

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        bucket = Bucket(environment, f"{name} {filename}", source)
        bucket.code = self._place.load(self._kind, bucket.key, source)
        return bucket

    def set_bucket(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._place.save(self._kind, bucket.key, bucket.checksum, bucket.code)


def compiled(kind: str) -> BytecodeCache | None:
    """What is given to an environment of that kind; None where nothing is kept."""
    place = shelf()
    return _Compiled(place, kind) if place else None
