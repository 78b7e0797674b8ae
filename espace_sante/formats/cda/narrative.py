"""The narrative of a section, read into plain values; an element we do not know keeps its words.

Total: whatever the tree, no word of it is lost and nothing is raised. The depth is bounded by the parser before.
Source: HL7 CDA R2 §4.3.5, NarrativeBlock.xsd.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from lxml import etree

from espace_sante.formats.cda.inventory import Inventory, children, is_narrative, language_of, local
from espace_sante.formats.cda.nodes import (
    Anchor,
    Break,
    Figure,
    Flow,
    Item,
    Link,
    ListBlock,
    Mark,
    Node,
    Paragraph,
    Style,
    Text,
)
from espace_sante.formats.cda.tables import read_table

_STYLES = MappingProxyType(
    {
        "bold": (Style.BOLD,),
        "italics": (Style.ITALICS,),
        "bolditalics": (Style.BOLD, Style.ITALICS),
        "underline": (Style.UNDERLINE,),
        "emphasis": (Style.EMPHASIS,),
    }
)
_NUMBERING = MappingProxyType({"arabic": "1", "littleroman": "i", "bigroman": "I", "littlealpha": "a", "bigalpha": "A"})
# Elements of other vocabularies that people put in by mistake and that stand inside a line.
_INLINE = frozenset(
    {"a", "abbr", "b", "big", "code", "em", "font", "i", "label", "q", "s", "small", "span", "strong", "u"}
)


def read_flow(element: etree._Element, inventory: Inventory, *, without: etree._Element | None = None) -> Flow:
    """Return what stands in an element, in order, one child left out when it is read apart."""
    found: list[Node] = [*_anchors(element, inventory)]
    if element.text:
        found.append(Text(element.text))
    for child in element:  # comments too: the words after one belong to the element
        if isinstance(child.tag, str) and child is not without:
            if not inventory.spend():
                found += inventory.stop()
                break
            found += read_one(child, inventory)
        if child.tail:
            found.append(Text(child.tail))
    return _in_language(element, tuple(found))


def read_one(element: etree._Element, inventory: Inventory) -> Flow:
    """Return what one element of a narrative says, by its own rule."""
    reader = _READERS.get(local(element))
    if reader is not None and is_narrative(element, local(element)):
        return reader(element, inventory)
    if local(element) in _INLINE:
        return read_flow(element, inventory)
    return (Paragraph(read_flow(element, inventory)),)


def _anchors(element: etree._Element, inventory: Inventory) -> Flow:
    name = inventory.anchor(element)
    return (Anchor(name),) if name else ()


def _in_language(element: etree._Element, flow: Flow) -> Flow:
    language = language_of(element)
    return (Mark((), flow, language),) if language and flow else flow


def _styled(element: etree._Element, flow: Flow) -> Flow:
    codes = (element.get("styleCode") or "").lower().split()
    styles = tuple(dict.fromkeys(style for code in codes for style in _STYLES.get(code, ())))
    return (Mark(styles, flow),) if styles and flow else flow


def _caption(element: etree._Element, inventory: Inventory) -> tuple[etree._Element | None, Flow]:
    """Return the first caption of an element, and what it says."""
    found = next((child for child in children(element) if is_narrative(child, "caption")), None)
    return found, () if found is None else read_flow(found, inventory)


def _cell(element: etree._Element, inventory: Inventory) -> Flow:
    return _styled(element, read_flow(element, inventory))


def _content(element: etree._Element, inventory: Inventory) -> Flow:
    flow = _cell(element, inventory)
    match (element.get("revised") or "").lower():
        case "delete":
            return (Mark((Style.DELETED,), flow),)
        case "insert":
            return (Mark((Style.INSERTED,), flow),)
        case _:
            return flow


def _paragraph(element: etree._Element, inventory: Inventory) -> Flow:
    caption, words = _caption(element, inventory)
    return (Paragraph(_styled(element, read_flow(element, inventory, without=caption)), words),)


def _item(element: etree._Element, inventory: Inventory) -> Item:
    if not is_narrative(element, "item"):
        return Item(read_one(element, inventory))
    caption, words = _caption(element, inventory)
    return Item(_styled(element, read_flow(element, inventory, without=caption)), words)


def _list(element: etree._Element, inventory: Inventory) -> Flow:
    caption, words = _caption(element, inventory)
    items = [Item((Text(element.text or ""),))] if (element.text or "").strip() else []
    for child in element:
        if isinstance(child.tag, str) and child is not caption:
            if not inventory.spend():
                items += [Item(inventory.stop())]
                break
            items.append(_item(child, inventory))
        if (child.tail or "").strip():
            items.append(Item((Text(child.tail or ""),)))
    block = ListBlock(tuple(items), _numbering(element), words)
    return _in_language(element, (*_anchors(element, inventory), block))


def _numbering(element: etree._Element) -> str:
    if (element.get("listType") or "").lower() != "ordered":
        return ""
    return _NUMBERING.get((element.get("styleCode") or "").lower(), "1")


def _table(element: etree._Element, inventory: Inventory) -> Flow:
    caption, words = _caption(element, inventory)
    table = read_table(element, inventory, caption=caption, words=words, read_cell=_cell, read_one=read_one)
    return _in_language(element, (*_anchors(element, inventory), table))


def _link(element: etree._Element, inventory: Inventory) -> Flow:
    address, words = (element.get("href") or "").strip(), read_flow(element, inventory)
    if address.startswith("#"):
        return (Link(words, target=address[1:]),) if inventory.leads_to(address[1:]) else words
    return (Link(words, address=address),) if address else words


def _note(element: etree._Element, inventory: Inventory) -> Flow:
    return (inventory.call(inventory.notes.get(element, 0)),)


def _note_reference(element: etree._Element, inventory: Inventory) -> Flow:
    number = inventory.note_of(element.get("IDREF") or "")
    return (inventory.call(number), *read_flow(element, inventory))


def _multimedia(element: etree._Element, inventory: Inventory) -> Flow:
    caption, said = _caption(element, inventory)
    words = (*said, *_unless_empty(read_flow(element, inventory, without=caption)))
    bearers = [inventory.names.get(name) for name in (element.get("referencedObject") or "").split()]
    files = [file for bearer in bearers if bearer is not None for file in inventory.files_under(bearer)]
    if not files:
        return (Figure(None, words),)
    shown = [Figure(file, again=not inventory.show(file)) for file in files]
    return (Figure(shown[0].file, words, again=shown[0].again), *shown[1:])


def _unless_empty(flow: Flow) -> Flow:
    return () if all(isinstance(node, Text) and not node.text.strip() for node in flow) else flow


def _marked(style: Style) -> _Reader:
    return lambda element, inventory: (Mark((style,), read_flow(element, inventory)),)


_Reader = Callable[[etree._Element, Inventory], Flow]
_READERS: MappingProxyType[str, _Reader] = MappingProxyType(
    {
        "br": lambda element, inventory: (Break(), *read_flow(element, inventory)),
        "content": _content,
        "sub": _marked(Style.SUBSCRIPT),
        "sup": _marked(Style.SUPERSCRIPT),
        "paragraph": _paragraph,
        "list": _list,
        "table": _table,
        "linkHtml": _link,
        "footnote": _note,
        "footnoteRef": _note_reference,
        "renderMultiMedia": _multimedia,
    }
)
