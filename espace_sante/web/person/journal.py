"""Her journal: one plain sentence a line, of which sort it is, and why. Guarantee: G5, G6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec
from starlette.responses import Response

from espace_sante.access.kinds import Group
from espace_sante.access.request import ActId
from espace_sante.actions.line_said import GROUP_WORDS, line_of
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web.edge import Door, Visit
from espace_sante.web.viewing import sheet_source

_PAGE = 25
_PATH = "/moi/journal"
# What stands in the address for each group of lines.
_WORDS: Mapping[str, Group] = MappingProxyType(
    {
        "personnes": Group.PERSONS,
        "listes": Group.LISTS,
        "logiciels": Group.SOFTWARE,
        "refus": Group.REFUSED,
        "autres": Group.OTHERS,
    }
)


@dataclass(frozen=True, slots=True)
class Sort:
    """One group of lines she may ask to see alone: its words, how many there are, its address, whether it is shown now."""

    words: str
    count: int
    href: str
    current: bool


async def journal(visit: Visit) -> Response:
    """Show a page of the journal, most recent first: every line, or those of one group."""
    before = text if (text := visit.query("avant")).isdecimal() and len(text) <= 9 else ""
    word = text if (text := visit.query("sorte")) in _WORDS else ""
    act = REGISTRY[ActId.READ_JOURNAL]
    asked = act.parse({"before": before, "count": str(_PAGE), "lines": _WORDS[word].value if word else ""})
    params = msgspec.structs.replace(asked, counted=True)
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), params)
    page: JournalPage = outcome.result
    lines = [
        line_of(record, reference, document, visit.say, visit.portal.name_of)
        for record, reference, document in zip(page.records, page.references, page.documents, strict=True)
    ]
    return visit.page(
        "person/journal.html",
        entry=outcome.entry,
        lines=lines,
        sorts=_sorts(visit, page, word, before),
        low=page.low,
        high=min(int(before), page.n) - 1 if before else page.n - 1,
        whole=not before and not page.low,
        previous=_address(word) if before else "",
        next=_address(word, str(page.next)) if page.next else "",
    )


async def sheet(visit: Visit) -> Response:
    """Show the page she sent, that a line of her journal was made from."""
    line = text if (text := visit.query("ligne")).isdecimal() and len(text) <= 9 else ""
    if not line or line == "0":
        raise Problem(Kind.NOT_FOUND, "page-not-kept")
    act = REGISTRY[ActId.READ_JOURNAL]
    outcome = await act.perform(visit.portal.frame, visit.ask(keyed=False), act.parse({"sheet": line, "count": "1"}))
    png = await outcome.result.sheet.png(visit.portal.frame)
    picture = sheet_source(png)
    return visit.page("person/sheet.html", entry=outcome.entry, pictures=True, line=line, picture=picture)


DOORS = (Door(_PATH, journal, "person"), Door(f"{_PATH}/feuille", sheet, "person"))


def _sorts(visit: Visit, page: JournalPage, word: str, before: str) -> list[Sort]:
    """Return what she may look at alone, over the lines counted: those there are none of are not offered, but the one she is at."""
    every = Sort(visit.say(mark("Toutes les lignes")), sum(page.counts.values()), _address("", before), not word)
    counted = [(one, group, page.counts.get(group.value, 0)) for one, group in _WORDS.items()]
    return [
        every,
        *(
            Sort(visit.say(GROUP_WORDS[group]), count, _address(one, before), one == word)
            for one, group, count in counted
            if count or one == word
        ),
    ]


def _address(word: str, before: str = "") -> str:
    asked = "&".join(f"{name}={value}" for name, value in (("sorte", word), ("avant", before)) if value)
    return f"{_PATH}?{asked}" if asked else _PATH
