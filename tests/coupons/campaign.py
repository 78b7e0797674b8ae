"""Reads many invented coupons and counts: never a wrong automatic decision, and how many go to a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from espace_sante.formats.coupon import NotAToken, check_token
from espace_sante.formats.coupon.reading import Reading, read_page
from tests.coupons.making import FALSE, HERE, KEY, MARKS, TODAY, Page, make

# Of a hundred pages that are what they seem: how they are filled in, at a guess; the shares of real ones are CPN-10's to say.
SHARES = {"clear": 60, **{kind: 5 for kind in MARKS if kind != "clear"}, **{kind: 6 for kind in FALSE}}


@dataclass(slots=True)
class Count:
    """What became of the pages of one layout."""

    pages: Counter[str] = field(default_factory=Counter)
    automatic: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    used: set[bytes] = field(default_factory=set)


def decided(reading: Reading, used: set[bytes]) -> int | None:
    """Return what would be done without a person, as the keeper decides: a good token, not over, not used, of this instance."""
    if reading.choice is None:
        return None
    try:
        token = check_token(reading.sealed, KEY)
    except NotAToken:
        return None
    if token.instance != HERE or token.expires < TODAY or token.once in used:
        return None
    used.add(token.once)
    return reading.choice


def run(boxes: int, seeds: range) -> Count:
    """Read as many pages of one layout as there are seeds, of each kind by its share."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    count = Count()
    for seed in seeds:
        kind = kinds[(seed * 37) % len(kinds)]
        if kind in (
            "replayed",
            "copied",
        ):  # the first one came before, whatever became of it: a person had it, or a machine
            first = make("clear", boxes, seed)
            take(count, first, "clear", seed)
            count.used.add(check_token(first.sealed, KEY).once)
        take(count, make(kind, boxes, seed), kind, seed)
    return count


def take(count: Count, page: Page, kind: str, seed: int) -> None:
    """Read one page and count what became of it."""
    reading = read_page(page.picture)
    done = decided(reading, count.used)
    count.pages[kind] += 1
    if done is not None:
        count.automatic[kind] += 1
        if done != page.truth:
            count.wrong.append(f"{kind} {seed}: {done} instead of {page.truth}")
    elif kind == "clear":
        count.doubts.update(one.value for one in reading.doubts)
