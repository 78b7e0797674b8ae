"""What she contested, reported and allowed the support, as sentences to print beside her journal: read without a screen.

Pure: values in, sentences out. Guarantee: G10.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from espace_sante.actions.answer_case import OUTCOMES
from espace_sante.actions.read_journal import JournalPage
from espace_sante.keeper.demand import CaseSeen
from espace_sante.kernel.i18n import mark

_ASKED = MappingProxyType(
    {
        "emergency": mark("Un accès en urgence est revu depuis le %(opened)s."),
        "contest": mark("Vous contestez un accès depuis le %(opened)s."),
        "mistake": mark("Vous avez signalé une erreur le %(opened)s."),
    }
)


def requests_said(page: JournalPage, say: Callable[[str], str] = str) -> list[str]:
    """Return the sentences of each of her cases, the newest first, then of the help she allows."""
    said = [sentence for case in page.cases for sentence in _case(case, say)]
    for support in page.support:
        words = mark("Vous permettez l’aide du support pour le ticket %(ticket)s, jusqu’au %(day)s.")
        said.append(say(words) % {"ticket": support.ticket, "day": _day(support.ends)})
    return said


def _case(case: CaseSeen, say: Callable[[str], str]) -> list[str]:
    said = [say(_ASKED[case.kind]) % {"opened": _day(case.opened)}]
    if case.late:
        said.append(say(mark("La réponse était due le %(due)s : elle est en retard.")) % {"due": _day(case.due)})
    elif not case.answered:
        said.append(say(mark("La réponse est due le %(due)s au plus tard.")) % {"due": _day(case.due)})
    for answer in case.answers:
        words = mark("Réponse du %(day)s, %(outcome)s : %(text)s")
        outcome = say(dict(OUTCOMES)[answer.outcome])
        said.append(say(words) % {"day": _day(answer.at), "outcome": outcome, "text": answer.text.replace("\n", " ")})
    return said


def _day(instant: str) -> str:
    year, month, day = instant[:10].split("-")
    return f"{day}/{month}/{year}"
