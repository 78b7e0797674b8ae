"""A small part of Markdown, to HTML: what the pages of the guarantees use, and nothing that could carry code.

Headings, paragraphs, lists, tables, fenced code; in a line, code, strong, emphasis and links. Every character of the
text is escaped; whatever is not recognised stays text. There is no raw HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from espace_sante.kernel.i18n import french_spaces

# Where a link leads, or nothing when it leads nowhere that this page may name.
Link = Callable[[str], str]

_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|(?<![*\w])\*(?P<em>[^*\s][^*]*)\*(?!\w)"
    r"|\[(?P<text>[^\[\]]+)\]\((?P<target>[^()\s]+)\)"
)
_HEADING = re.compile(r"(#{1,4}) +(.+)")
_ITEM = re.compile(r"(?:(-)|\d{1,3}\.) +(.*)")
_RULE = re.compile(r"\|?( *:?-+:? *\|)+( *:?-+:? *)?")
_SIZES = {2: "m", 3: "s", 4: "s"}


def to_html(text: str, link: Link) -> Markup:
    """Return a text as HTML; `# ` titles begin at the second level, the first is the page's own.

    `link` says where the target of a link leads, or a page named as code; "" leaves its words alone. Never raises.
    """
    return Markup("\n").join(_block(block, link) for block in _blocks(text))


def outside_links(target: str) -> str:
    """Let a link lead to another site only, over HTTPS."""
    return target if target.startswith("https://") else ""


def _blocks(text: str) -> Iterator[list[str]]:
    """Cut a text at its blank lines; a heading stands alone, fenced code keeps its own."""
    block: list[str] = []
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            if not fenced and block:
                yield block
                block = []
            block.append(line)
            if fenced:
                yield block
                block = []
            fenced = not fenced
        elif fenced:
            block.append(line)
        elif not line.strip() or _HEADING.fullmatch(line):
            if block:
                yield block
            block = []
            if line.strip():
                yield [line]
        else:
            block.append(line)
    if block:
        yield block


def _block(lines: list[str], link: Link) -> Markup:
    first = lines[0]
    if first.startswith("```"):
        inside = "\n".join(line for line in lines[1:] if not line.startswith("```"))
        return Markup("<pre><code>{}</code></pre>").format(inside)
    if heading := _HEADING.fullmatch(first):
        level = max(2, len(heading[1]))
        shown = _inline(heading[2], link)
        return Markup('<h{} class="govuk-heading-{}">{}</h{}>').format(level, _SIZES[level], shown, level)
    if len(lines) > 1 and first.startswith("|") and _RULE.fullmatch(lines[1].strip()):
        return _table(lines, link)
    if _ITEM.fullmatch(first):
        return _list(lines, link)
    return Markup('<p class="govuk-body">{}</p>').format(_inline(" ".join(lines), link))


def _list(lines: list[str], link: Link) -> Markup:
    items: list[str] = []
    for line in lines:
        item = _ITEM.fullmatch(line)
        if item:
            items.append(item[2])
        else:  # the item goes on
            items[-1] += " " + line.strip()
    first = _ITEM.fullmatch(lines[0])
    tag, kind = ("ul", "bullet") if first and first[1] else ("ol", "number")
    inside = Markup("\n").join(Markup("<li>{}</li>").format(_inline(item, link)) for item in items)
    return Markup('<{} class="govuk-list govuk-list--{}">\n{}\n</{}>').format(tag, kind, inside, tag)


def _table(lines: list[str], link: Link) -> Markup:
    head, *rows = ([_inline(words.strip(), link) for words in line.strip().strip("|").split("|")] for line in lines)
    names = Markup("").join(Markup('<th scope="col" class="govuk-table__header">{}</th>').format(one) for one in head)
    body = Markup("\n").join(
        Markup('<tr class="govuk-table__row">{}</tr>').format(
            Markup("").join(
                Markup('<td class="govuk-table__cell" data-label="{}">{}</td>').format(label.striptags(), one)
                for label, one in zip(head, row, strict=False)
            )
        )
        for row in rows[1:]  # the first only draws the line under the head
    )
    shown = Markup(
        '<table class="govuk-table es-stack"><thead><tr class="govuk-table__row">{}</tr></thead>\n<tbody>{}</tbody></table>'
    ).format(names, body)
    # On a narrow screen each row is a block; between the two it scrolls, never the page, and a keyboard can reach it.
    return Markup('<div class="es-table" role="region" aria-label="{}" tabindex="0">\n{}\n</div>').format(
        Markup(", ").join(head).striptags(), shown
    )


def _inline(text: str, link: Link) -> Markup:
    shown, end = Markup(""), 0
    for found in _INLINE.finditer(text):
        shown += escape(french_spaces(text[end : found.start()])) + _word(found, link)
        end = found.end()
    return shown + escape(french_spaces(text[end:]))


def _word(found: re.Match[str], link: Link) -> Markup:
    if code := found["code"]:
        # A page of this service is named in a text as it is served; wherever it is read, that leads there.
        page = link(code) if code.startswith("/") else ""
        shown = Markup("<code>{}</code>").format(code)
        return Markup('<a class="govuk-link" href="{}">{}</a>').format(page, shown) if page else shown
    if strong := found["strong"]:
        return Markup("<strong>{}</strong>").format(_inline(strong, link))
    if emphasis := found["em"]:
        return Markup("<em>{}</em>").format(_inline(emphasis, link))
    words, address = _inline(found["text"], link), link(found["target"])
    return Markup('<a class="govuk-link" href="{}">{}</a>').format(address, words) if address else words
