"""The body of a CDA as one safe piece of HTML of ours: its narrative, its files, its coded data.

Only elements and attributes of `markup.ALLOWED`; every word of the document is escaped; no style, no script, no
address that leaves the page; pictures only after their first bytes were checked. The style sheet of the document is
never run. Source: ADR 0017.
"""

from __future__ import annotations

from collections.abc import Callable

from espace_sante.formats.cda.html_entries import Entries
from espace_sante.formats.cda.html_narrative import ADDED, Narrative
from espace_sante.formats.cda.markup import element, words
from espace_sante.formats.cda.nodes import Body, Embedded, Form, Section
from espace_sante.kernel.i18n import mark

_NOT_SHOWN = {
    Form.PDF: mark("Ce fichier PDF n’est pas affiché ici. Il est dans le document d’origine."),
    Form.RTF: mark("Ce texte au format RTF n’est pas affiché ici. Il est dans le document d’origine."),
    Form.TIFF: mark("Cette image au format TIFF n’est pas affichée ici. Elle est dans le document d’origine."),
    Form.XML: mark("Ce fichier de données n’est pas affiché ici. Il est dans le document d’origine."),
}
_OTHER = mark(
    "Ce fichier n’est pas affiché ici : son contenu n’est pas d’un genre connu. Il est dans le document d’origine."
)
_NOT_A_PICTURE = mark(
    "Ce fichier n’est pas l’image annoncée : il n’est pas affiché. Il est dans le document d’origine."
)


def render(
    body: Body,
    *,
    show: Callable[[Embedded], str] | None = None,
    words: Callable[[str], str] = str,
    heading: int = 2,
) -> str:
    """Return the view of a body as HTML that is safe whatever the document holds.

    `show` gives the safe HTML of a file that is neither a picture nor a plain text (pages of a PDF, made elsewhere);
    by default a sentence says why it is not shown. `words` translates our own sentences. Titles begin at `heading`.
    The words of the document stand in the elements without the class `es-cda-added`.
    """
    return _View(show or (lambda file: not_shown(file, words)), words, heading).body(body)


def not_shown(file: Embedded, say: Callable[[str], str] = str) -> str:
    """Return the sentence that says why a file is not shown here."""
    picture = file.declared.startswith("image/") and file.form not in _NOT_SHOWN
    sentence = _NOT_A_PICTURE if picture else _NOT_SHOWN.get(file.form, _OTHER)
    return element("p", words(say(sentence)), class_=f"es-cda-refusal {ADDED}")


class _View:
    def __init__(self, show: Callable[[Embedded], str], say: Callable[[str], str], heading: int) -> None:
        self._say, self._first = say, min(max(heading, 1), 6)
        self._narrative = Narrative(say, show)
        self._entries = Entries(say)
        self._numbered = 0
        self._language = ""

    def body(self, body: Body) -> str:
        self._language = body.language
        inner = self._cut() if body.cut else ""
        if body.file is not None:
            inner += self._narrative.file(body.file)
        inner += "".join(self._section(section, self._first) for section in body.sections)
        if body.file is None and not body.sections:
            inner += self._empty()
        return element("div", inner, class_="es-cda")

    def _section(self, section: Section, level: int) -> str:
        self._numbered += 1
        identifier = f"es-cda-section-{self._numbered}"
        title, added = self._title(section)
        self._narrative.title = title
        # Our own words are in the reader's language, those of the document in its own.
        language = section.language or self._language
        head = element(f"h{min(level, 6)}", words(title), id=identifier, class_=f"es-cda-title{added}", lang=language)
        text = self._narrative.blocks(section.flow) + self._narrative.notes(section.notes)
        parts = [
            head,
            self._entries.notices(section.entries),
            element("div", text, class_="es-cda-narrative", lang=language) if text else "",
            "".join(map(self._narrative.file, section.files)),
            self._entries.folded(section.entries, open_=not text),
            "" if text or section.files or section.entries or section.sections else self._empty(),
            *(self._section(one, level + 1) for one in section.sections),
        ]
        return element("section", "".join(parts), aria_labelledby=identifier, class_="es-cda-section")

    def _title(self, section: Section) -> tuple[str, str]:
        if section.title:
            return section.title, ""
        label = section.code.label or section.code.original if section.code else ""
        return label or self._say(mark("Section sans titre")), f" {ADDED}"

    def _empty(self) -> str:
        return element(
            "p", words(self._say(mark("Rien n’est écrit ici dans le document."))), class_=f"es-cda-refusal {ADDED}"
        )

    def _cut(self) -> str:
        said = mark(
            "Ce document est très long : une partie n’est pas affichée ici. Téléchargez l’original pour tout lire."
        )
        return element("p", words(self._say(said)), class_=f"es-cda-refusal {ADDED}")
