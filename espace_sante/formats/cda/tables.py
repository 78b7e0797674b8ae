"""The tables of a narrative. What stands between rows against the standard becomes a row: no word is lost.

Source: HL7 CDA R2 NarrativeBlock.xsd (the table model of XHTML).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lxml import etree

from espace_sante.formats.cda.inventory import Inventory, is_narrative, local
from espace_sante.formats.cda.nodes import Cell, Flow, Part, Row, Rows, Table, Text

# A row never spans more columns than this in all: a browser would draw them one by one.
MOST_COLUMNS = 1000
_PARTS = {"thead": Part.HEAD, "tbody": Part.BODY, "tfoot": Part.FOOT}
_ALIGN = frozenset({"left", "center", "right"})
_Read = Callable[[etree._Element, Inventory], Flow]


def read_table(
    element: etree._Element,
    inventory: Inventory,
    *,
    caption: etree._Element | None,
    words: Flow,
    read_cell: _Read,
    read_one: _Read,
) -> Table:
    """Return a table: its rows by part, in the order of the document. `words` are those of its caption. Never raises."""
    reader = _Reader(inventory, read_cell, read_one)
    groups: list[tuple[Part, list[Row]]] = []
    for stray, child in _pieces(element, caption):
        if stray:
            _add(groups, [_row_of((Text(stray),))])
        if child is None:
            continue
        if not inventory.spend():
            _add(groups, [_row_of(inventory.stop())])
            break
        part = _PARTS.get(local(child)) if is_narrative(child, local(child)) else None
        if part is None:
            _add(groups, reader.loose(child))
        else:
            groups.append((part, reader.rows(child)))
    return Table(tuple(Rows(part, tuple(rows)) for part, rows in groups), words)


def _add(groups: list[tuple[Part, list[Row]]], rows: list[Row]) -> None:
    """Put rows without a part of their own in the last body, or in a new one."""
    if rows and groups and groups[-1][0] is Part.BODY:
        groups[-1][1].extend(rows)
    elif rows:
        groups.append((Part.BODY, rows))


def _pieces(
    element: etree._Element, without: etree._Element | None = None
) -> Iterator[tuple[str, etree._Element | None]]:
    """Give each child with the words that stand before it, if any, then the words that end the element."""
    before = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child is not without:
            yield before if before.strip() else "", child
            before = ""
        before += child.tail or ""
    if before.strip():
        yield before, None


def _row_of(flow: Flow) -> Row:
    return Row((Cell(flow),))


class _Reader:
    """Reads rows and cells with the readers of the narrative around them."""

    def __init__(self, inventory: Inventory, read_cell: _Read, read_one: _Read) -> None:
        self._inventory, self._read_cell, self._read_one = inventory, read_cell, read_one

    def rows(self, part: etree._Element) -> list[Row]:
        found: list[Row] = []
        for stray, child in _pieces(part):
            if stray:
                found.append(_row_of((Text(stray),)))
            if child is None:
                continue
            if not self._inventory.spend():
                found.append(_row_of(self._inventory.stop()))
                break
            found += self.loose(child)
        return _within(found)

    def loose(self, element: etree._Element) -> list[Row]:
        """Return the rows of an element that stands where a row should."""
        if is_narrative(element, "tr"):
            return [self._row(element)]
        if local(element) in {"col", "colgroup"} and not "".join(element.itertext()).strip():
            return []
        return [Row((self._cell(element, MOST_COLUMNS),))]

    def _row(self, element: etree._Element) -> Row:
        cells: list[Cell] = []
        room = MOST_COLUMNS
        for stray, child in _pieces(element):
            if stray:
                cells.append(Cell((Text(stray),)))
            if child is None:
                continue
            if not self._inventory.spend():
                cells.append(Cell(self._inventory.stop()))
                break
            cells.append(self._cell(child, room))
            room = max(room - cells[-1].colspan, 1)
        return Row(tuple(cells))

    def _cell(self, element: etree._Element, room: int) -> Cell:
        if not (is_narrative(element, "td") or is_narrative(element, "th")):
            return Cell(self._read_one(element, self._inventory))
        align = (element.get("align") or "").strip().lower()
        return Cell(
            self._read_cell(element, self._inventory),
            header=is_narrative(element, "th"),
            colspan=min(_span(element.get("colspan")), room),
            rowspan=_span(element.get("rowspan")),
            align=align if align in _ALIGN else "",
        )


def _span(said: str | None) -> int:
    text = (said or "").strip()
    if not (text.isascii() and text.isdigit()):
        return 1
    return max(int(text[:9]), 1)


def _within(rows: list[Row]) -> list[Row]:
    """Bound each `rowspan` by the rows that really follow in the part."""
    return [
        Row(tuple(replace(cell, rowspan=min(cell.rowspan, len(rows) - place)) for cell in row.cells))
        if any(cell.rowspan > 1 for cell in row.cells)
        else row
        for place, row in enumerate(rows)
    ]
