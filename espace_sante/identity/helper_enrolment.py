"""Who may help others by trade: from which sort of place, on which statement, answering to whom.

Whoever would gain by it never may: an insurer, an employer, a bank, a debt collector, a seller of health goods. A sort of place
that is not in the list is refused too. Pure; what is said comes signed by the provider of identity, and the keeper asks this at
each sign-in. Guarantee: G2, G3. Source: inclusion.md HLP-15.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

WORDS_LONGEST = 200


class Sector(StrEnum):
    """From what sort of place somebody helps."""

    TOWN_HALL = "town-hall"
    FRANCE_SERVICES = "france-services"
    SOCIAL_SERVICE = "social-service"
    ASSOCIATION = "association"
    HOSPITAL_SOCIAL_SERVICE = "hospital-social-service"
    INSURER = "insurer"
    EMPLOYER = "employer"
    BANK = "bank"
    DEBT_COLLECTOR = "debt-collector"
    HEALTH_SELLER = "health-seller"


# In conflict with whom they would help, whatever they state.
IN_CONFLICT = frozenset({Sector.INSURER, Sector.EMPLOYER, Sector.BANK, Sector.DEBT_COLLECTOR, Sector.HEALTH_SELLER})


def may_help(sector: str, stated: str, answers_to: str, today: date) -> bool:
    """Say whether an account may be that of a helper by trade.

    `stated`: the day he stated that he has no such interest (AAAA-MM-JJ), not after `today`; `answers_to`: the person of that
    place who answers for him. Nothing absent is a yes.
    """
    if sector not in set(Sector) or Sector(sector) in IN_CONFLICT:
        return False
    if not answers_to.strip() or len(answers_to) > WORDS_LONGEST:
        return False
    try:
        return date.fromisoformat(stated) <= today
    except ValueError:
        return False
