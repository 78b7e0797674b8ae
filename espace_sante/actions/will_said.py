"""What she blocks and hides, her cards, and who asks to read, as sentences to print beside her journal, for whoever has no screen.

Pure: values in, sentences out. Guarantee: G10, G11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from espace_sante.actions.read_journal import JournalPage
from espace_sante.consent.grant import ScopeKind
from espace_sante.consent.limits import BlockKind
from espace_sante.keeper.demand import MaskView
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES

_PARIS = ZoneInfo("Europe/Paris")


def _nobody(_number: str) -> str:
    return ""


def limits_said(
    page: JournalPage, say: Callable[[str], str] = str, name_of: Callable[[str], str] = _nobody
) -> list[str]:
    """Return one sentence for each professional she blocks, for each thing she hides, each card, each request."""
    said = []
    for block in page.blocks:
        alone = block.what == BlockKind.DEPOSITS.value
        words = mark("Vous bloquez %(whom)s, pour ses dépôts.") if alone else mark("Vous bloquez %(whom)s, pour tout.")
        said.append(say(words) % {"whom": _whom(block.practitioner, say, name_of)})
    for mask in page.masks:
        whom = _whom(mask.practitioner, say, name_of) if mask.practitioner else say(mark("tous les professionnels"))
        said.append(say(mark("Vous cachez %(what)s à %(whom)s.")) % {"what": _what(mask, say), "whom": whom})
    return [*said, *cards_said(page, say), *requests_said(page, say)]


def cards_said(page: JournalPage, say: Callable[[str], str] = str) -> list[str]:
    """Return one sentence for each of her cards."""
    words = mark("Votre carte numéro %(number)s montre %(what)s, encore %(uses)s fois, jusqu’au %(ends)s.")
    stopped = mark("Votre carte numéro %(number)s ne sert plus.")
    return [
        say(words if card.uses_left and not card.dead else stopped)
        % {
            "number": card.number,
            "what": shown_said(card.scope, card.categories, say),
            "uses": card.uses_left,
            "ends": day_said(card.ends),
        }
        for card in page.cards
    ]


def requests_said(page: JournalPage, say: Callable[[str], str] = str) -> list[str]:
    """Return one sentence for each request that waits for her answer: what is read aloud at a counter."""
    words = mark(
        "Demande numéro %(number)s : %(name)s (%(about)s) demande à lire %(what)s. Durée en jours : %(days)s."
        " Vous pouvez dire oui, moins, ou non."
    )
    return [
        say(words)
        % {
            "number": one.number,
            "name": one.name,
            "about": ", ".join(part for part in (one.profession, one.structure, one.practitioner) if part),
            "what": shown_said(one.scope, one.categories, say),
            "days": one.days,
        }
        for one in page.requests
    ]


def shown_said(scope: str, categories: Sequence[int], say: Callable[[str], str]) -> str:
    """Return what something shows, in words."""
    if scope == ScopeKind.EVERYTHING:
        return say(mark("tous vos documents"))
    if scope == ScopeKind.CATEGORIES:
        return ", ".join(f"« {CATEGORIES.get(one, str(one))} »" for one in categories)
    return say(mark("certains documents"))


def day_said(instant: str) -> str:
    """Return an instant as it is printed: day and hour in Paris."""
    return f"{datetime.fromisoformat(instant).astimezone(_PARIS):%d/%m/%Y %H:%M}"


def _whom(number: str, say: Callable[[str], str], name_of: Callable[[str], str]) -> str:
    name = name_of(number)
    if name:
        return say(mark("%(name)s, numéro %(number)s")) % {"name": name, "number": number}
    return say(mark("le professionnel numéro %(number)s")) % {"number": number}


def _what(mask: MaskView, say: Callable[[str], str]) -> str:
    if not mask.document:
        name = CATEGORIES.get(mask.category, str(mask.category))
        return say(mark("la catégorie « %(name)s »")) % {"name": name}
    number = " ".join(mask.document[start : start + 8] for start in range(0, len(mask.document), 8))
    return say(mark("le document numéro %(number)s")) % {"number": number}
