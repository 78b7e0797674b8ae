"""Short messages: one message of the GSM alphabet, so that no telephone cuts it, and none shows squares.

Source: 3GPP TS 23.038, section 6.2.1 (GSM 7 bit default alphabet); 160 characters in one message: 3GPP TS 23.040.
"""

from __future__ import annotations

import unicodedata

SMS_CHARACTERS = 160
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SIGNS = str.maketrans({"’": "'", "«": '"', "»": '"', "…": ".", "–": "-", "\u00a0": " ", "\u202f": " ", "œ": "oe"})


def short(text: str) -> str:
    """Return a text in the GSM alphabet: typographic signs become plain, an accent that it lacks is left out."""
    plain = text.translate(_SIGNS)
    return "".join(one if one in GSM else unicodedata.normalize("NFD", one)[0] for one in plain)


def is_short(text: str) -> bool:
    """Say whether a text leaves in one message, every sign of it in the alphabet."""
    return len(text) <= SMS_CHARACTERS and all(one in GSM for one in text)
