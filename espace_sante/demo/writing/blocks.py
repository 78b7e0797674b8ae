"""What the body of a document is made of, as values: sections, paragraphs, lists, tables of results, images, notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from espace_sante.demo.writing.terms import Code, loinc


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `note` is printed as its footnote."""

    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, ordered when its order counts."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of words: headings, then rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One measured quantity: its code, its value, its unit (UCUM, and as printed), the usual values when there are some."""

    code: Code
    value: str
    unit: str
    printed: str
    low: str = ""
    high: str = ""

    @property
    def flag(self) -> str:
        """Where the value stands: L under the usual values, H over, N among them, "" when there are none."""
        if self.low and Decimal(self.value) < Decimal(self.low):
            return "L"
        if self.high and Decimal(self.value) > Decimal(self.high):
            return "H"
        return "N" if self.low or self.high else ""

    @property
    def usual(self) -> str:
        """The usual values as they are printed."""
        low, high = self.low.replace(".", ","), self.high.replace(".", ",")
        return f"{low} à {high}" if low and high else f"moins de {high}" if high else f"plus de {low}" if low else ""


@dataclass(frozen=True, slots=True)
class Results:
    """A table of results, each also an entry a software reads."""

    heading: str
    rows: tuple[Result, ...]
    code: Code
    laboratory: bool = False


@dataclass(frozen=True, slots=True)
class Dose:
    """A vaccine given: what, against what, when (AAAA-MM-JJ)."""

    vaccine: str
    against: str
    day: str


@dataclass(frozen=True, slots=True)
class Doses:
    """The vaccines given, each also an entry."""

    rows: tuple[Dose, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image inside the document, drawn when it is written, with the words that say what it shows."""

    media_type: str
    draw: Callable[[], bytes]
    caption: str


Block = Paragraph | Items | Table | Results | Doses | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A section: title, code, blocks, sections inside it, the models (template identifiers) it follows."""

    title: str
    code: Code
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    templates: tuple[str, ...] = ()


def section(title: str, code: tuple[str, str], *blocks: Block | str, inside: tuple[Section, ...] = ()) -> Section:
    """Return a section; a bare text is a paragraph."""
    made = tuple(Paragraph(block) if isinstance(block, str) else block for block in blocks)
    return Section(title, loinc(*code), made, inside)
