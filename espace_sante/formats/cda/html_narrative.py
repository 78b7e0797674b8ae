"""The narrative as HTML: paragraphs, marks, lists, tables, notes, files. Words we add have the class `es-cda-added`."""

from __future__ import annotations

import base64
from collections.abc import Callable

from espace_sante.formats.cda import media
from espace_sante.formats.cda.addresses import in_clear
from espace_sante.formats.cda.columns import column_labels, look_of
from espace_sante.formats.cda.markup import element, lines, words
from espace_sante.formats.cda.nodes import (
    Anchor,
    Break,
    Cell,
    Cut,
    Embedded,
    Fault,
    Figure,
    Flow,
    Form,
    Item,
    Link,
    ListBlock,
    Mark,
    Note,
    NoteMark,
    Paragraph,
    Part,
    Row,
    Rows,
    Style,
    Table,
    Text,
)
from espace_sante.kernel.i18n import mark

ADDED = "es-cda-added"
_PICTURES = {Form.PNG: "image/png", Form.JPEG: "image/jpeg", Form.GIF: "image/gif"}
_ELEMENTS = {
    Style.BOLD: "strong",
    Style.ITALICS: "em",
    Style.EMPHASIS: "em",
    Style.UNDERLINE: "u",
    Style.SUBSCRIPT: "sub",
    Style.SUPERSCRIPT: "sup",
    Style.DELETED: "del",
    Style.INSERTED: "ins",
}
_GROUPS = {Part.HEAD: "thead", Part.BODY: "tbody", Part.FOOT: "tfoot"}
_FAULTS = {
    Fault.BROKEN: mark("Ce fichier est abîmé dans le document : il ne peut pas être lu."),
    Fault.ELSEWHERE: mark("Ce fichier n’est pas dans le document. Le document donne seulement une adresse :"),
    Fault.EMPTY: mark("Ce fichier est vide."),
}
# An element may hold blocks: then what is around it must be a block too.
Written = tuple[str, bool]


class Narrative:
    """Writes flows; counts tables, so that each has its own name; gives each anchor one identifier."""

    def __init__(self, say: Callable[[str], str], show: Callable[[Embedded], str]) -> None:
        self.say, self.show = say, show
        self.title = ""
        self._tables = 0
        self._nested = 0
        self._anchors: dict[str, str] = {}
        self._placed: set[str] = set()
        self._writers: dict[type, Callable[..., Written]] = {
            Text: lambda node: (words(node.text), False),
            Break: lambda node: (element("br"), False),
            Mark: self._mark,
            Anchor: self._anchor,
            Link: self._link,
            NoteMark: self._note_mark,
            Paragraph: self._paragraph,
            ListBlock: self._list,
            Table: self._table,
            Figure: self._figure,
            Cut: self._cut,
        }

    def flow(self, flow: Flow) -> Written:
        """Write a flow as it stands; say whether it holds blocks."""
        written = [self._writers[type(node)](node) for node in flow]
        return "".join(html for html, _ in written), any(block for _, block in written)

    def blocks(self, flow: Flow) -> str:
        """Write a flow where only blocks may stand: runs of words become paragraphs, empty runs nothing."""
        out: list[str] = []
        run: list[tuple[str, bool]] = []
        for node in flow:
            html, block = self._writers[type(node)](node)
            if block:
                out += [_line(run), html]
                run = []
            else:
                run.append((html, isinstance(node, Break)))
        out.append(_line(run))
        return "".join(out)

    def notes(self, notes: tuple[Note, ...]) -> str:
        """Write the notes of a section, each with the way back to its call."""
        if not notes:
            return ""
        points = "".join(self._note(note) for note in notes)
        heading = element("p", words(self.say(mark("Notes"))), class_=f"es-cda-notes-title {ADDED}")
        return element("div", heading + element("ul", points, class_="es-cda-notes"))

    def _note(self, note: Note) -> str:
        back = element(
            "a", words(self.say(mark("Note %(number)s")) % {"number": note.number}),
            href=f"#es-cda-call-{note.number}", class_=ADDED,
        )  # fmt: skip
        html, _ = self.flow(note.children)
        return element("li", f"{back} {html}", id=f"es-cda-note-{note.number}")

    def file(self, file: Embedded, caption: str = "") -> str:
        """Write an embedded file: a picture or a text here, any other form by `show`."""
        head = caption or self.file_name(file)
        return element("figure", self._inside(file) + element("figcaption", head), id=f"es-cda-file-{file.number}",
                       class_="es-cda-figure")  # fmt: skip

    def file_name(self, file: Embedded) -> str:
        """Write the name of a file: its title, or its number, for those who see it and those who do not."""
        return element("span", words(self.plain_name(file)), class_=ADDED)

    def plain_name(self, file: Embedded) -> str:
        """Return the name of a file, as words."""
        said = mark("Image %(number)s du document") if file.form.is_picture else mark("Fichier %(number)s du document")
        name = self.say(said) % {"number": file.number}
        return self.say(mark("%(name)s : %(value)s")) % {"name": name, "value": file.title} if file.title else name

    def _inside(self, file: Embedded) -> str:
        if file.fault is not Fault.NONE:
            address = f" {words(in_clear(file.address))}" if file.address else ""
            return element("p", words(self.say(_FAULTS[file.fault])) + address, class_=f"es-cda-refusal {ADDED}")
        if file.form in _PICTURES:
            data = base64.b64encode(file.data).decode("ascii")
            return element("img", src=f"data:{_PICTURES[file.form]};base64,{data}", alt=self.plain_name(file))
        if file.form is Form.TEXT and file.declared.partition(";")[0].strip() in {"", "text/plain"}:
            return element("div", lines(media.text_of(file.data)), class_="es-cda-plain")
        return element("div", self.show(file), class_="es-cda-shown")

    def _mark(self, node: Mark) -> Written:
        html, block = self.flow(node.children)
        for style in reversed(node.styles):
            name = _ELEMENTS[style]
            if block and name not in {"del", "ins"}:
                html = element("div", html, class_=f"es-cda-{style}")
            else:
                html = element(name, html + self._revision(style))
        if node.language:
            html = element("div" if block else "span", html, lang=node.language)
        return html, block

    def _revision(self, style: Style) -> str:
        said = {Style.DELETED: mark("(texte supprimé)"), Style.INSERTED: mark("(texte ajouté)")}.get(style)
        return f" {element('span', words(self.say(said)), class_=ADDED)}" if said else ""

    def _anchor(self, node: Anchor) -> Written:
        identifier = self._identifier(node.name)
        if identifier in self._placed:
            return "", False
        self._placed.add(identifier)
        return element("span", id=identifier), False

    def _identifier(self, name: str) -> str:
        return self._anchors.setdefault(name, f"es-cda-place-{len(self._anchors) + 1}")

    def _link(self, node: Link) -> Written:
        html, block = self.flow(node.children)
        if node.target:
            link = element("a", html, href=f"#{self._identifier(node.target)}") if not block else html
            return link, block
        said = self.say(mark("(adresse : %(address)s)")) % {"address": in_clear(node.address)}
        return f"{html} {element('span', words(said), class_=f'es-cda-address {ADDED}')}", block

    def _note_mark(self, node: NoteMark) -> Written:
        if not node.number:
            return f" {element('span', words(self.say(mark('(note absente du document)'))), class_=ADDED)} ", False
        said = self.say(mark("note %(number)s")) % {"number": node.number}
        link = element("a", words(f"({said})"), href=f"#es-cda-note-{node.number}",
                       id=f"es-cda-call-{node.number}" if node.first else "")  # fmt: skip
        return f" {element('span', link, class_=f'es-cda-call {ADDED}')} ", False

    def _paragraph(self, node: Paragraph) -> Written:
        html, block = self.flow(node.children)
        caption, inner = self.flow(node.caption)
        if caption.strip():
            html = f"{element('div' if inner else 'span', caption, class_='es-cda-caption')} {html}"
        return element("div" if block or inner else "p", html, class_="es-cda-paragraph"), True

    def _list(self, node: ListBlock) -> Written:
        items = "".join(element("li", self._item(item)) for item in node.items)
        name = "ol" if node.numbering else "ul"
        more = {"type": node.numbering} if node.numbering else {}
        caption, _ = self.flow(node.caption)
        head = element("div", caption, class_="es-cda-caption") if caption.strip() else ""
        return head + (element(name, items, class_="es-cda-list", **more) if items else ""), True

    def _item(self, item: Item) -> str:
        caption, _ = self.flow(item.caption)
        html, _ = self.flow(item.children)
        return (element("div", caption, class_="es-cda-caption") if caption.strip() else "") + html

    def _table(self, node: Table) -> Written:
        self._tables += 1
        self._nested += 1
        said = mark("Tableau %(number)s : %(title)s") if self.title else mark("Tableau %(number)s")
        label = self.say(said) % {"number": self._tables, "title": self.title}
        caption, _ = self.flow(node.caption)
        head = (
            element("caption", caption)
            if caption.strip()
            else element("caption", words(label), class_=f"es-cda-quiet {ADDED}")
        )
        labels = column_labels(node)
        inner = "".join(self._rows(group, labels) for group in node.groups)
        self._nested -= 1
        table = element("table", head + inner, class_=f"es-cda-table{look_of(labels)}")
        if self._nested:
            return table, True
        return element("div", table, class_="es-cda-scroll", role="region", aria_label=label, tabindex="0"), True

    def _rows(self, group: Rows, labels: tuple[str, ...]) -> str:
        names = () if group.part is Part.HEAD else labels
        return element(_GROUPS[group.part], "".join(self._row(row, group.part, names) for row in group.rows))

    def _row(self, row: Row, part: Part, labels: tuple[str, ...]) -> str:
        out, column = [], 0
        for cell in row.cells:
            named = labels[column] if cell.colspan == 1 and column < len(labels) else ""
            out.append(self._cell(cell, part, named))
            column += cell.colspan
        return element("tr", "".join(out))

    def _cell(self, cell: Cell, part: Part, label: str) -> str:
        html, _ = self.flow(cell.children)
        more = {name: str(span) for name, span in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if span > 1}
        look = f"es-cda-{cell.align}" if cell.align in {"center", "right"} else ""
        html = "" if html.isspace() else html
        if not cell.header:
            return element("td", html, class_=look, data_label=label, **more)
        scope = "row" if part is not Part.HEAD else "colgroup" if cell.colspan > 1 else "col"
        return element("th", html, class_=look, scope=scope, data_label=label, **more)

    def _figure(self, node: Figure) -> Written:
        caption, _ = self.flow(node.caption)
        if node.file is None:
            said = words(self.say(mark("Le document montre ici une image ou un fichier qu’il ne contient pas.")))
            return element("div", element("p", said, class_=f"es-cda-refusal {ADDED}") + caption), True
        if node.again:
            said = words(self.say(mark("Voir plus haut :")))
            link = element("a", words(self.plain_name(node.file)), href=f"#es-cda-file-{node.file.number}")
            return element("div", element("span", f"{said} {link}", class_=ADDED) + caption), True
        name = f"{self.file_name(node.file)} {caption}" if caption.strip() else ""
        return self.file(node.file, name), True

    def _cut(self, node: Cut) -> Written:
        said = mark("Ce document est très long : la suite n’est pas affichée ici. Téléchargez l’original pour la lire.")
        return element("div", words(self.say(said)), class_=f"es-cda-refusal {ADDED}"), True


def _line(run: list[tuple[str, bool]]) -> str:
    """Write a run of inline pieces (HTML, whether it is a line break) as a paragraph, breaks at its ends left out."""
    while run and (run[0][1] or not run[0][0].strip()):
        run = run[1:]
    while run and (run[-1][1] or not run[-1][0].strip()):
        run = run[:-1]
    return element("p", "".join(html for html, _ in run), class_="es-cda-paragraph") if run else ""
