"""What holds on this instance, said at the head of the promise it changes: openings (G1), ceilings (G3), signing (G6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from espace_sante.kernel.i18n import Language, mark, translator
from espace_sante.kernel.settings import OpeningPolicy, Settings
from espace_sante.public.guarantee import Guarantee, State
from espace_sante.public.incident import Incident

_NOT_HERE = mark("Non tenue ici.")
_ONLY_YES = mark("Ici, un espace ne s'ouvre que par un oui.")
_AGAIN = mark("Une invitation restée sans réponse n'est pas suivie d'une autre avant %(months)s mois.")
_OPENS = mark(
    "Cette instance ouvre sans votre oui : six semaines de silence, comptées depuis la remise prouvée d'une lettre, et vingt jours"
    " pour le courrier, ouvrent un espace. Des documents peuvent y être déposés. Personne n'y lit tant que vous n'avez pas dit"
    " oui. Vous pouvez dire non à tout moment : il est effacé."
)
_CEILINGS = mark(
    "Ici, un professionnel peut demander à lire chez %(hour)s personnes nouvelles en une heure, et chez %(day)s en un jour, au"
    " plus. La suivante est refusée, même si elle l'a autorisé."
)
_SIGNING = mark(
    "Ici, le journal public n'est plus signé, car %(why)s. Rien n'y sera signé tant que ce n'est pas expliqué."
)
_SIGNING_SINCE = mark(
    "Ici, le journal public n'est plus signé depuis le %(day)s à %(hour)s UTC, car %(why)s. Rien n'y sera signé tant que ce"
    " n'est pas expliqué."
)


@dataclass(frozen=True, slots=True)
class Published:
    """Whether silence opens a space here, and how many months at least between two proposals to one person.

    `persons_per_hour`, `persons_per_day`: how many persons a professional may begin to read. `address`: where its pages are,
    without a final slash, and `phone`: the free number of its operator, "" for what is not known. `incident`: why the public
    journal is no longer signed.
    """

    silence_opens: bool
    months: int
    persons_per_hour: int
    persons_per_day: int
    address: str = ""
    phone: str = ""
    incident: Incident | None = None


def published_of(settings: Settings) -> Published:
    """Return what an instance publishes of its settings."""
    return Published(
        settings.opening_policy is OpeningPolicy.SIX_WEEK_PRESUMPTION,
        settings.reproposal_months,
        settings.new_persons_per_hour,
        settings.new_persons_per_day,
        settings.address,
        settings.contact_phone,
    )


def as_published(promises: Iterable[Guarantee], published: Published) -> tuple[Guarantee, ...]:
    """Return the promises as this instance keeps them: G1 is not held where silence opens a space, and its page says so first."""
    said: Mapping[int, Callable[[Guarantee, Published], Guarantee]] = {1: _openings, 3: _ceilings, 6: _signing}
    return tuple(said[one.number](one, published) if one.number in said else one for one in promises)


def _openings(one: Guarantee, published: Published) -> Guarantee:
    months = {"months": published.months}
    if not published.silence_opens:
        return _said(one, lambda language: " ".join((_say(_ONLY_YES, language), _say(_AGAIN, language, **months))))
    said = _replaced(
        one, lambda language: f"{_not_here(language)} {_say(_OPENS, language)} {_say(_AGAIN, language, **months)}"
    )
    return replace(said, state=State.NOT_HERE)


def _ceilings(one: Guarantee, published: Published) -> Guarantee:
    hour, day = published.persons_per_hour, published.persons_per_day
    return _said(one, lambda language: _say(_CEILINGS, language, hour=hour, day=day))


def _signing(one: Guarantee, published: Published) -> Guarantee:
    if published.incident is None:
        return one
    incident = published.incident
    said = _worded(one, lambda language, text: f"{_not_here(language)} {_stopped(incident, language)}\n\n{text}")
    return replace(said, state=State.NOT_HERE)


def _stopped(incident: Incident, language: Language) -> str:
    why = _say(incident.why, language)
    if incident.since is None:
        return _say(_SIGNING, language, why=why)
    day, hour = f"{incident.since:%d/%m/%Y}", f"{incident.since:%H:%M}"
    return _say(_SIGNING_SINCE, language, why=why, day=day, hour=hour)


def _said(one: Guarantee, said: Callable[[Language], str]) -> Guarantee:
    """Return a promise with a sentence after its state, in every language it is written in."""

    def after(language: Language, text: str) -> str:
        state, _, rest = text.partition("\n\n")
        return f"{state}\n\n{said(language)}\n\n{rest}"

    return _worded(one, after)


def _replaced(one: Guarantee, said: Callable[[Language], str]) -> Guarantee:
    """Return a promise with a sentence in the place of its state."""
    return _worded(one, lambda language, text: said(language) + text[text.index("\n\n") :])


def _worded(one: Guarantee, word: Callable[[Language, str], str]) -> Guarantee:
    others = {language: replace(kept, text=word(language, kept.text)) for language, kept in one.translations.items()}
    return replace(one, text=word(Language.FR, one.text), translations=others)


def _not_here(language: Language) -> str:
    return f"**{_say(_NOT_HERE, language)}**"


def _say(sentence: str, language: Language, **values: object) -> str:
    # The French one as it is written: its no-break spaces come with the page.
    words = sentence if language is Language.FR else translator(language).gettext(sentence)
    return words % values
