"""Saying yes to a mandate by text message: one word is a yes, whatever else is a no, and a second answer changes nothing.

Pure: no message is sent here, and no word of one says anything of anybody's health. At most 31 days, and neither reading nor
giving access: whoever holds the telephone is not seen. Guarantee: G2, G10. Source: inclusion.md HLP-06, HLP-07.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from espace_sante.consent.mandates import Mandate
from espace_sante.kernel.i18n import mark

DAYS_MOST = 31
KNOWN_SINCE = timedelta(days=7)
# Of a number that a counter confirmed: never in the visit that did, or whoever changes her number answers in her place.
SEEN_SINCE = timedelta(days=1)
ANSWERED_WITHIN = timedelta(days=1)
YES = "oui"
# What is said, in this order: what it is about, then what is asked. The helper and the acts stand on paper and on her page.
RECAP = mark("Un mandat d’aide, numéro %(number)s, vous est proposé pour %(days)s jours. Rien n’est encore permis.")
QUESTION = mark("Acceptez-vous le mandat numéro %(number)s ? Répondez OUI. Toute autre réponse est un non.")


class Part(StrEnum):
    """What one message of a question says."""

    RECAP = "recap"
    QUESTION = "question"


class Step(StrEnum):
    """Where one question stands."""

    TOLD = "told"  # what it is about was sent, the question not yet
    ASKED = "asked"
    YES = "yes"
    NO = "no"


class Fault(StrEnum):
    """Why nothing may be asked by text message."""

    NUMBER_TOO_NEW = "number-too-new"
    TOO_LONG = "too-long"
    READS = "reads"
    GIVES = "gives"


@dataclass(frozen=True, slots=True)
class Consent:
    """One question to one number: which mandate, when it was asked, where it stands."""

    mandate: str
    step: Step = Step.TOLD
    asked: datetime | None = None

    def put(self, now: datetime) -> Consent:
        """Return it once the question is sent: only after what it is about, and only once."""
        return replace(self, step=Step.ASKED, asked=now) if self.step is Step.TOLD else self

    def answered(self, words: str, now: datetime) -> Consent:
        """Return it after an answer: the first one counts, in time, and only the one word is a yes."""
        if self.step is not Step.ASKED or self.asked is None:
            return self
        said_yes = is_yes(words) and now <= self.asked + ANSWERED_WITHIN
        return replace(self, step=Step.YES if said_yes else Step.NO)


def is_yes(words: str) -> bool:
    """Say whether an answer is the one word that is a yes; case, blanks around it and a final stop do not count."""
    return words.strip().removesuffix(".").rstrip().casefold() == YES


def fault_of(
    mandate: Mandate, giving: frozenset[str], known: datetime | None, seen: bool, now: datetime
) -> Fault | None:
    """Say why a mandate may not be asked about by text message, None when it may.

    `known`: since when this number is hers, None when it is not known; `seen`: it was confirmed at a counter, she being there.
    """
    if known is None or now - known < (SEEN_SINCE if seen else KNOWN_SINCE):
        return Fault.NUMBER_TOO_NEW
    if mandate.days > DAYS_MOST:
        return Fault.TOO_LONG
    if mandate.reads or mandate.hidden:
        return Fault.READS
    return Fault.GIVES if mandate.acts & giving else None
