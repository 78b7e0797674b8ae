"""What is kept of a card's code and of its secret number: keyed terms, from which neither is found again. Guarantee: G3."""

from __future__ import annotations

from espace_sante.consent.card_code import PREFIX, normal_card_code
from espace_sante.vault.keys import ServiceKeys, SpaceKeys, term


def card_terms(service: ServiceKeys, reference: str) -> list[bytes]:
    """Return the keyed term a card reference ("card:<code>") may lead by, none when it is not one."""
    code = normal_card_code(reference.removeprefix(PREFIX)) if reference.startswith(PREFIX) else None
    return [card_term(service, code)] if code else []


def card_term(service: ServiceKeys, code: str) -> bytes:
    """Return what the directory keeps of a code in its one form."""
    return term(service.directory, "card", code)


def pin_term(keys: SpaceKeys, card_id: bytes, pin: str) -> bytes:
    """Return what her will keeps of a card's secret number, under a key that goes with her space."""
    return term(keys.term_key, "card-pin", f"{card_id.hex()}|{pin}")
