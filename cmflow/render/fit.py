"""One text compared with one network's rules: its length there, whether it fits, and the links the network makes."""

from collections.abc import Callable

from cmflow.model import Entity
from cmflow.model.limits import Limits, Measure
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """`lengths` holds every measure of the network with the text's length in it, the best known one first.

    The offsets of `entities` count in the network's own unit.
    """

    lengths: tuple[tuple[Measure, int], ...]
    entities: tuple[Entity, ...]

    @property
    def fits(self) -> bool:
        return all(length <= measure.limit.value for measure, length in self.lengths)


def measured(body: str, content_warning: str, limits: Limits) -> Measured:
    lengths = tuple((measure, measure.count(body, content_warning)) for measure in limits.text)
    unit = UNITS[limits.offsets]
    entities = limits.find(body)
    if unit is not None and not body.isascii():
        entities = _in_units(unit, body, entities)
    return Measured(lengths, entities)


def _in_units(unit: Callable[[str], int], body: str, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    entities_there, position, position_there = [], 0, 0  # `place` is `at` in the network's unit
    for entity in entities:
        start = position_there + unit(body[position : entity.start])
        end = start + unit(body[entity.start : entity.end])
        entities_there.append(Entity(start, end, entity.kind, entity.text))
        position, position_there = entity.end, end
    return tuple(entities_there)


UNITS: dict[str, Callable[[str], int] | None] = {
    "code points": None,
    "bytes": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-16": lambda text: len(text) + sum(character > "\uffff" for character in text),
}


def as_dict(result: Measured) -> dict[str, object]:
    """The shape of a line of `cmflow text --json-lines`: length and limit in the network's best known measure."""
    measure, length = result.lengths[0]
    return {
        "length": length,
        "limit": measure.limit.value,
        "fits": result.fits,
        "entities": [
            {"kind": entity.kind, "text": entity.text, "start": entity.start, "end": entity.end}
            for entity in result.entities
        ],
    }
