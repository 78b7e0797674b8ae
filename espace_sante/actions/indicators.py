"""The public counts, as the keeper gives them to anybody: already without any number under eleven. Guarantee: G9, G14."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from types import MappingProxyType
from typing import Annotated

import msgspec
import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.refusals import KINDS as REFUSED
from espace_sante.actions.registry import REGISTRY
from espace_sante.formats.departments import departments
from espace_sante.keeper import demand as d
from espace_sante.keeper.delays import CLASSES, FEWEST_FOR_HALF, FEWEST_FOR_MOST, Delay
from espace_sante.keeper.departments import BY_DEPARTMENT, DepartmentCell, may_be_published
from espace_sante.keeper.indicators import BY_DAY, FEWEST, KINDS, STEP, UNDOES, WAYS, Cell, totals
from espace_sante.keeper.indicators import may_be_published as cells_may_be_published
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.kernel.refusal import OperatorRefusal

COLUMNS = ("periode", "serie", "departement", "au_moins", "au_plus")
DELAY_COLUMNS = ("periode", "demarche", "voie", "moitie_au_plus", "95_sur_100_au_plus")
# What the cells by channel say of the department; it has cells of its own (keeper/departments.py).
NO_DEPARTMENT = mark("non précisé")
WORDS = MappingProxyType(
    {
        "emergency-in-7": mark("Accès en urgence relus en 7 jours au plus"),
        "emergency-in-14": mark("Accès en urgence relus en 8 à 14 jours"),
        "emergency-in-31": mark("Accès en urgence relus plus tard, dans le délai"),
        "emergency-late": mark("Accès en urgence pas relus dans le délai"),
        "contest-in-7": mark("Accès contestés : réponse en 7 jours au plus"),
        "contest-in-14": mark("Accès contestés : réponse en 8 à 14 jours"),
        "contest-in-31": mark("Accès contestés : réponse plus tard, dans le délai"),
        "contest-late": mark("Accès contestés : pas de réponse dans le délai"),
        "mistake-in-7": mark("Erreurs signalées : réponse en 7 jours au plus"),
        "mistake-in-14": mark("Erreurs signalées : réponse en 8 à 14 jours"),
        "mistake-in-31": mark("Erreurs signalées : réponse plus tard, dans le délai"),
        "mistake-late": mark("Erreurs signalées : pas de réponse dans le délai"),
        "letter-printed": mark("Lettres imprimées en un jour au plus"),
        "letter-late": mark("Lettres imprimées en retard"),
        "page-machine": mark("Feuilles revenues lues par la machine seule"),
        "page-person": mark("Feuilles revenues lues par une personne, en un jour ouvré au plus"),
        "page-late": mark("Feuilles revenues lues par une personne, en retard"),
        "read-own": mark("Lectures par la personne, ou par qui agit pour elle"),
        "read-professional": mark("Lectures par un professionnel autorisé"),
        "read-emergency": mark("Lectures en urgence"),
        "read-app": mark("Lectures par une application permise"),
        "read-counter": mark("Lectures au guichet, pour la personne"),
        "read-court": mark("Lectures sur décision de justice"),
        "refused-professional": mark("Lectures refusées à un professionnel"),
        "refused-app": mark("Lectures refusées à une application"),
    }
)
WAY_WORDS = MappingProxyType(
    {
        "web": mark("Écran"),
        "api": mark("Logiciel"),
        "counter": mark("Guichet"),
        "paper": mark("Papier"),
        "phone": mark("Téléphone"),
    }
)


CLASS_WORDS = MappingProxyType(
    {
        "5s": mark("5 secondes au plus"),
        "1min": mark("1 minute au plus"),
        "1d": mark("1 jour ouvré au plus"),
        "2d": mark("2 jours ouvrés au plus"),
        "3d": mark("3 jours ouvrés au plus"),
        "5d": mark("5 jours ouvrés au plus"),
        "10d": mark("10 jours ouvrés au plus"),
        "20d": mark("20 jours ouvrés au plus"),
        "more": mark("plus de 20 jours ouvrés"),
    }
)
NOT_SAID = mark("pas assez pour le dire")


@dataclass(frozen=True, slots=True)
class Range:
    """What is shown of a number: the least and the most it may be. `most` None: nothing says."""

    least: int
    most: int | None

    @property
    def shown(self) -> bool:
        """Whether it is eleven or more."""
        return self.least >= FEWEST


@dataclass(frozen=True, slots=True)
class Series:
    """One kind: its words, what is shown of each period, what these add up to."""

    kind: str
    words: str
    cells: tuple[tuple[str, Range], ...]
    total: Range


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act in a month: its title, and what is shown through each channel, in the order of WAYS."""

    act: str
    words: str
    ways: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """One department in a month: its number and name, and what is shown of each act, in the order of BY_DEPARTMENT."""

    words: str
    acts: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class DelayLine:
    """One act through one channel: its title, the channel's words, in which class half of them, and 95 in 100, were done."""

    words: str
    way: str
    half: str
    most: str


@dataclass(frozen=True, slots=True)
class Indicators:
    """The published cells; none when nothing is to be published yet.

    `reckoned`: each day (UTC) whose counts were compared with the journal, and how many gaps were found; about nobody.
    `gauge`: readings ordered by a judge, None when the file read says nothing of them. `available`: for each month over, in
    hundredths of a percent, how long a keeper was there to answer. `delays`: how long acts took. `unread`: the day (AAAA-MM-JJ) the
    oldest page that waits for a person came, "" when none waits, None when the file read says nothing of them. `departments`: what is
    shown by department, beside the channels.
    """

    cells: tuple[Cell, ...]
    reckoned: tuple[tuple[str, int], ...] = ()
    gauge: d.SealedGauge | None = None
    available: tuple[tuple[str, int], ...] = ()
    delays: tuple[Delay, ...] = ()
    unread: str | None = None
    departments: tuple[DepartmentCell, ...] = ()

    @property
    def gaps(self) -> tuple[tuple[str, int], ...]:
        """The days on which something did not agree, most recent first."""
        return tuple(sorted((one for one in self.reckoned if one[1]), reverse=True))

    @property
    def last_reckoned(self) -> str:
        """The last day compared, "" when none was."""
        return max((day for day, _ in self.reckoned), default="")

    @property
    def series(self) -> tuple[Series, ...]:
        """Return the cells kind by kind, most recent first."""
        sums = totals(self.cells)
        return tuple(
            Series(
                kind,
                WORDS[kind],
                tuple(sorted(((c.period, _range(c)) for c in self.cells if c.kind == kind), reverse=True, key=_period)),
                Range(*sums.get(kind, (0, 0))),
            )
            for kind in BY_DAY
        )

    @property
    def last_month(self) -> str:
        """The last month shown (AAAA-MM), "" when none is."""
        return max((cell.period[:7] for cell in self.cells), default="")

    @property
    def acts(self) -> tuple[ActLine, ...]:
        """Return what was done by channel in the last month shown."""
        last = {cell.kind: _range(cell) for cell in self.cells if cell.period == self.last_month}
        found = []
        for act in UNDOES:
            ways = tuple(last[kind] for way in WAYS if (kind := f"{act}:{way}") in last)
            if len(ways) == len(WAYS):
                found.append(ActLine(act, REGISTRY[ActId(act)].name, ways))
        return tuple(found)

    @property
    def department_lines(self) -> tuple[DepartmentLine, ...]:
        """Return what is shown by department in the last month shown, in the order of their numbers; nothing of the others."""
        last = {
            (c.department, c.act): Range(c.least, c.number) for c in self.departments if c.period == self.last_month
        }
        names = departments()
        return tuple(
            DepartmentLine(
                f"{code} {names.get(code, '')}".strip(),
                tuple(last.get((code, act), Range(0, None)) for act in BY_DEPARTMENT),
            )
            for code in sorted({code for code, _ in last})
        )

    @property
    def last_delays(self) -> Mapping[tuple[str, str], Delay]:
        """Return what was last published of each act and channel."""
        return {(one.act, one.way): one for one in sorted(self.delays, key=lambda one: one.period)}

    @property
    def delay_lines(self) -> tuple[DelayLine, ...]:
        """Return how long acts took in the last month shown, in the order of the acts and channels."""
        last = {(one.act, one.way): one for one in self.delays if one.period == self.last_month}
        found = ((act, way, last[act, way]) for act in UNDOES for way in WAYS if (act, way) in last)
        return tuple(
            DelayLine(
                REGISTRY[ActId(act)].name, WAY_WORDS[way], CLASS_WORDS[one.half], CLASS_WORDS.get(one.most, NOT_SAID)
            )
            for act, way, one in found
        )

    @property
    def delay_tables(self) -> tuple[tuple[str, tuple[DelayLine, ...]], ...]:
        """Return the same by channel, in their order: its words and its lines; nothing of a channel that has none."""
        told = self.delay_lines
        each = ((words, tuple(line for line in told if line.way == words)) for words in WAY_WORDS.values())
        return tuple((words, lines) for words, lines in each if lines)

    def delays_csv(self) -> str:
        """Return how long acts took, as open data: classes; "" when there are not enough of them to say."""
        written = StringIO(newline="")
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow(DELAY_COLUMNS)
        rows.writerows(sorted((one.period, one.act, one.way, one.half, one.most) for one in self.delays))
        return written.getvalue()

    def as_csv(self) -> str:
        """Return every cell as open data: what a number may be at least and at most, "" when nothing says."""
        written = StringIO(newline="")
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow(COLUMNS)
        told = [(c.period, c.kind, NO_DEPARTMENT, c.least, "" if c.most is None else c.most) for c in self.cells]
        rows.writerows(sorted([*told, *((c.period, c.act, c.department, c.least, c.number) for c in self.departments)]))
        return written.getvalue()

    def sums_csv(self) -> str:
        """Return what the cells of each series add up to, as `verifier/indicators.py publie` writes it; not those by department."""
        written = StringIO(newline="")
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow(("serie", "au_moins", "au_plus"))
        for kind, (least, most) in sorted(totals(self.cells).items()):
            rows.writerow((kind, least, "" if most is None else most))
        return written.getvalue()

    def as_json(self) -> bytes:
        """Return the counts as they are published: a number n means n - 4 to n, null fewer than `fewest`.

        A department without a number is not shown. Version 3 adds `departments` to version 2.
        """
        cells = [{"period": c.period, "kind": c.kind, "number": c.number} for c in self.cells]
        said = {"v": 3, "fewest": FEWEST, "step": STEP, "cells": cells, "totals": totals(self.cells)}
        delays = [msgspec.structs.asdict(one) for one in self.delays]
        places = [msgspec.structs.asdict(one) for one in self.departments]
        more = {"reckoned": self.reckoned, "available": self.available, "delays": delays, "departments": places}
        gauge = {"orders": msgspec.to_builtins(self.gauge)} if self.gauge is not None else {}
        unread = {"unread": self.unread} if self.unread is not None else {}
        return orjson.dumps(said | more | gauge | unread)


async def indicators(keeper: d.Keeper) -> Indicators:
    """Return what is published now. Raises Problem when the keeper cannot say."""
    answered = await keeper.ask(d.Counts(0))
    if not isinstance(answered, d.Done):
        raise Problem(REFUSED.get(answered.code, Kind.BUSY), answered.code)
    found = msgspec.msgpack.decode(answered.payload, type=d.CountsAnswer)
    return Indicators(
        found.cells, found.reckoned, found.gauge, found.available, found.delays, found.unread, found.departments
    )


async def last_delays(keeper: d.Keeper) -> Mapping[tuple[str, str], Delay]:
    """Return what was last published of the delay of each act and channel; nothing when the keeper cannot say."""
    found = await indicators_if_any(keeper)
    return found.last_delays if found is not None else {}


async def indicators_if_any(keeper: d.Keeper) -> Indicators | None:
    """Return what is published now, None when the keeper cannot say: for pages that hold more than figures."""
    try:
        return await indicators(keeper)
    except Problem:
        return None


def read_indicators(text: str) -> Indicators:
    """Read a file as `as_json` writes it. Raises OperatorRefusal for anything else, a number under eleven included."""
    try:
        said = orjson.loads(text)
        cells = tuple(Cell(_day_or_month(str(c["period"])), str(c["kind"]), c["number"]) for c in said["cells"])
        gauge = msgspec.convert(said["orders"], d.SealedGauge) if "orders" in said else None
        reckoned = _pairs(said.get("reckoned", ()), "%Y-%m-%d")
        available = _pairs(said.get("available", ()), "%Y-%m")
        delays = tuple(Delay(**{key: str(value) for key, value in one.items()}) for one in said.get("delays", ()))
        places = tuple(msgspec.convert(one, _PlaceSaid).as_cell() for one in said.get("departments", ()))
        unread = said.get("unread")
        if unread:
            unread = date.fromisoformat(unread).isoformat()
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise OperatorRefusal("Ce fichier n'est pas celui de /indicateurs.json.") from None
    for cell in cells:
        whole = cell.number is None or (type(cell.number) is int and cell.number % STEP == 0 and cell.number > FEWEST)
        if cell.kind not in KINDS or not whole:
            raise OperatorRefusal(
                f"Ce fichier contient un nombre de moins de {FEWEST}, mal arrondi, ou un compte inconnu."
            )
    if not cells_may_be_published(cells):
        raise OperatorRefusal("Ce fichier montre ensemble des nombres qui en font deviner un de moins de 11.")
    if not all(_may_be_shown(one, cells) for one in delays):
        raise OperatorRefusal(
            "Ce fichier contient un délai qui ne peut pas être montré : trop peu de démarches, ou inconnu."
        )
    if not may_be_published(places, cells):
        raise OperatorRefusal("Ce fichier contient un département qui ne peut pas être montré : trop peu de démarches.")
    return Indicators(cells, reckoned, gauge, available, delays, unread, places)


class _PlaceSaid(msgspec.Struct, frozen=True):
    """A cell by department as it is written in a file."""

    period: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    act: str
    department: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{2,3}$")]
    number: int

    def as_cell(self) -> DepartmentCell:
        """Return it as a cell."""
        return DepartmentCell(self.period, self.act, self.department, self.number)


def _may_be_shown(delay: Delay, cells: Iterable[Cell]) -> bool:
    """Say whether a delay rests on a count that is shown, of as many acts as it needs."""
    least = max((c.least for c in cells if (c.period, c.kind) == (delay.period, f"{delay.act}:{delay.way}")), default=0)
    needed = FEWEST_FOR_MOST if delay.most else FEWEST_FOR_HALF
    return least >= needed and delay.half in CLASSES and delay.most in (*CLASSES, "")


def _pairs(rows: Iterable[tuple[str, int]], form: str) -> tuple[tuple[str, int], ...]:
    return tuple(
        (date.fromisoformat(day if form == "%Y-%m-%d" else f"{day}-01").strftime(form), int(n)) for day, n in rows
    )


def _day_or_month(said: str) -> str:
    whole = said if len(said) > len("AAAA-MM") else f"{said}-01"
    if date.fromisoformat(whole).isoformat() != whole:
        raise ValueError(said)
    return said


def _range(cell: Cell) -> Range:
    return Range(cell.least, cell.most)


def _period(one: tuple[str, Range]) -> str:
    return one[0]
