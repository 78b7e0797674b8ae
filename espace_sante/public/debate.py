"""The debate as pages written to a disk, from one signed file: what the running service shows, without its forms.

The day on which things are late is the last day the file knows: the same file gives the same pages. Guarantee: G14.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from espace_sante.debate.export import Exported
from espace_sante.debate.log import Text
from espace_sante.debate.shown import changed, moderated, shown_dossier, shown_themes
from espace_sante.kernel.i18n import Language
from espace_sante.public.pages import Addresses, Content

FILE = "debat.jsonl"


def debate_pages(found: Exported | None, addresses: Addresses, language: Language) -> Iterator[tuple[str, Content]]:
    """Return the pages of the debate by their path, in a language; without a file, one page that says so."""
    around: Mapping[str, object] = {"addresses": addresses, "at": _same, "served": False, "index": "index.html"}
    values: dict[str, object] = {"themes": (), "before": "", "after": ".html", "as_of": None, "joined": False}
    if found is None:
        yield "debat/index.html", Content("debate/index.html", {**around, **values})
        return
    themes = shown_themes(found.book, found.as_of, language)
    values |= {"themes": themes, "as_of": found.as_of, "joined": True}
    yield "debat/index.html", Content("debate/index.html", {**around, **values})
    lines = {"lines": moderated(found.book, found.as_of), "before": "", "after": ".html"}
    yield "debat/moderation.html", Content("debate/moderation.html", {**around, **lines})
    changes = {"lines": changed(found.book), "before": "", "after": ".html"}
    yield "debat/decisions.html", Content("debate/decisions.html", {**around, **changes})
    for name, one in found.book.dossiers.items():
        shown = shown_dossier(one, _shown_texts(found), found.as_of, language)
        yield f"debat/{name}.html", Content("debate/dossier.html", {**around, "dossier": shown})


def _shown_texts(found: Exported) -> Mapping[str, Text]:
    return found.texts


def _same(path: str) -> str:
    return path
