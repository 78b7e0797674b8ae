"""The body of a CDA as plain frozen values: what a person reads (sections, blocks, marks) and what was coded beside it.

A `Flow` is what stands in order in one place: text, marks, breaks and blocks. Nothing here is HTML.
Source: HL7 CDA R2 §4.3.5 (narrative block), §4.3.6 (entries).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Style(StrEnum):
    """How words are marked; the value is our own, not the standard's."""

    BOLD = "bold"
    ITALICS = "italics"
    UNDERLINE = "underline"
    EMPHASIS = "emphasis"
    SUBSCRIPT = "subscript"
    SUPERSCRIPT = "superscript"
    DELETED = "deleted"
    INSERTED = "inserted"


class Form(StrEnum):
    """What embedded bytes are, told from the bytes themselves; `UNKNOWN` for anything else."""

    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    PDF = "pdf"
    TIFF = "tiff"
    RTF = "rtf"
    XML = "xml"
    TEXT = "text"
    UNKNOWN = "unknown"

    @property
    def is_picture(self) -> bool:
        """Say whether every browser shows it as a picture that cannot run anything."""
        return self in {Form.PNG, Form.JPEG, Form.GIF}


class Fault(StrEnum):
    """Why the bytes of an embedded file are not there."""

    NONE = ""
    BROKEN = "broken"  # not the base64 it says
    ELSEWHERE = "elsewhere"  # only an address, never followed
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside the document: its bytes, what they are, and what was declared.

    `number` counts from 1 in the order of the document. `address` is the one given instead of bytes, never followed.
    """

    number: int
    form: Form
    declared: str
    data: bytes
    title: str = ""
    fault: Fault = Fault.NONE
    address: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words, white space as it came."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A new line."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Words marked in one or more ways; no style at all means only a language."""

    styles: tuple[Style, ...]
    children: Flow
    language: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place a link of the same document leads to."""

    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words with an address: `target` inside the document, else `address`, to be written in clear and never followed."""

    children: Flow
    address: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A call to a note of the document, 0 when the document has no such note; `first` is true once for each note."""

    number: int
    first: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or an element we do not know, whose words are kept."""

    children: Flow
    caption: Flow = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a list."""

    children: Flow
    caption: Flow = ()


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list; `numbering` is one of `1 a A i I`, empty for points."""

    items: tuple[Item, ...]
    numbering: str = ""
    caption: Flow = ()


class Part(StrEnum):
    """The three parts of a table."""

    HEAD = "head"
    BODY = "body"
    FOOT = "foot"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; spans are at least 1 and bounded, whatever was written."""

    children: Flow
    header: bool = False
    colspan: int = 1
    rowspan: int = 1
    align: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one part of a table."""

    part: Part
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its parts in the order of the document."""

    groups: tuple[Rows, ...]
    caption: Flow = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """Where an embedded file is shown; `file` is none when the document points to nothing. Shown once, then named."""

    file: Embedded | None
    caption: Flow = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """What follows here is left out: the document passes the bound, the page says so."""


Node: TypeAlias = Text | Break | Mark | Anchor | Link | NoteMark | Paragraph | ListBlock | Table | Figure | Cut
Flow: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note, told at the end of its section."""

    number: int
    children: Flow


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that is not there, with its reason (`nullFlavor`)."""

    flavour: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded value: the sender's words, the code, and what else was said of it. `original` is what the narrative says."""

    label: str = ""
    code: str = ""
    system: str = ""
    original: str = ""
    missing: str = ""
    also: tuple[Coded, ...] = ()
    qualifiers: tuple[tuple[Coded, Coded], ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number exactly as written, with its unit (UCUM, or what the sender wrote)."""

    number: str
    unit: str = ""
    also: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """An HL7 time stamp, exactly as written, at its own precision."""

    stamp: str


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an interval; `included` is said only when the document says no."""

    value: Value
    included: bool = True


@dataclass(frozen=True, slots=True)
class Interval:
    """From, to, during, around: what the document gives of them."""

    low: Bound | None = None
    high: Bound | None = None
    width: Value | None = None
    centre: Value | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """Something that comes again: each `period`, or at an event of the day such as meals."""

    period: Value | None = None
    phase: Value | None = None
    event: str = ""
    offset: Value | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """One value for another."""

    numerator: Value | None
    denominator: Value | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no."""

    yes: bool


@dataclass(frozen=True, slots=True)
class Plain:
    """Words outside the narrative."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Several values that make one."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class FileMention:
    """A file shown elsewhere on the page."""

    number: int


Value: TypeAlias = (
    Missing | Coded | Quantity | Moment | Interval | Every | Ratio | Answer | Plain | Sequence | FileMention
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing said: the element of the standard it stands in, and its value."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Entry:
    """A coded statement, or somebody's part in it: what it is (`name`), what it says, what hangs on it.

    `flags` say how a result is to be read (high, low, abnormal); `relation` how it hangs on the statement above.
    """

    name: str
    title: Coded | None = None
    facts: tuple[Fact, ...] = ()
    flags: tuple[Coded, ...] = ()
    children: tuple[Entry, ...] = ()
    relation: str = ""
    mood: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title, what it says, its notes, files nothing pointed to, what was coded, its own sections."""

    title: str
    code: Coded | None
    flow: Flow
    notes: tuple[Note, ...] = ()
    files: tuple[Embedded, ...] = ()
    entries: tuple[Entry, ...] = ()
    sections: tuple[Section, ...] = ()
    language: str = ""
    has_text: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """The whole body: sections, or one file. `cut` says that some of it passes the bound and is not here."""

    sections: tuple[Section, ...] = ()
    file: Embedded | None = None
    language: str = ""
    cut: bool = False
