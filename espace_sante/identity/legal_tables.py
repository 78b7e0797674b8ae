"""The law on who acts for whom, as dated data of ours: ages, measures of protection, what each act is to a representative.

Three public tables beside this file; each line names its article, where it was read and when. A line that no article was read
for says « non chargé » and gives nothing. A table that says something unknown is an error, never skipped.
Source: identity/tables/*.csv; docs/decisions/0060.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

NOT_LOADED = "non chargé"
K = TypeVar("K", bound=StrEnum)
V = TypeVar("V")


class LawUnreadable(Exception):
    """A table that says something unknown, with the line at fault; nothing of it is used."""


class Threshold(StrEnum):
    """The ages the law knows here."""

    MAJORITY = "majority"
    EMANCIPATION = "emancipation"
    RESEARCH_SECRECY = "research_secrecy"
    CARE_SECRECY = "care_secrecy"
    OWN_SIGN_IN = "own_sign_in"


class Measure(StrEnum):
    """By what somebody acts for another: authority over a child, or a measure that protects an adult."""

    PARENT = "parent"
    MINOR_GUARDIAN = "minor_guardian"
    SAFEGUARD = "safeguard"
    CURATORSHIP = "curatorship"
    REINFORCED_CURATORSHIP = "reinforced_curatorship"
    GUARDIANSHIP = "guardianship"
    FAMILY_SIMPLE = "family_simple"
    FAMILY_GENERAL = "family_general"
    FUTURE_MANDATE = "future_mandate"

    @property
    def is_of_a_minor(self) -> bool:
        """Say whether it ends at the majority of the person."""
        return self in (Measure.PARENT, Measure.MINOR_GUARDIAN)


class Power(StrEnum):
    """What a decision gives over the person herself, beyond her goods."""

    NOTHING = "rien"
    ASSISTS = "assiste"
    REPRESENTS = "représente"


class ForParent(StrEnum):
    """What an act is to somebody who has authority over a child."""

    USUAL = "usuel"
    IMPORTANT = "important"
    NEVER = "jamais"


class ForGuardian(StrEnum):
    """What an act is to somebody who represents a protected adult: done alone, with her, or never."""

    ALONE = "seul"
    WITH = "avec"
    NEVER = "jamais"


@dataclass(frozen=True, slots=True)
class Age:
    """One age: None when no article was read for it, and then it decides nothing."""

    years: int | None
    article: str
    source: str
    read_on: date | None


@dataclass(frozen=True, slots=True)
class MeasureLaw:
    """One measure: what it is called, and what a decision may give under it."""

    words: str
    powers: frozenset[Power]
    article: str
    source: str
    read_on: date


@dataclass(frozen=True, slots=True)
class ActLaw:
    """One act: what it is to a parent, and to whoever represents a protected adult; why it was classed so."""

    parent: ForParent
    guardian: ForGuardian
    why: str
    read_on: date


@cache
def thresholds() -> Mapping[Threshold, Age]:
    """Return the ages."""
    return read_thresholds(_text("thresholds"))


@cache
def measures() -> Mapping[Measure, MeasureLaw]:
    """Return the measures."""
    return read_measures(_text("measures"))


@cache
def acts() -> Mapping[str, ActLaw]:
    """Return what each act of a person is to who acts for her, by the act's identifier; an act that is not there is never done."""
    return read_acts(_text("acts"))


def years_of(threshold: Threshold) -> int | None:
    """Return an age in years, None when it is not loaded."""
    return thresholds()[threshold].years


def read_thresholds(text: str) -> Mapping[Threshold, Age]:
    """Read a table of ages; raises LawUnreadable. An age without article is not loaded, and the reverse."""
    found: dict[Threshold, Age] = {}
    for number, line in _lines(text, ("code", "âge", "pour", "article", "source", "lu le")):
        with _at(number):
            code, empty = Threshold(line["code"]), line["article"] == NOT_LOADED
            if empty != (not line["âge"]) or empty != (not line["lu le"]) or code in found:
                raise ValueError
            years = None if empty else int(line["âge"])
            if years is not None and not 0 <= years <= 30:
                raise ValueError
            read_on = None if empty else date.fromisoformat(line["lu le"])
            found[code] = Age(years, line["article"], line["source"], read_on)
    return _whole(found, Threshold)


def read_measures(text: str) -> Mapping[Measure, MeasureLaw]:
    """Read a table of measures; raises LawUnreadable."""
    found: dict[Measure, MeasureLaw] = {}
    for number, line in _lines(text, ("code", "mesure", "pouvoirs possibles", "article", "source", "lu le")):
        with _at(number):
            code = Measure(line["code"])
            powers = frozenset(Power(one) for one in line["pouvoirs possibles"].split("|"))
            if code in found or not all(line[name] for name in ("mesure", "article", "source")):
                raise ValueError
            found[code] = MeasureLaw(
                line["mesure"], powers, line["article"], line["source"], date.fromisoformat(line["lu le"])
            )
    return _whole(found, Measure)


def read_acts(text: str) -> Mapping[str, ActLaw]:
    """Read a table of acts; raises LawUnreadable."""
    found: dict[str, ActLaw] = {}
    for number, line in _lines(text, ("démarche", "parent", "majeur protégé", "pourquoi", "lu le")):
        with _at(number):
            act = line["démarche"]
            if act in found or not act or not line["pourquoi"]:
                raise ValueError
            classed = ForParent(line["parent"]), ForGuardian(line["majeur protégé"])
            found[act] = ActLaw(*classed, line["pourquoi"], date.fromisoformat(line["lu le"]))
    return MappingProxyType(found)


@contextmanager
def _at(number: int) -> Iterator[None]:
    """Say which line is at fault, whatever it does not say well."""
    try:
        yield
    except (ValueError, KeyError, TypeError):
        raise LawUnreadable(f"ligne {number} : incomplète, inconnue ou en double") from None


def _lines(text: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(reader.fieldnames or ()) != columns:
        raise LawUnreadable("ligne 1 : les colonnes ne sont pas celles attendues")
    for number, line in enumerate(reader, start=2):
        if None in line or None in line.values():
            raise LawUnreadable(f"ligne {number} : incomplète, inconnue ou en double")
        yield number, line


def _whole(found: dict[K, V], every: type[K]) -> Mapping[K, V]:
    if set(found) != set(every):
        raise LawUnreadable("une ligne manque")
    return MappingProxyType(found)


def _text(name: str) -> str:
    return files("espace_sante.identity").joinpath("tables", f"{name}.csv").read_text(encoding="utf-8")
