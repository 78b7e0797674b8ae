"""What she blocks and hides, as sentences to print beside her journal: whoever has no screen sees it on paper.

Pure: values in, sentences out. Guarantee: G10, G11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from espace_sante.actions.read_journal import JournalPage
from espace_sante.consent.choices import Choice
from espace_sante.consent.limits import BlockKind
from espace_sante.consent.purposes import purposes
from espace_sante.keeper.demand import ChoiceView, MaskView
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES

# By answer: what it does when it gives, and when it does not.
_CHOICES: Mapping[Choice, tuple[str, str]] = MappingProxyType(
    {
        Choice.DEPOSITS: (
            mark("Les professionnels peuvent déposer des documents dans votre espace."),
            mark("Les professionnels ne peuvent pas déposer de documents dans votre espace."),
        ),
        Choice.AUTHORS: (
            mark("Chaque professionnel peut relire ce qu’il a déposé lui-même."),
            mark("Les professionnels ne relisent pas ce qu’ils ont déposé, sauf si vous les y autorisez."),
        ),
        Choice.NEW_DOCUMENTS: (
            mark("Les documents qui arrivent ne sont pas cachés d’office."),
            mark("Les documents qui arrivent sont cachés à tous, jusqu’à ce que vous les montriez."),
        ),
        Choice.CHEST: (
            mark("Votre espace n’est pas au coffre : vos autorisations valent."),
            mark("Votre espace est au coffre : personne d’autre que vous n’y lit, même en urgence."),
        ),
        Choice.PURPOSE: (
            mark("Vos données peuvent servir à ceci : %(use)s."),
            mark("Vos données ne peuvent pas servir à ceci : %(use)s."),
        ),
    }
)


def _nobody(_number: str) -> str:
    return ""


def limits_said(
    page: JournalPage, say: Callable[[str], str] = str, name_of: Callable[[str], str] = _nobody
) -> list[str]:
    """Return one sentence for each professional she blocks, then one for each thing she hides."""
    said = []
    for block in page.blocks:
        alone = block.what == BlockKind.DEPOSITS.value
        words = mark("Vous bloquez %(whom)s, pour ses dépôts.") if alone else mark("Vous bloquez %(whom)s, pour tout.")
        said.append(say(words) % {"whom": _whom(block.practitioner, say, name_of)})
    for mask in page.masks:
        whom = _whom(mask.practitioner, say, name_of) if mask.practitioner else say(mark("tous les professionnels"))
        said.append(say(mark("Vous cachez %(what)s à %(whom)s.")) % {"what": _what(mask, say), "whom": whom})
    return said


def choices_said(page: JournalPage, say: Callable[[str], str] = str) -> list[str]:
    """Return one sentence for each answer that stands alone."""
    return [choice_said(view, say) for view in page.choices]


def choice_said(view: ChoiceView, say: Callable[[str], str] = str) -> str:
    """Return what one answer does now, as a sentence."""
    use = purposes().get(view.purpose)
    words = {"use": say(use.words) if use else view.purpose}
    return say(_CHOICES[Choice(view.choice)][0 if view.gives else 1]) % words


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
