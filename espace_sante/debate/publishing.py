"""What came in a day, as lines of the log and rows to keep. Pure: rows come in, in the order of numbers drawn at random."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from espace_sante.debate.events import Contested, Contributed, Event, Flowed
from espace_sante.debate.log import Text
from espace_sante.debate.rules import FEWEST_TOLD
from espace_sante.debate.texts import commitment, reason_to_hold
from espace_sante.debate.words import Sort


@dataclass(slots=True)
class Day:
    """Events and their texts, who may find which text again, and ballots."""

    events: list[Event] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    bearers: list[tuple[bytes, str]] = field(default_factory=list)
    ballots: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def bearer_columns(self) -> tuple[list[bytes], list[str]]:
        """Return the bearers as two columns."""
        return [tag for tag, _ in self.bearers], [number for _, number in self.bearers]

    @property
    def ballot_columns(self) -> tuple[list[str], list[str], list[str]]:
        """Return the ballots as three columns."""
        return [row[0] for row in self.ballots], [row[1] for row in self.ballots], [row[2] for row in self.ballots]


def day_of(rows: Iterable[Mapping[str, Any]], hours: Iterable[Mapping[str, Any]], today: date) -> Day:
    """Return what arrived, and how it flowed, ready to be written."""
    day, numbers = Day(), dict[tuple[str, date], int]()
    for row in rows:
        body = orjson.loads(row["body"])
        if row["kind"] == "vote":
            day.ballots.append((str(row["id"]), row["dossier"], row["body"]))
        elif row["kind"] == "contest":
            day.events.append(Contested(body["contribution"], _text(day, body), row["day"]))
        else:
            _write(day, row["dossier"], body, today)
            numbers[row["dossier"], row["day"]] = numbers.get((row["dossier"], row["day"]), 0) + 1
    told: dict[tuple[str, date], list[tuple[int, int]]] = {}
    for row in hours:
        if row["number"] >= FEWEST_TOLD:
            told.setdefault((row["dossier"], row["day"]), []).append((row["hour"], row["number"]))
    for (dossier, on), number in sorted(numbers.items()):
        day.events.append(Flowed(dossier, on, number, tuple(told.get((dossier, on), ()))))
    return day


def _write(day: Day, dossier: str, body: Mapping[str, str], today: date) -> None:
    number, made_on = body["contribution"], date.fromisoformat(body["made_on"])
    held = reason_to_hold(body["text"])
    said = Contributed(number, dossier, Sort(body["sort"]), body["about"], _text(day, body), made_on, today, held)
    day.events.append(said)
    day.bearers.append((bytes.fromhex(body["bearer"]), number))


def _text(day: Day, body: Mapping[str, str]) -> str:
    salt = bytes.fromhex(body["salt"])
    com = commitment(body["text"], salt)
    day.texts.append(Text(com, salt, body["text"]))
    return com
