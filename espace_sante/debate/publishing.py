"""What came, row by row, as lines of the log and rows to keep. Pure: rows come in, in the order of numbers drawn at random."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from espace_sante.debate.events import Contested, Contributed, Event, Flowed
from espace_sante.debate.log import Text
from espace_sante.debate.rules import FEWEST_TOLD
from espace_sante.debate.texts import commitment, reason_to_hold
from espace_sante.debate.words import Sort


@dataclass(frozen=True, slots=True)
class Item:
    """One row that came: an event with its text, and who may find it again; or a ballot."""

    row: UUID
    dossier: str
    day: date
    event: Event | None = None
    text: Text | None = None
    bearer: tuple[bytes, str] | None = None
    ballot: tuple[UUID, str, str] | None = None


def item_of(row: Mapping[str, Any], today: date) -> Item:
    """Return what one row becomes. Raises ValueError, KeyError or TypeError for a row that cannot be read."""
    body = orjson.loads(row["body"])
    place = row["id"], row["dossier"], row["day"]
    if row["kind"] == "vote":
        return Item(*place, ballot=(row["id"], row["dossier"], row["body"]))
    text = _text(body)
    if row["kind"] == "contest":
        return Item(*place, Contested(body["contribution"], text.com, row["day"]), text)
    number, made_on = body["contribution"], date.fromisoformat(body["made_on"])
    held, sort = reason_to_hold(body["text"]), Sort(body["sort"])
    said = Contributed(number, row["dossier"], sort, body["about"], text.com, made_on, today, held)
    # A row that waits since an older version says no day of arrival.
    arrived_on = date.fromisoformat(body["arrived_on"]) if "arrived_on" in body else row["day"]
    return Item(row["id"], row["dossier"], arrived_on, said, text, (bytes.fromhex(body["bearer"]), number))


def flowed(items: Iterable[Item], hours: Iterable[Mapping[str, Any]]) -> Sequence[Flowed]:
    """Return how what was published had come, by dossier and day."""
    numbers: dict[tuple[str, date], int] = {}
    for item in items:
        if isinstance(item.event, Contributed):
            numbers[item.dossier, item.day] = numbers.get((item.dossier, item.day), 0) + 1
    told: dict[tuple[str, date], list[tuple[int, int]]] = {}
    for row in hours:
        if row["number"] >= FEWEST_TOLD:
            told.setdefault((row["dossier"], row["day"]), []).append((row["hour"], row["number"]))
    days = sorted(numbers.items())
    return [Flowed(dossier, on, number, tuple(told.get((dossier, on), ()))) for (dossier, on), number in days]


def _text(body: Mapping[str, str]) -> Text:
    salt = bytes.fromhex(body["salt"])
    return Text(commitment(body["text"], salt), salt, body["text"])
