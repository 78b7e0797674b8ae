"""By what a power is found: the code that is accepted once, then a reference that only its holder's account makes anything of.

The reference leads to her space together with the account alone: to anybody else it is a reference that leads nowhere, and no
decision has to say so. Guarantee: G3. Source: docs/decisions/0058.
"""

from __future__ import annotations

import re

from espace_sante.access.request import ActorKind
from espace_sante.consent.card_code import normal_card_code
from espace_sante.keeper.situation import Session
from espace_sante.vault.keys import ServiceKeys, derive, term

FOR = "for:"
MANDATE_CODE = "mandate:"
REFERENCE_BYTES = 16
_REFERENCE = re.compile("[0-9a-f]{32}")
# Who may hold a power: a person, and whoever helps by trade. An agent, a professional, a software never do. Source: HLP-01.
HOLDERS = frozenset({ActorKind.PERSON.value, ActorKind.HELPER.value})


def way_terms(service: ServiceKeys, reference: str, session: Session) -> list[bytes]:
    """Return the keyed term a reference ("for:<32 hex>") may lead by for this account, none when it is not one or not for it."""
    named = reference.removeprefix(FOR)
    if named == reference or _REFERENCE.fullmatch(named) is None or session.kind not in HOLDERS:
        return []
    return [] if session.app is not None else [way_term(service, session.account, named)]


def way_term(service: ServiceKeys, account: str, reference: str) -> bytes:
    """Return what the directory keeps of a reference and its holder, together."""
    return term(service.directory, "for", f"{account}|{reference}")


def mandate_terms(service: ServiceKeys, reference: str) -> list[bytes]:
    """Return the keyed term a mandate's code ("mandate:<code>") may lead by, none when it is not one."""
    code = normal_card_code(reference.removeprefix(MANDATE_CODE)) if reference.startswith(MANDATE_CODE) else None
    return [mandate_term(service, code)] if code else []


def mandate_term(service: ServiceKeys, code: str) -> bytes:
    """Return what the directory keeps of a mandate's code in its one form."""
    return term(service.directory, "mandate", code)


def holder_term(service: ServiceKeys, account: str) -> bytes:
    """Return what an account's own list of powers is kept under; its key is used for nothing else."""
    return term(derive(service.directory, "holder"), "holder", account)
