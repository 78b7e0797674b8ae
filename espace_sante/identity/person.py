"""A person's traits, and when two sets of traits speak of the same person."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonTraits:
    """The strict traits of the INS: birth name, first given name, birth date (AAAA-MM-JJ, may be partial), sex (M, F, I)."""

    birth_name: str
    first_given: str
    birth_date: str
    sex: str
    used_name: str = ""
    birth_place: str = ""


def normal_name(text: str) -> str:
    """Return a name as the INS compares it: capitals without accents, punctuation as one space."""
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.upper().split())


def same_person(known: PersonTraits, claimed: PersonTraits) -> bool:
    """Say whether the traits claimed are those known; an empty claimed trait is not compared, all empty never agrees.

    A partial birth date agrees when one is the beginning of the other. Source: RNIV, traits stricts.
    """
    pairs = [
        (normal_name(known.birth_name), normal_name(claimed.birth_name)),
        (normal_name(known.first_given), normal_name(claimed.first_given)),
        (known.sex, claimed.sex),
    ]
    compared = [(a, b) for a, b in pairs if b]
    if not compared and not claimed.birth_date:
        return False
    dates_agree = known.birth_date.startswith(claimed.birth_date) or claimed.birth_date.startswith(known.birth_date)
    return all(a == b for a, b in compared) and dates_agree
