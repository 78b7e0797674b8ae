"""Which tables may be read one cell under another on a narrow screen, and the name of each of their columns."""

from __future__ import annotations

from espace_sante.formats.cda.nodes import Flow, Link, Mark, Paragraph, Part, Row, Table, Text

# Fewer columns fit the width of a telephone.
_FEWEST = 3
# More columns do not fit a page either: each row is a card everywhere.
_MOST = 7


def column_labels(table: Table) -> tuple[str, ...]:
    """Return the name of each column when one row of single cells heads the table and no cell spans rows; else nothing."""
    heads = [row for group in table.groups if group.part is Part.HEAD for row in group.rows]
    others = [row for group in table.groups if group.part is not Part.HEAD for row in group.rows]
    if len(heads) != 1 or len(heads[0].cells) < _FEWEST or not all(map(_spans_no_row, others)):
        return ()
    if any(cell.colspan > 1 or cell.rowspan > 1 for cell in heads[0].cells):
        return ()
    return tuple(" ".join(plain(cell.children).split()) for cell in heads[0].cells)


def look_of(labels: tuple[str, ...]) -> str:
    """Return the classes of a table whose columns have these names."""
    if not labels:
        return ""
    return " es-cda-cards" if len(labels) > _MOST else " es-cda-stack"


def plain(flow: Flow) -> str:
    """Return the words of a flow, marks left out; breaks and blocks as white space."""
    out = []
    for node in flow:
        match node:
            case Text(text):
                out.append(text)
            case Mark() | Link():
                out.append(plain(node.children))
            case Paragraph():
                out.append(f" {plain(node.caption)} {plain(node.children)} ")
            case _:
                out.append(" ")
    return "".join(out)


def _spans_no_row(row: Row) -> bool:
    return all(cell.rowspan == 1 for cell in row.cells)
