"""A document as one page that stands alone: for a file, a terminal, an archive. It asks nothing of any address.

Source: ADR 0017.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from lxml import etree

from espace_sante.formats.cda.body import read_body, title_of
from espace_sante.formats.cda.html import render
from espace_sante.formats.cda.markup import clean, element, words
from espace_sante.kernel.i18n import french_spaces, mark

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
# The colours of the site's own sheet, light then dark: this page has no other sheet.
_COLOURS = """
:root { color-scheme: light dark; --es-ink: #231f20; --es-soft-ink: #5a5350; --es-paper: #fffdf9; --es-card: #f4f0e7;
 --es-line: #d7cfc2; --es-edge: #7d6f66; --es-brand: #245340; --es-link: #245340; --es-warn: #a3322a; --es-honey: #f2b84b;
 --es-wait: #fbe6b8; --es-on-wait: #5c3d00; }
@media screen and (prefers-color-scheme: dark) { :root { --es-ink: #ece7dd; --es-soft-ink: #b9b4aa; --es-paper: #181a18;
 --es-card: #232724; --es-line: #454b46; --es-edge: #8c938b; --es-brand: #9ed8b5; --es-link: #9ed8b5; --es-warn: #ff9d8f;
 --es-wait: #4a3710; --es-on-wait: #fbe6b8; } }
body { margin: 0; padding: 1rem; font-family: sans-serif; color: var(--es-ink); background: var(--es-paper); }
main { max-width: 60rem; margin: 0 auto; } h1 { font-size: 1.75rem; line-height: 1.2; overflow-wrap: break-word; }
@page { margin: 15mm; }
@media print { body { padding: 0; background: #fff; color: #000; } }
"""


def standalone(document: etree._Element, lines: Sequence[str] = ()) -> str:
    """Return a `ClinicalDocument` as a whole page in French: no script, no address to fetch, its own style sheet.

    Never raises. What the header says beside the title (people, dates) is not here: `lines` stand above the title.
    """
    title = title_of(document) or french_spaces(mark("Document sans titre"))
    style = _COLOURS + files("espace_sante.formats.cda").joinpath("view.css").read_text("utf-8")
    above = "".join(element("p", words(clean(line))) for line in lines)
    view = render(read_body(document), words=french_spaces)
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words(clean(title))}</title><style>{style}</style></head>"
        f"<body><main>{above}{element('h1', words(title))}{view}</main></body></html>\n"
    )
