"""The letter of her journal of one year, or of one quarter: its lines in plain words, and what she compares with others.

What is hidden or withheld from her, or hers alone to read, is in no letter. Guarantee: G5, G6, G10. Source: docs/decisions/0041.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.line_said import JournalLine, counts_said, line_of
from espace_sante.formats.mail import SheetCode
from espace_sante.keeper.demand import ShownProof, YearLines
from espace_sante.kernel.i18n import Language, mark, say_short_moment
from espace_sante.kernel.readable import in_fives, readable

_HIDING = frozenset({ActId.MASK.value, ActId.UNMASK.value})
_QUARTERS = (
    mark("de janvier à mars"),
    mark("d’avril à juin"),
    mark("de juillet à septembre"),
    mark("d’octobre à décembre"),
)
Part = tuple[str, tuple[str, ...]]


def sentence_on_paper(line: JournalLine, record: Mapping[str, Any], say: Callable[[str], str]) -> str:
    """Return what a line says on paper: which category or document is hidden is not written there."""
    if record["act"] not in _HIDING:
        return line.sentence
    actor = record["actor"]
    if actor["kind"] == "person":
        return say(mark("Vous avez changé ce que vous cachez."))
    return say(mark("%(who)s a changé ce que vous cachez, à votre demande.")) % {
        "who": actor["name"] or say(mark("Quelqu’un"))
    }


@dataclass(frozen=True, slots=True)
class YearWords:
    """What the letter of one year says."""

    say: Callable[[str], str]
    name_of: Callable[[str], str]

    def body(self, shown: YearLines) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
        """Return its title, how it begins, and its parts."""
        title, count = self._title(shown)
        intro = [count % {"count": shown.count}]
        if shown.counts:
            words = mark("Parmi les %(counted)s plus récentes : %(counts)s.")
            intro.append(self.say(words) % {"counted": shown.counted, "counts": counts_said(shown.counts, self.say)})
        if shown.count > len(shown.records):
            more = mark("Voici les %(shown)s plus récentes. Les autres s’impriment au guichet : formulaire ES-53.")
            intro.append(self.say(more) % {"shown": len(shown.records)})
        lines = tuple(self._line(record) for record in shown.records) or (self.say(mark("Aucune ligne.")),)
        return (
            title,
            tuple(intro),
            ((self.say(mark("Les lignes, la plus récente d’abord")), lines), self._compare(shown)),
        )

    def _title(self, shown: YearLines) -> tuple[str, str]:
        if not shown.quarter:
            title = self.say(mark("Votre journal de l’année %(year)s")) % {"year": shown.year}
            words = mark("Vous avez demandé cette lettre. Cette année, votre journal compte %(count)s lignes.")
            return title, self.say(words)
        title = self.say(mark("Votre journal, %(months)s %(year)s")) % {
            "months": self.say(_QUARTERS[shown.quarter - 1]),
            "year": shown.year,
        }
        words = mark(
            "Vous avez demandé cette lettre, chaque trimestre. Vous pouvez l’arrêter quand vous voulez."
            " Ces trois mois, votre journal compte %(count)s lignes."
        )
        return title, self.say(words)

    def code(self, shown: YearLines | ShownProof) -> SheetCode | None:
        """Return the receipt of the last line as a code, None when nothing is published of that year."""
        if not shown.receipt or shown.last is None:
            return None
        words = mark(
            "Ce code est le reçu de la ligne %(number)s. Le programme verify.py, d’une association par exemple,"
            " vérifie qu’elle est dans le journal public."
        )
        alt = self.say(mark("Code du reçu, à lire par une machine"))
        return SheetCode(shown.receipt, self.say(words) % {"number": shown.last.seq}, alt)

    def _line(self, content: bytes) -> str:
        record = orjson.loads(content)
        line = line_of(record, "", "", self.say, self.name_of)
        words = self.say(mark("Ligne %(number)s, le %(when)s. %(what)s %(sort)s %(why)s"))
        return words % {
            "number": line.number,
            "when": say_short_moment(line.at, Language.FR),
            "what": sentence_on_paper(line, record, self.say),
            "sort": line.sort,
            "why": line.why,
        }

    def _compare(self, shown: YearLines) -> Part:
        said = []
        if shown.com:
            said.append(self.say(mark("Dernière de ces lignes : %(code)s.")) % {"code": in_fives(readable(shown.com))})
        said += self._state(shown)
        return self.say(mark("Pour vérifier sans nous")), tuple(said)

    def proof(self, shown: ShownProof) -> Part:
        """Return what a receipt says of the public journal, and how the proof of each line is had."""
        said = self._state(shown)
        if shown.size and shown.last is None:
            said.append(
                self.say(
                    mark("La ligne n’y était pas encore quand cette lettre a été imprimée. Elle y est publiée ensuite.")
                )
            )
        ask = mark("Pour recevoir la preuve d’une ligne : au guichet, ou par courrier, formulaire ES-54.")
        return self.say(mark("Pour vérifier sans nous")), (*said, self.say(ask))

    def _state(self, shown: YearLines | ShownProof) -> list[str]:
        said = []
        if shown.size:
            state = mark(
                "Le %(seen)s, le journal public comptait %(size)s lignes, de tout le monde. Son empreinte : %(root)s."
            )
            seen = say_short_moment(datetime.fromisoformat(shown.seen), Language.FR)
            values = {"seen": seen, "size": shown.size, "root": in_fives(readable(shown.root))}
            said.append(self.say(state) % values)
            same = mark(
                "Cette empreinte est la même pour tous : une mairie ou une association peut la comparer à la sienne."
            )
            said.append(self.say(same))
        else:
            said.append(self.say(mark("Le journal public n’a encore rien publié.")))
        return said
