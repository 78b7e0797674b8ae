"""The letter that asks whether she wants a space: one page, a pen is enough; the whole notice follows on pages of its own.

Yes, no and later are three boxes of one size; which of yes and no comes first changes from letter to letter. Later has no effect.
Nothing shows through the window but her name and the address typed for this letter, which is kept nowhere.
Guarantee: G1, G2, G10. Source: inclusion.md LET-02, LET-07; docs/decisions/0062.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from espace_sante.access.request import ActId
from espace_sante.actions.registry import REGISTRY
from espace_sante.consent.evidence import Notice
from espace_sante.formats.mail import LARGE_LETTER_POINTS, LETTER_POINTS, Coupon, Sheet, envelope_lines, mail_pdf
from espace_sante.kernel.i18n import Language, mark, say_date
from espace_sante.kernel.settings import OpeningPolicy, Settings

Say = Callable[[str], str]
_SILENCE = {
    OpeningPolicy.CONSENT: mark("Sans réponse, rien n’est ouvert."),
    OpeningPolicy.SIX_WEEK_PRESUMPTION: mark(
        "Sans réponse six semaines après la remise de cette lettre, et vingt jours de plus pour le courrier, un espace est"
        " ouvert sans votre oui. Personne n’y lit tant que vous n’avez pas dit oui."
    ),
}


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a letter of invitation is for, and what it carries; `address`: the lines under the name, none for the counter."""

    name: str
    address: tuple[str, ...]
    code: str
    until: date
    large: bool = False


def invitation_pdf(settings: Settings, say: Say, language: Language, notice: Notice, invited: Invited) -> bytes:
    """Return the letter of one invitation (PDF). The same arguments give the same bytes."""
    return mail_pdf(
        say(mark("Voulez-vous un espace de santé ?")), [], [invitation_sheet(settings, say, language, notice, invited)]
    )


def invitation_sheet(settings: Settings, say: Say, language: Language, notice: Notice, invited: Invited) -> Sheet:
    """Return the words of one invitation. Raises ValueError for an address that no envelope holds."""
    post = tuple(part.strip() for part in settings.contact_post.split("|") if part.strip())
    to = envelope_lines(invited.name, invited.address or (say(mark("À remettre en main propre")),))
    until = say_date(invited.until, language)
    first = say(
        mark(
            "Rien n’est décidé : vous répondez oui, non, ou plus tard. Pas d’accord ? Cochez non, ou ne répondez pas."
            " Réponse jusqu’au %(day)s. %(silence)s"
        )
    )
    intro = (
        say(mark("Cette lettre est pour %(name)s.")) % {"name": invited.name},
        say(mark("Un espace de santé garde vos documents de santé. Vous seul décidez qui les lit.")),
        say(
            mark(
                "C’est gratuit. Vous serez soigné pareil avec ou sans. Vous pourrez changer d’avis quand vous voudrez."
            )
        ),
    )
    return Sheet(
        post,
        to,
        say(mark("Code de réponse : %(code)s")) % {"code": invited.code},
        say(mark("Voulez-vous un espace de santé ?")),
        intro,
        (),
        _coupon(settings, say, notice, invited, post),
        points=LARGE_LETTER_POINTS if invited.large else LETTER_POINTS,
        first=first % {"day": until, "silence": say(_SILENCE[settings.opening_policy])},
        after=_whole(notice, say),
    )


def _coupon(settings: Settings, say: Say, notice: Notice, invited: Invited, post: Sequence[str]) -> Coupon:
    # In the words of the notice, which her receipt names: they say what later does under the policy in force.
    yes, no, *later = (words for _, words in notice.questions[0].choices)
    # From letter to letter, so that neither is always first; the same letter printed again is the same.
    pair = (yes, no) if sum(invited.code.encode()) % 2 else (no, yes)
    phone = settings.contact_phone
    call = (say(mark("ou appelez, c’est gratuit : %(phone)s")) % {"phone": phone},) if phone else ()
    return Coupon(
        say(mark("Votre réponse")),
        say(
            mark("Cochez une case, signez, renvoyez ce coupon. Un oui sans autre réponse ne permet à personne de lire.")
        ),
        (*pair, *later),
        (say(mark("Date et signature :")),),
        (
            say(mark("À remettre au guichet, ou à envoyer sans timbre :")),
            ", ".join(post) or say(mark("au guichet")),
            *call,
        ),
        f"ES|{REGISTRY[ActId.OPEN_SPACE].form}|1|{invited.code}",
        say(mark("Code de ce coupon")),
    )


def _whole(notice: Notice, say: Say) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the whole notice: what her answer refers to is in her hands, whatever she answers."""
    parts = [(one.title or notice.title, tuple(one.paragraphs)) for one in notice.sections]
    asked = [(one.title, (*one.explanation, *(words for _, words in one.choices))) for one in notice.questions]
    return (*parts, *asked)
