"""Whom she lets read, as sentences to print beside her journal: whoever has no screen sees it on paper, and its number.

Pure: values in, sentences out. Guarantee: G10.
"""

from __future__ import annotations

from datetime import datetime

from espace_sante.actions.party_said import NameOf, Say, nobody_named, party_said
from espace_sante.actions.read_journal import JournalPage
from espace_sante.consent.grant import ENDLESS, ScopeKind
from espace_sante.keeper.demand import GrantView
from espace_sante.kernel.i18n import DISPLAY_ZONE, mark
from espace_sante.records.document import CATEGORIES


def grants_said(page: JournalPage, say: Say = str, name_of: NameOf = nobody_named) -> list[str]:
    """Return one sentence for each permission in force or to come, with the number by which it is made smaller."""
    return [_said(grant, say, name_of) for grant in page.grants]


def is_endless(grant: GrantView) -> bool:
    """Say whether a permission has no end."""
    return datetime.fromisoformat(grant.ends) >= ENDLESS


def what_is_shown(grant: GrantView, say: Say = str) -> str:
    """Return what a permission shows, in words that stand alone."""
    if grant.sees_hidden:
        return say(mark("Tous vos documents, même ceux que vous cachez à tous"))
    if grant.scope == ScopeKind.EVERYTHING.value:
        return say(mark("Tous vos documents, y compris ceux à venir"))
    if grant.scope == ScopeKind.CATEGORIES.value:
        return ", ".join(say(CATEGORIES[number]) for number in grant.categories)
    count = len(grant.documents)
    if grant.episode:
        words = mark("L’épisode « %(name)s », et ce qui s’y ajoutera (documents à ce jour : %(num)s)")
        return say(words) % {"name": grant.episode, "num": count}
    return say(mark("1 document")) if count == 1 else say(mark("%(num)s documents choisis")) % {"num": count}


def _said(grant: GrantView, say: Say, name_of: NameOf) -> str:
    whom = party_said(grant.practitioner, say, name_of)
    words = mark(
        "Vous autorisez %(whom)s à lire : %(what)s. Du %(starts)s au %(ends)s. Autorisation numéro %(number)s."
    )
    if is_endless(grant):
        words = mark(
            "Vous autorisez %(whom)s à lire : %(what)s. Depuis le %(starts)s, sans date de fin."
            " Autorisation numéro %(number)s."
        )
    return say(words) % {
        "whom": whom,
        "what": what_is_shown(grant, say),
        "starts": _day(grant.starts),
        "ends": _day(grant.ends),
        "number": " ".join(grant.grant[start : start + 8] for start in range(0, len(grant.grant), 8)),
    }


def _day(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(DISPLAY_ZONE):%d/%m/%Y}" if instant[:4] != "9999" else ""
