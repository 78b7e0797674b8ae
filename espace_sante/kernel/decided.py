"""What a public change leans on: a decision of the project, of the public debate, or one taken elsewhere, as it is written.

Only the form is judged here: who took a decision, and whether it was taken, is for people to check. Decision: 0086.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_LETTERS = 200
HOW = (
    "Dites quelle décision a été prise : « décision 0068 » (du projet), « débat D-12 » (du débat public), ou"
    " « délibération 2027-14 du 2027-02-03, conseil d'administration » (d'ailleurs)."
)
_FORMS = (
    re.compile(r"(?P<kind>décision) (?P<number>\d{4})"),
    re.compile(r"(?P<kind>débat) (?P<number>[A-Za-z0-9][A-Za-z0-9._-]{0,59})"),
    re.compile(
        r"(?P<kind>délibération) (?P<number>[A-Za-z0-9][A-Za-z0-9./_-]{0,59}) du (?P<on>\d{4}-\d\d-\d\d)(?:, (?P<body>\S.*))?"
    ),
)


class Kind(StrEnum):
    """Where a decision was taken, in the word it is written with."""

    PROJECT = "décision"
    DEBATE = "débat"
    OUTSIDE = "délibération"


@dataclass(frozen=True, slots=True)
class Reference:
    """One decision: its number where it was taken; for one taken elsewhere, its day, and by which body when that is said."""

    kind: Kind
    number: str
    on: date | None = None
    body: str = ""

    def __str__(self) -> str:
        if self.on is None:
            return f"{self.kind.value} {self.number}"
        return f"{self.kind.value} {self.number} du {self.on.isoformat()}" + (f", {self.body}" if self.body else "")


def reference_of(text: str) -> Reference | None:
    """Read a reference written in one of the three forms; None for anything else. Never raises."""
    if len(text) > MOST_LETTERS or not text.isprintable() or text != text.strip():
        return None
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    said = found.groupdict()
    try:
        on = date.fromisoformat(said["on"]) if said.get("on") else None
    except ValueError:
        return None
    return Reference(Kind(said["kind"]), said["number"], on, said.get("body") or "")


def named(text: str) -> Reference | str:
    """Return the decision a text names, to be shown; a text in none of the three forms stays as it was written."""
    return reference_of(text) or text
