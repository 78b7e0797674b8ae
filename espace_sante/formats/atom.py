"""A feed that anybody may follow, in Atom. Pure: the same entries give the same bytes. Source: RFC 4287."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import category
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing that was published. `key` names it for ever; `href` is relative to the feed, or absolute."""

    key: str
    title: str
    summary: str
    on: date
    href: str


def atom(key: str, title: str, author: str, entries: Sequence[FeedEntry], *, language: str = "fr") -> bytes:
    """Return a feed, its entries in the order given; a day is midnight UTC, and an empty feed is of the year 2000."""
    updated = max((one.on for one in entries), default=date(2000, 1, 1))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>',
        f"<id>{_id(key)}</id><title>{_text(title)}</title><updated>{_moment(updated)}</updated>",
        f"<author><name>{_text(author)}</name></author>",
        *(_entry(key, one) for one in entries),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(feed: str, one: FeedEntry) -> str:
    return (
        f"<entry><id>{_id(f'{feed}/{one.key}')}</id><title>{_text(one.title)}</title><updated>{_moment(one.on)}</updated>"
        f'<link rel="alternate" href={quoteattr(one.href)}/><summary>{_text(one.summary)}</summary></entry>'
    )


def _id(key: str) -> str:
    return uuid5(NAMESPACE_URL, f"espace-sante:{key}").urn


def _moment(on: date) -> str:
    return f"{on.isoformat()}T00:00:00Z"


def _text(words: str) -> str:
    # What XML 1.0 cannot hold at all is left out: a feed is read whole or not at all.
    return escape("".join(one for one in words if one in "\t\n" or one.isprintable() or category(one) == "Zs"))
