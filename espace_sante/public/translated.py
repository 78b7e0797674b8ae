"""The text of a promise in plain French and in English: written by people, and bound to the French text it was written from.

The French text is the one that holds. Each translation names, by its digest, the French words it follows: when they change, the
page of the translation says so, and a test fails until somebody has read both again. Guarantee: G14. Decision: 0085.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from espace_sante.kernel.i18n import Language
from espace_sante.kernel.refusal import OperatorRefusal

TRANSLATED = (Language.FR_SIMPLE, Language.EN)
_HEAD = re.compile(r"# (.+)\n\nFollows: ([0-9a-f]{64})\n\n")
_CODE = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True, slots=True)
class Translation:
    """One text: its title, what follows it in Markdown, and the digest of the French words it was written from."""

    title: str
    text: str
    follows: str


def digest_of(page: str) -> str:
    """Return the digest of a French page's words: what stands before its tests, but for tables and names of code."""
    said = page.partition("\n## Les tests")[0]
    kept = (block for block in re.split(r"\n\s*\n", said) if not block.startswith(("Dans le code", "|")))
    words = " ".join(_CODE.sub("", block) for block in kept).split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def translation(name: str, page: str) -> Translation:
    """Read a translated page. Raises OperatorRefusal when it does not begin with its title and what it follows."""
    head = _HEAD.match(page)
    if head is None:
        raise OperatorRefusal(
            f"La traduction « {name} » ne commence pas par son titre et l'empreinte du texte qu'elle suit."
        )
    return Translation(head[1], page[head.end() :].strip(), head[2])


def translations(folder: Path, name: str) -> Mapping[Language, Translation]:
    """Return the translations of a page that a folder holds. Raises OperatorRefusal."""
    paths = {language: folder / language.value / f"{name}.md" for language in TRANSLATED}
    found = {one: translation(name, path.read_text(encoding="utf-8")) for one, path in paths.items() if path.is_file()}
    return MappingProxyType(found)


def titles(title: str, translated: Mapping[Language, Translation]) -> dict[str, str]:
    """Return the titles of a page by language, the French one always there."""
    return {Language.FR.value: title} | {where.value: said.title for where, said in translated.items()}
