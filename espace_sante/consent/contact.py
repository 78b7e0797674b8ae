"""Where she may be written to besides her address: a mailbox, a mobile number, both, or none. Nothing ever asks for one.

Each stands there unproven until it is proven, and is not written to before, but for the one message that proves it. Pure values.
Guarantee: G10. Source: docs/decisions/0067; inclusion.md PAR-16, HLP-07.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from espace_sante.notices import Way

# A number that is new gives nobody a say by message. Source: inclusion.md HLP-07.
KNOWN_AFTER = timedelta(days=7)
# What was sent to prove a contact serves these days, and this many wrong answers at most.
PROVING = timedelta(days=3)
TRIES_MOST = 5
# Source: RFC 5321 section 4.5.3.1 (64 for the name, 254 with the brackets of a path left out); letters of RFC 5322 `atext`.
_MAIL_MOST = 254
_MAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.IGNORECASE,
)
# Source: ITU-T E.164 section 6 (fifteen digits at most, the country's first).
_INTERNATIONAL = re.compile(r"\+[1-9]\d{7,14}")
# Mobile numbers of the national plan begin with 06 or 07. Source: Arcep, plan national de numérotation.
_NATIONAL = re.compile(r"0([67]\d{8})")
_SPACES = re.compile(r"[\s.\-()\u00a0\u202f]")
# Plain things, each unlike any other when read or spelled: three of them prove a mailbox, and nobody learns to type digits.
THINGS = (
    *(
        "arbre",
        "balcon",
        "bateau",
        "beurre",
        "bouton",
        "brique",
        "cabane",
        "cahier",
        "canard",
        "carafe",
        "cerise",
        "chaise",
    ),
    *(
        "chemin",
        "cheval",
        "citron",
        "colline",
        "corde",
        "crayon",
        "dentelle",
        "drapeau",
        "fenetre",
        "feuille",
        "figue",
        "fleuve",
    ),
    *(
        "fourmi",
        "fromage",
        "galet",
        "girafe",
        "guitare",
        "herbe",
        "hibou",
        "horloge",
        "jardin",
        "lampe",
        "lapin",
        "lettre",
    ),
    *(
        "lune",
        "maison",
        "marteau",
        "melon",
        "miroir",
        "moulin",
        "mouton",
        "nuage",
        "olive",
        "orange",
        "panier",
        "papier",
    ),
    *(
        "parapluie",
        "pomme",
        "pont",
        "poule",
        "prairie",
        "renard",
        "rideau",
        "sable",
        "sapin",
        "soleil",
        "tambour",
        "tortue",
    ),
    *("train", "valise", "village", "voilier"),
)
assert len(set(THINGS)) == 64


@dataclass(frozen=True, slots=True)
class Point:
    """One mailbox or number. `proven`: since when, None while it is not; `counter`: an agent saw her identity.

    `word`: what was sent to prove it, "" when nothing waits; `until`: its last instant; `wrong`: how many times it was mistaken.
    """

    value: str
    since: datetime
    proven: datetime | None = None
    counter: bool = False
    word: str = ""
    until: datetime | None = None
    wrong: int = 0

    def is_known(self, now: datetime) -> bool:
        """Say whether it may carry a consent: proven for seven days, or at a counter. Source: HLP-07."""
        return self.proven is not None and (self.counter or now >= self.proven + KNOWN_AFTER)

    def waits(self, now: datetime) -> bool:
        """Say whether what was sent to it may still prove it."""
        return bool(self.word) and self.wrong < TRIES_MOST and self.until is not None and now < self.until

    def proves(self, said: str, now: datetime) -> bool:
        """Say whether this is what was sent: capitals, accents' absence and spaces do not count."""
        return self.waits(now) and plain(said) == plain(self.word)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where she may be written to."""

    mail: Point | None = None
    sms: Point | None = None

    def of(self, way: Way) -> Point | None:
        """Return the one of a way, None for a way that has none."""
        return {Way.MAIL: self.mail, Way.SMS: self.sms}.get(way)

    def with_point(self, way: Way, point: Point | None) -> Contact:
        """Put one in the place of what stood there, or nothing."""
        return replace(self, mail=point) if way is Way.MAIL else replace(self, sms=point)

    def is_proven(self, way: Way) -> bool:
        """Say whether it may be written to by this way."""
        point = self.of(way)
        return point is not None and point.proven is not None


NO_CONTACT = Contact()
ELECTRONIC = (Way.MAIL, Way.SMS)


def fresh(way: Way, value: str, now: datetime, random: Callable[[int], bytes], *, counter: bool) -> Point:
    """Return a contact as it begins: proven when an agent saw who she is, else with what is to be sent to it."""
    if counter:
        return Point(value, now, now, True)
    return Point(value, now, word=word_for(way, random), until=now + PROVING)


def word_for(way: Way, random: Callable[[int], bytes]) -> str:
    """Return what proves a contact: six digits for a telephone, three plain words for a mailbox. Both are one in 260,000 or less."""
    if way is Way.SMS:
        return f"{int.from_bytes(random(8)) % 1_000_000:06}"
    return " ".join(THINGS[one % len(THINGS)] for one in random(3))


def confirmed(point: Point, now: datetime, *, counter: bool) -> Point:
    """Return a contact that is proven; proven already, it is known since then, and a counter makes it so at once."""
    return Point(point.value, point.since, point.proven or now, point.counter or counter)


def plain(text: str) -> str:
    """Return what was typed as it is compared: small letters and digits, one space between words."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower().replace("ê", "e")).split())


def parse_mail(text: str) -> str | None:
    """Return a mailbox as it is written to, None when it is none. A name of a domain has no capitals."""
    text = text.strip()
    if len(text) > _MAIL_MOST or not _MAIL.fullmatch(text):
        return None
    name, _, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}" if len(name) <= 64 else None


def parse_mobile(text: str) -> str | None:
    """Return a number as networks write it, with its country's; a mobile one of France may be typed without it."""
    digits = _SPACES.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    national = _NATIONAL.fullmatch(digits)
    if national:
        return "+33" + national[1]
    return digits if digits.isascii() and _INTERNATIONAL.fullmatch(digits) else None
