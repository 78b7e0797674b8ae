"""What she blocks and hides, as sentences to print beside her journal: whoever has no screen sees it on paper.

Pure: values in, sentences out. Guarantee: G10, G11.
"""

from __future__ import annotations

from collections.abc import Callable

from espace_sante.actions.read_journal import JournalPage
from espace_sante.consent.grant import ScopeKind
from espace_sante.consent.limits import BlockKind
from espace_sante.keeper.demand import EmergencyView, MaskView
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES


def _nobody(_number: str) -> str:
    return ""


def limits_said(
    page: JournalPage, say: Callable[[str], str] = str, name_of: Callable[[str], str] = _nobody
) -> list[str]:
    """Return one sentence for each professional she blocks, one for each thing she hides, then what she said for an emergency."""
    said = []
    for block in page.blocks:
        alone = block.what == BlockKind.DEPOSITS.value
        words = mark("Vous bloquez %(whom)s, pour ses dépôts.") if alone else mark("Vous bloquez %(whom)s, pour tout.")
        said.append(say(words) % {"whom": _whom(block.practitioner, say, name_of)})
    for mask in page.masks:
        whom = _whom(mask.practitioner, say, name_of) if mask.practitioner else say(mark("tous les professionnels"))
        said.append(say(mark("Vous cachez %(what)s à %(whom)s.")) % {"what": _what(mask, say), "whom": whom})
    return said + emergency_said(page.emergency, say)


def emergency_said(view: EmergencyView, say: Callable[[str], str] = str) -> list[str]:
    """Return what she said for an emergency; nothing as long as she was not asked, or did not answer."""
    if not view.since:
        return []
    if not view.scope:
        return [say(mark("En urgence, personne ne lit vos documents."))]
    said, what = [], {"what": _emergency_scope(view, say)}
    if view.regulator:
        said.append(say(mark("En urgence, le médecin qui répond à l’appel peut lire %(what)s.")) % what)
    if view.bedside:
        said.append(say(mark("En urgence, un professionnel auprès de vous peut lire %(what)s.")) % what)
    if view.hidden:
        said.append(say(mark("Ce que vous cachez à tous peut alors être lu aussi.")))
    return said


def _emergency_scope(view: EmergencyView, say: Callable[[str], str]) -> str:
    if view.scope == ScopeKind.EVERYTHING:
        return say(mark("tous vos documents"))
    if view.scope == ScopeKind.CATEGORIES:
        names = ", ".join(CATEGORIES.get(number, str(number)) for number in view.categories)
        return say(mark("ces catégories : %(names)s")) % {"names": names}
    return say(mark("les documents que vous avez choisis"))


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
