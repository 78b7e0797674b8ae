"""What an act is to every channel: its words, its fields, its ways of being done. One value per act, in one registry.

The paper form, the counter screen, the telephone line, the generic API and the parity table are made from these values
alone: an act that lacks one of them does not load. Source: inclusion.md PAR-01; guarantee G10.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from espace_sante.access.request import ActId, ActorKind, Channel, Effect

if TYPE_CHECKING:
    from espace_sante.actions.frame import Frame, Request
    from espace_sante.actions.receiving import Received


class Nature(StrEnum):
    """What an act does to others' power: takes it back, gives some, lets someone read, or adds a document."""

    RESTRICTIVE = "restrictive"
    PERMISSIVE = "permissive"
    READING = "reading"
    ADDING = "adding"


class FieldKind(StrEnum):
    """How a field is filled; each channel knows how to show each kind."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    PRACTITIONER = "practitioner"
    CATEGORY = "category"
    DEPARTMENT = "department"
    DOCUMENT = "document"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `choices` are (code, words); `required` false means it may stay empty."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: what it is said to be, and its bytes, or the sealed object they were received in."""

    name: str
    media_type: str
    content: bytes | Received


Value = str | Upload
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: the entry's reference, how far it went, what to say, the receipt, and the act's own result.

    `about` is what the act was told, for an edge that gives it back to whoever asked.
    """

    entry: str
    effect: Effect
    sentence: str
    receipt: bytes = b""
    result: Any = None
    about: Any = None


@dataclass(frozen=True, slots=True)
class Delay:
    """How long, at most, an act takes to have effect in each channel, in hours."""

    web: int = 0
    api: int = 0
    counter: int = 0
    paper: int = 24
    phone: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Every word is in plain French and is shown to people.

    `counter` is what the agent reads aloud before doing it; `phone` what the call-taker says; `form` the number of the
    paper form. `parse` turns what was filled in into the act's parameters, or raises Problem; `perform` does it.
    """

    id: ActId
    name: str
    sentence: str
    audience: frozenset[ActorKind]
    nature: Nature
    fields: tuple[Field, ...]
    counter: str
    phone: str
    form: str
    obligations: tuple[str, ...]
    parse: Callable[[Values], Any]
    perform: Callable[[Frame, Request, Any], Awaitable[Outcome]]
    delay: Delay = Delay()
    channels: frozenset[Channel] = frozenset(Channel)

    @property
    def journal_kind(self) -> str:
        """Return the word its entries carry: the act's identifier."""
        return self.id.value

    @property
    def for_persons(self) -> bool:
        """Say whether the person herself may do it: then every channel is due."""
        return ActorKind.PERSON in self.audience
