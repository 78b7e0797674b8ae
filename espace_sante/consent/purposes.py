"""The further uses of her documents, as dated public data: what each is for, in plain words, and by which law.

A use is allowed only by her yes to its own code. None is processed today; a code added later gives nothing until she is asked.
Source: Regulation (EU) 2025/327 art. 53 and 71; docs/decisions/0027. Guarantee: G3.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from espace_sante.consent.rights import Rights

COLUMNS = ("code", "sorte", "depuis", "loi", "traité", "question", "mots")
_CODE = re.compile(r"[a-z][a-z_]{1,30}")
_SORTS = {"soin": False, "secondaire": True}
_YES_NO = {"oui": True, "non": False}


class PurposesUnreadable(Exception):
    """A table of uses that says something unknown, with the line at fault; nothing of it is used."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One use: `words` continue "pour …", `question` is how she is asked, `processed` whether anything is done with it."""

    code: str
    secondary: bool
    since: date
    law: str
    processed: bool
    question: str
    words: str


@cache
def purposes() -> Mapping[str, Purpose]:
    """Return the uses she may be asked about, by code, in the order they are asked."""
    return read_purposes(files("espace_sante.consent").joinpath("purposes.csv").read_text(encoding="utf-8"))


def read_purposes(text: str) -> Mapping[str, Purpose]:
    """Return the uses of a table; raises PurposesUnreadable for a line that is not wholly understood, or stands twice."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise PurposesUnreadable("ligne 1 : les colonnes ne sont pas celles attendues")
    found: dict[str, Purpose] = {}
    for number, line in enumerate(reader, start=2):
        try:
            one = _purpose(line)
        except (ValueError, KeyError, TypeError):
            raise PurposesUnreadable(f"ligne {number} : incomplète ou inconnue") from None
        if one.code in found:
            raise PurposesUnreadable(f"ligne {number} : {one.code} est déjà là")
        found[one.code] = one
    return MappingProxyType(found)


def allows(rights: Rights | None, code: str, known: Mapping[str, Purpose]) -> bool:
    """Say whether one use is allowed: known, and she said yes to it; a sealed or presumed space allows none."""
    return rights is not None and code in known and code in rights.purposes and not (rights.chest or rights.presumed)


def _purpose(line: Mapping[str, str]) -> Purpose:
    code, law, question, words = line["code"], line["loi"], line["question"], line["mots"]
    if _CODE.fullmatch(code) is None or not (law and question and words) or None in line:
        raise ValueError(code)
    since = date.fromisoformat(line["depuis"])
    return Purpose(code, _SORTS[line["sorte"]], since, law, _YES_NO[line["traité"]], question, words)
