"""What she blocks and hides, her cards, and who asks to read, as sentences to print beside her journal, for whoever has no screen.

Pure: values in, sentences out. Guarantee: G10, G11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from espace_sante.actions.app_said import apps_said
from espace_sante.actions.party_said import nobody_named, party_said
from espace_sante.actions.read_journal import JournalPage
from espace_sante.consent.choices import Choice
from espace_sante.consent.grant import ScopeKind
from espace_sante.consent.limits import BlockKind
from espace_sante.consent.purposes import purposes
from espace_sante.identity.legal_tables import Measure, measures
from espace_sante.identity.representation import Phase
from espace_sante.keeper.demand import CardView, ChoiceView, EmergencyView, MaskView, PostView
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES

_PARIS = ZoneInfo("Europe/Paris")
_BLOCKED = {
    BlockKind.EVERYTHING.value: mark("Vous bloquez %(whom)s, pour tout."),
    BlockKind.EVERYTHING_BUT_EMERGENCY.value: mark("Vous bloquez %(whom)s, pour tout sauf en urgence."),
    BlockKind.READING.value: mark("Vous bloquez %(whom)s, pour ses lectures, même en urgence."),
    BlockKind.READING_BUT_EMERGENCY.value: mark("Vous bloquez %(whom)s, pour ses lectures, sauf en urgence."),
    BlockKind.DEPOSITS.value: mark("Vous bloquez %(whom)s, pour ses dépôts."),
}
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
        Choice.AFTER_DEATH: (
            mark(
                "Après votre mort, vos héritiers ou la personne avec qui vous vivez pourront demander ce que la loi permet."
            ),
            mark("Après votre mort, personne ne lira dans votre espace, même vos héritiers."),
        ),
        Choice.PURPOSE: (
            mark("Vos données peuvent servir à ceci : %(use)s."),
            mark("Vos données ne peuvent pas servir à ceci : %(use)s."),
        ),
    }
)

_REPRESENTATIVES: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.STANDS: mark(
            "%(name)s peut agir pour vous par la loi (%(measure)s), jusqu’au %(ends)s. Pour contester : pouvoir numéro %(number)s."
        ),
        Phase.NOT_YET: mark(
            "%(name)s pourra agir pour vous par la loi (%(measure)s), jusqu’au %(ends)s. Pour contester : pouvoir numéro %(number)s."
        ),
        Phase.TO_CONFIRM: mark(
            "%(name)s demande à agir pour vous par la loi (%(measure)s). Un second agent doit vérifier."
            " Pour contester : pouvoir numéro %(number)s."
        ),
        Phase.SUSPENDED: mark("%(name)s n’agit plus pour vous : vous avez contesté le pouvoir numéro %(number)s."),
        Phase.OVER: mark("%(name)s n’agit plus pour vous : le pouvoir numéro %(number)s est fini."),
    }
)


def limits_said(
    page: JournalPage, say: Callable[[str], str] = str, name_of: Callable[[str], str] = nobody_named
) -> list[str]:
    """Return one sentence for each party she blocks, thing she hides, card, request, application, then for an emergency."""
    said = []
    for block in page.blocks:
        words = _BLOCKED.get(block.what, _BLOCKED[BlockKind.EVERYTHING.value])
        said.append(say(words) % {"whom": party_said(block.practitioner, say, name_of)})
    for mask in page.masks:
        whom = (
            party_said(mask.practitioner, say, name_of) if mask.practitioner else say(mark("tous les professionnels"))
        )
        said.append(say(mark("Vous cachez %(what)s à %(whom)s.")) % {"what": _what(mask, say), "whom": whom})
    said += [*cards_said(page, say), *requests_said(page, say), *episodes_said(page, say), *apps_said(page, say)]
    return [*said, *representatives_said(page, say), *emergency_said(page.emergency, say)]


def representatives_said(page: JournalPage, say: Callable[[str], str] = str) -> list[str]:
    """Return one sentence for each who acts for her by law, with the number she contests it by, and where it is now."""
    said = []
    for one in page.representations:
        words = _REPRESENTATIVES[Phase(one.phase)]
        measure = say(measures()[Measure(one.measure)].words)
        told = {
            "name": one.name,
            "measure": measure,
            "ends": f"{date.fromisoformat(one.ends):%d/%m/%Y}",
            "number": one.number,
        }
        said.append(say(words) % told)
    return said


def episodes_said(page: JournalPage, say: Callable[[str], str] = str) -> list[str]:
    """Return one sentence for each episode she keeps, with the number she names it by."""
    words = mark("Vous gardez ensemble : « %(name)s », épisode numéro %(number)s. Nombre de documents : %(count)s.")
    return [say(words) % {"name": one.name, "number": one.number, "count": len(one.documents)} for one in page.episodes]


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


def cards_said(page: JournalPage, say: Callable[[str], str] = str) -> list[str]:
    """Return one sentence for each of her cards."""
    words = mark("Votre carte numéro %(number)s montre %(what)s, encore %(uses)s fois, jusqu’au %(ends)s.")
    stopped = mark("Votre carte numéro %(number)s ne sert plus.")
    return [
        " ".join(
            (
                say(words if card.uses_left and not card.dead else stopped) % _of_a_card(card, say),
                *mailed_said(card, say),
            )
        )
        for card in page.cards
    ]


def mailed_said(card: CardView, say: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return one sentence on a card that goes by letter, nothing on any other."""
    if not card.mailed:
        return ()
    if not card.posted:
        return (say(mark("Elle vient par courrier : elle ne sert pas encore.")),)
    return (say(mark("Envoyée par courrier le %(day)s.")) % {"day": day_said(card.posted)},)


def _of_a_card(card: CardView, say: Callable[[str], str]) -> dict[str, object]:
    return {
        "number": card.number,
        "what": shown_said(card.scope, card.categories, say),
        "uses": card.uses_left,
        "ends": day_said(card.ends),
    }


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


def _emergency_scope(view: EmergencyView, say: Callable[[str], str]) -> str:
    if view.scope == ScopeKind.EVERYTHING:
        return say(mark("tous vos documents"))
    if view.scope == ScopeKind.CATEGORIES:
        names = ", ".join(CATEGORIES.get(number, str(number)) for number in view.categories)
        return say(mark("ces catégories : %(names)s")) % {"names": names}
    return say(mark("les documents que vous avez choisis"))


def choices_said(page: JournalPage, say: Callable[[str], str] = str) -> list[str]:
    """Return one sentence for each answer that stands alone."""
    return [choice_said(view, say) for view in page.choices]


def choice_said(view: ChoiceView, say: Callable[[str], str] = str) -> str:
    """Return what one answer does now, as a sentence."""
    use = purposes().get(view.purpose)
    words = {"use": say(use.words) if use else view.purpose}
    return say(_CHOICES[Choice(view.choice)][0 if view.gives else 1]) % words


def post_said(view: PostView, say: Callable[[str], str] = str) -> list[str]:
    """Return where her letters go, which she asked for (what is open to whom, her journal), how they are. Four sentences, always."""
    where = mark("Vos lettres vous attendent au guichet : vous n’avez pas donné d’adresse.")
    if view.halted:
        where = mark(
            "Deux lettres sont revenues de cette adresse : %(address)s. Les suivantes vous attendent au guichet."
        )
    elif view.form.counter:
        where = mark("Vos lettres vous attendent au guichet : vous l’avez demandé.")
    elif view.address:
        where = mark("Vos lettres arrivent à cette adresse : %(address)s.")
    every = {
        6: mark("Vous recevez tous les six mois la lettre qui dit qui peut lire."),
        12: mark("Vous recevez tous les ans la lettre qui dit qui peut lire."),
    }
    never = mark("Vous ne recevez pas la lettre qui dit qui peut lire, et jusqu’à quand.")
    quarterly = mark("Vous ne recevez pas la lettre de votre journal, chaque trimestre.")
    if view.quarterly:
        quarterly = mark("Vous recevez chaque trimestre la lettre de votre journal.")
    said = [say(where) % {"address": ", ".join(view.address)}, say(every.get(view.months, never)), say(quarterly)]
    return [*said, _written_how(view, say)]


def _written_how(view: PostView, say: Callable[[str], str]) -> str:
    """Return how her letters are written, in one sentence."""
    form = view.form
    parts = [
        say(mark("en grands caractères")) if form.large else "",
        say(mark("en phrases simples")) if form.simple else "",
        say(mark("avec un fichier pour le braille")) if form.braille else "",
        say(mark("avec un fichier à écouter")) if form.audio else "",
        say(mark("jamais imprimées au dehors")) if form.inside else "",
    ]
    how = ", ".join(part for part in parts if part)
    if not how:
        return say(mark("Vos lettres sont écrites comme celles de tout le monde."))
    return say(mark("Vos lettres, comme vous l’avez demandé : %(how)s.")) % {"how": how}


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
