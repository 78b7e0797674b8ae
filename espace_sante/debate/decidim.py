"""Proposals of a Decidim platform, brought in from its open data, each with its address there.

Decidim writes proposals as JSON, a list of nested objects, or as CSV whose columns are the same names joined by slashes, separated
by `;` unless the platform chose otherwise. A title and a body are a text, or one text for each language. No author, support or comment
is read. Pure. Source: decidim/decidim, proposal_serializer.rb and exporters/csv.rb; docs/specs/debate.md §6.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import orjson

from espace_sante.debate.events import Contributed
from espace_sante.debate.log import Text
from espace_sante.debate.texts import LONGEST, SALT_BYTES, commitment, is_sound, reason_to_hold, tidy
from espace_sante.debate.words import Sort
from espace_sante.kernel.readable import readable

MOST_BYTES, MOST_PROPOSALS = 20_000_000, 10_000
_LANGUAGES = ("fr", "en")


class NotAnExport(ValueError):
    """Bytes that are not an export of proposals, with what is wrong."""


def imported(
    data: bytes, dossier: str, on: date, random: Callable[[int], bytes], known: Collection[str] = ()
) -> tuple[list[Contributed], list[Text]]:
    """Return the events and texts of the proposals of a file; those already known by their address are left out.

    Withdrawn ones stay on their platform. Raises NotAnExport for anything else than such a file.
    """
    events: list[Contributed] = []
    texts: list[Text] = []
    seen = set(known)
    for row in _rows(data):
        source, text = _source(row), _text(row)
        if source in seen or _is_withdrawn(row):
            continue
        seen.add(source)
        salt = random(SALT_BYTES)
        com = commitment(text, salt)
        texts.append(Text(com, salt, text))
        number, held = readable(random(16))[:12], reason_to_hold(text)
        events.append(Contributed(number, dossier, Sort.PROPOSAL, "", com, on, on, held, source))
    return events, texts


def _rows(data: bytes) -> list[dict[str, Any]]:
    if len(data) > MOST_BYTES:
        raise NotAnExport("fichier trop grand")
    try:
        read = orjson.loads(data) if data.lstrip()[:1] == b"[" else list(_csv_rows(data.decode("utf-8-sig")))
    except (UnicodeDecodeError, orjson.JSONDecodeError, csv.Error):
        raise NotAnExport("ni CSV, ni JSON") from None
    if not isinstance(read, list) or not all(isinstance(row, dict) for row in read):
        raise NotAnExport("ni CSV, ni JSON")
    if len(read) > MOST_PROPOSALS:
        raise NotAnExport("trop de propositions")
    return read


def _csv_rows(text: str) -> Iterator[dict[str, Any]]:
    head = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text), delimiter=";" if head.count(";") >= head.count(",") else ",", strict=True
    )
    if "url" not in (reader.fieldnames or ["url"]):  # a platform without proposals writes nothing at all
        raise NotAnExport("ni CSV, ni JSON")
    for row in reader:
        if None in row or None in row.values():
            raise NotAnExport("une ligne n'a pas toutes ses cases")
        nested: dict[str, Any] = {}
        for name, value in row.items():
            first, _, second = name.partition("/")
            if not second:
                nested[first] = value
            elif isinstance(of := nested.setdefault(first, {}), dict):
                of[second] = value
            else:
                raise NotAnExport(f"« {first} » est un texte, et un texte par langue")
        yield nested


def _is_withdrawn(row: dict[str, Any]) -> bool:
    return row.get("state") == "withdrawn" or str(row.get("withdrawn")).lower() == "true"


def _source(row: dict[str, Any]) -> str:
    source = str(row.get("url") or "")
    try:
        parts = urlsplit(source)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.netloc or len(source) > 500 or not source.isprintable():
        raise NotAnExport("une proposition n'a pas d'adresse (url)")
    return source


def _text(row: dict[str, Any]) -> str:
    said = [_plain(_one(row.get(name))) for name in ("title", "body")]
    text = tidy("\n\n".join(said))
    if len(text) > LONGEST:  # said by the last character; the whole stands at its address
        text = text[: LONGEST - 1] + "…"
    if not all(said) or not is_sound(text):
        raise NotAnExport("une proposition n'a pas de titre ou de texte (title, body)")
    return text


def _one(value: Any) -> str:
    """Return a text, or the one of several languages that is read here: French, else English, else the first."""
    if isinstance(value, dict):
        spoken = {key: text for key, text in value.items() if isinstance(text, str) and text.strip()}
        return next((spoken[one] for one in _LANGUAGES if one in spoken), next(iter(spoken.values()), ""))
    return value if isinstance(value, str) else ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "li", "div", "h1", "h2", "h3", "h4", "ul", "ol"):
            self.words.append("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.words.append("\n")


def _plain(text: str) -> str:
    reader = _Words()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:  # what the standard library says of a mark it does not know
        raise NotAnExport("une proposition a des marques de HTML qui ne se lisent pas") from None
    return tidy("".join(reader.words))
