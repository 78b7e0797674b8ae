"""Public texts that are no promise: what would be measured before any figure, and what the service does not do.

Kept as the promises are: a French text that holds, translations bound to its words, the decision of each change.
Guarantee: G14. Source: D26; docs/decisions/0085, 0086.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import espace_sante
from espace_sante.kernel.i18n import Language
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.guarantee import CHANGES, Changed, read_changes
from espace_sante.public.markdown import to_html
from espace_sante.public.pages import Addresses, Content
from espace_sante.public.translated import Translation, digest_of, titles, translations

USEFULNESS, LIMITS, WHO_GETS_WHAT = "utilite", "ne-fait-pas", "qui-obtient-quoi"
_TITLE = re.compile(r"# (.+)\n\n")


@dataclass(frozen=True, slots=True)
class PublicText:
    """One text: the name of its page, its title and words in French, its translations, and when it changed, the oldest first."""

    name: str
    title: str
    text: str
    digest: str
    translations: Mapping[Language, Translation]
    changes: tuple[Changed, ...]

    @property
    def is_decided(self) -> bool:
        """Whether its words are those that the last decision written beside it was about."""
        return bool(self.changes) and self.changes[-1].digest == self.digest

    def is_behind(self, language: Language) -> bool:
        """Say whether the French words changed since a translation was written."""
        return language in self.translations and self.translations[language].follows != self.digest


def read_texts(folder: Path) -> tuple[PublicText, ...]:
    """Return the texts of a folder by name; none when there is no such folder. Raises OperatorRefusal."""
    changes = read_changes(folder / CHANGES)
    return tuple(_read(path, changes) for path in sorted(folder.glob("*.md")))


@cache
def public_texts() -> tuple[PublicText, ...]:
    """Return the texts of this tree; none when the program was installed without its documents."""
    return read_texts(Path(espace_sante.__file__).resolve().parent.parent / "docs" / "public")


def text_page(one: PublicText, addresses: Addresses) -> Content:
    """Return the page of a text."""
    bodies = {Language.FR.value: one.text} | {where.value: said.text for where, said in one.translations.items()}
    values = {
        "titles": titles(one.title, one.translations),
        "bodies": {where: to_html(text, addresses.leads) for where, text in bodies.items()},
        "behind": [language.value for language in Language if one.is_behind(language)],
        "changes": one.changes[::-1],
        "decided": one.is_decided,
        "addresses": addresses,
    }
    return Content("public/text.html", values)


def _read(path: Path, changes: Mapping[str, list[Changed]]) -> PublicText:
    page = path.read_text(encoding="utf-8")
    head = _TITLE.match(page)
    if head is None:
        raise OperatorRefusal(f"Le texte « {path.stem} » ne commence pas par son titre.")
    found = translations(path.parent, path.stem)
    return PublicText(
        path.stem, head[1], page[head.end() :].strip(), digest_of(page), found, tuple(changes.get(path.stem, ()))
    )
