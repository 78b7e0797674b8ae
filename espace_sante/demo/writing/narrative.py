"""The body of a CDA document: sections with their text for people and their entries for software.

Source: CDA R2, narrative block (paragraph, list, table, footnote, renderMultiMedia).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from lxml import etree

from espace_sante.demo.writing import entries
from espace_sante.demo.writing.blocks import Block, Doses, Items, Paragraph, Picture, Results, Section, Table
from espace_sante.demo.writing.element import add, coded, templates

_FLAGS = {"H": "↑ haut", "L": "↓ bas", "N": "", "": ""}


@dataclass(slots=True)
class Narrative:
    """Writes sections; its counter gives each thing in a document an identifier of its own."""

    at: datetime
    numbers: count[int] = field(default_factory=lambda: count(1))

    def write(self, parent: etree._Element, section: Section) -> None:
        """Write a section and those inside it."""
        made = add(add(parent, "component"), "section")
        templates(made, *section.templates)
        coded(made, "code", section.code)
        add(made, "title", section.title)
        if section.blocks:
            text = add(made, "text")
            for block in section.blocks:
                self._block(made, text, block)
        for inside in section.sections:
            self.write(made, inside)

    def _block(self, section: etree._Element, text: etree._Element, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(text, block)
            case Items():
                made = add(text, "list", listType="ordered" if block.ordered else "unordered")
                for item in block.items:
                    add(made, "item", item)
            case Table():
                self._table(text, block.head, block.rows)
            case Results():
                self._results(section, text, block)
            case Doses():
                self._doses(section, text, block)
            case Picture():
                self._picture(section, text, block)

    def _paragraph(self, text: etree._Element, paragraph: Paragraph) -> None:
        made = add(text, "paragraph", paragraph.words)
        if paragraph.note:
            add(made, "footnote", paragraph.note, ID=self._name("note"))

    def _results(self, section: etree._Element, text: etree._Element, table: Results) -> None:
        head = (table.heading, "Résultat", "Valeurs usuelles (inventées)", "Repère")
        cells = tuple(
            (row.code.display, f"{row.value.replace('.', ',')} {row.printed}".strip(), row.usual, _FLAGS[row.flag])
            for row in table.rows
        )
        out_of_bounds = [row.flag in ("H", "L") for row in table.rows]
        names = self._table(text, head, cells, out_of_bounds)
        entries.results(section, table, names, self.at)

    def _doses(self, section: etree._Element, text: etree._Element, doses: Doses) -> None:
        rows = tuple((each.vaccine, each.against, each.day) for each in doses.rows)
        names = self._table(text, ("Vaccin", "Contre", "Fait le"), rows)
        for each, name in zip(doses.rows, names, strict=True):
            entries.dose(section, each, name)

    def _picture(self, section: etree._Element, text: etree._Element, picture: Picture) -> None:
        name = self._name("image")
        add(add(text, "renderMultiMedia", referencedObject=name), "caption", picture.caption)
        entries.picture(section, picture, name)

    def _table(
        self,
        text: etree._Element,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        bold: Sequence[bool] = (),
    ) -> list[str]:
        """Write a table; return the identifier of each row's first cell."""
        table = add(text, "table", border="1")
        titles = add(add(table, "thead"), "tr")
        for words in head:
            add(titles, "th", words)
        body, names = add(table, "tbody"), []
        for number, cells in enumerate(rows):
            line, name = add(body, "tr"), self._name("ligne")
            add(add(line, "td"), "content", cells[0], ID=name)
            for words in cells[1:]:
                style = {"styleCode": "Bold"} if number < len(bold) and bold[number] else {}
                add(add(line, "td"), "content", words, **style)
            names.append(name)
        return names

    def _name(self, kind: str) -> str:
        return f"{kind}-{next(self.numbers)}"
