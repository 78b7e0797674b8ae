"""One document of the demonstration: for whom, by whom, what it is, and its bytes. Same call, same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from espace_sante.demo.writing.sheet import Sheet, Signer, Someone, Writer, cast

# Drawn once, so that the same document always has the same identifier.
_NAMES = UUID("7d1a5f0e-2f4b-4c7d-9a36-0d3b6f1c8e52")
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: for whom, who deposits it (provider's ids), and what it is. `at` is an hour of Paris.

    `replaces` is the title of the version before, by the same author for the same person.
    """

    person: str
    author: str
    title: str
    category: int
    type_code: str
    at: str
    writer: Writer
    replaces: str = ""

    @property
    def media_type(self) -> str:
        """The type of its bytes."""
        return self.writer.media_type

    @property
    def created(self) -> str:
        """When it was written: an RFC 3339 instant."""
        return self._instant.isoformat()

    @property
    def unique_id(self) -> str:
        """Its identifier, the same at each start."""
        return f"urn:uuid:{self._named(self.title)}"

    @property
    def replaced_id(self) -> str:
        """The identifier of the version it replaces, "" for a first version."""
        return f"urn:uuid:{self._named(self.replaces)}" if self.replaces else ""

    def make(self, someone: Someone) -> bytes:
        """Return its bytes, written for somebody."""
        author = cast()[self.author]
        return self.writer.write(
            Sheet(
                someone,
                Signer.of(author) if author.kind == "practitioner" else None,
                self.title,
                self.type_code,
                self._instant,
                self._named(self.title),
                self._named("suite|" + (self.replaces or self.title)),
                2 if self.replaces else 1,
                self._named(self.replaces) if self.replaces else None,
            )
        )

    @property
    def _instant(self) -> datetime:
        return datetime.fromisoformat(self.at).replace(tzinfo=_PARIS)

    def _named(self, title: str) -> UUID:
        return uuid5(_NAMES, f"{self.person}|{self.author}|{title}")
