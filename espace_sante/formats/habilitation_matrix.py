"""The official matrix of professions and document types, in the JSON:API shape of a content manager: read, never guessed.

Several files make one matrix: pages of cells, and the two taxonomies that name its numbers. What the shape leaves open (the
exact names of attributes) is found by what a name must contain; two candidates, or none, are refused.
Source: JSON:API 1.1; docs/specs/matrix.md. Never met its real peer: docs/non-essaye.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

CELL, PROFESSIONS, CATEGORIES = "matrice_professionnel_document", "professionnel_de_sante", "categorie_de_document"
MOST_CELLS = 100_000
_DEEPEST = 12


class NotAMatrix(Exception):
    """Files that are not the official matrix, whole: which one, where in it, and what is wrong, in French."""

    def __init__(self, file: str, where: str, what: str) -> None:
        super().__init__(f"{file}, {where} : {what}" if where else f"{file} : {what}")


@dataclass(frozen=True, slots=True)
class OfficialCell:
    """One cell: the numbers of a profession and of a category, the code of a type, and whether it is read."""

    profession: int
    category: int
    type_code: str
    shown: bool
    where: str


@dataclass(frozen=True, slots=True)
class OfficialMatrix:
    """All cells, and what the files' own taxonomies call their numbers."""

    cells: tuple[OfficialCell, ...]
    professions: Mapping[int, str]
    categories: Mapping[int, str]


@dataclass(slots=True)
class _Read:
    cells: list[OfficialCell] = field(default_factory=list)
    professions: dict[int, str] = field(default_factory=dict)
    categories: dict[int, str] = field(default_factory=dict)
    pages: int = 0
    not_last: int = 0


def read_official_matrix(files: Iterable[tuple[str, bytes]]) -> OfficialMatrix:
    """Return the matrix of (name, bytes) pairs. Raises NotAMatrix: nothing is taken of what is not whole and sure."""
    read = _Read()
    for name, data in files:
        _take(read, name, _parsed(name, data))
    if not read.cells:
        raise NotAMatrix("les fichiers", "", "aucune case de la grille ne s'y trouve")
    if read.pages and read.not_last >= read.pages:
        raise NotAMatrix("les fichiers", "", "la dernière page manque : donnez toutes les pages")
    if read.not_last != read.pages - 1:
        raise NotAMatrix("les fichiers", "", "des pages manquent, ou ne se suivent pas")
    _check(read)
    return OfficialMatrix(tuple(read.cells), read.professions, read.categories)


def _parsed(name: str, data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise NotAMatrix(name, "", "le texte n'est pas en UTF-8") from None
    except json.JSONDecodeError as fault:
        raise NotAMatrix(name, f"ligne {fault.lineno}", "ce n'est pas du JSON") from None
    except RecursionError:
        raise NotAMatrix(name, "", f"plus de {_DEEPEST} niveaux") from None
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise NotAMatrix(name, "", "ce n'est pas une réponse JSON:API : il manque la liste « data »")
    return document


def _take(read: _Read, name: str, document: dict[str, Any]) -> None:
    had = len(read.cells)
    included = document.get("included", [])
    if not isinstance(included, list):
        raise NotAMatrix(name, "", "« included » n'est pas une liste")
    for place, items in (("data", document["data"]), ("included", included)):
        for number, item in enumerate(items, start=1):
            _one(read, name, f"{place}, élément {number}", item)
    if len(read.cells) > MOST_CELLS:
        raise NotAMatrix(name, "", f"plus de {MOST_CELLS} cases")
    if len(read.cells) > had:
        links = document.get("links")
        read.pages += 1
        read.not_last += bool(isinstance(links, dict) and links.get("next"))


def _one(read: _Read, name: str, where: str, item: Any) -> None:
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise NotAMatrix(name, where, "un élément sans « type »")
    kind = item["type"].rpartition("--")[2]
    if kind not in (CELL, PROFESSIONS, CATEGORIES):
        return  # other content of the site is none of ours
    attributes = item.get("attributes")
    if not isinstance(attributes, dict):
        raise NotAMatrix(name, where, "un élément sans « attributes »")
    if kind == CELL:
        read.cells.append(_cell(name, where, attributes))
        return
    known = read.professions if kind == PROFESSIONS else read.categories
    number, words = _number(name, where, attributes, "code"), attributes.get("name")
    if not isinstance(words, str) or not words.strip():
        raise NotAMatrix(name, where, "un terme sans nom")
    if known.setdefault(number, words.strip()) != words.strip():
        raise NotAMatrix(name, where, f"le numéro {number} a deux noms")


def _cell(name: str, where: str, attributes: dict[str, Any]) -> OfficialCell:
    shown = _only(name, where, attributes, "consultation")
    if not isinstance(shown, bool):
        raise NotAMatrix(name, where, "« consultation » n'est ni vrai ni faux")
    type_code = _only(name, where, attributes, "loinc")
    if not isinstance(type_code, str) or not type_code.strip() or len(type_code) > 24 or not type_code.isascii():
        raise NotAMatrix(name, where, "le code du type de document n'en est pas un")
    profession = _number(name, where, attributes, "profession")
    return OfficialCell(
        profession, _number(name, where, attributes, "categorie"), type_code.strip(), shown, f"{name}, {where}"
    )


def _only(name: str, where: str, attributes: dict[str, Any], word: str) -> Any:
    found = [key for key in attributes if word in key.lower()]
    if len(found) != 1:
        raise NotAMatrix(name, where, f"{len(found)} champs dont le nom contient « {word} » : il en faut un")
    return attributes[found[0]]


def _number(name: str, where: str, attributes: dict[str, Any], word: str) -> int:
    value = _only(name, where, attributes, word)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise NotAMatrix(name, where, f"« {word} » n'est pas un nombre entier")
    return value


def _check(read: _Read) -> None:
    """Refuse a number that no taxonomy names, and a cell that says two things."""
    said: dict[tuple[int, str], bool] = {}
    for cell in read.cells:
        if cell.profession not in read.professions:
            raise NotAMatrix(cell.where, "", f"la profession {cell.profession} n'est nommée nulle part")
        if cell.category not in read.categories:
            raise NotAMatrix(cell.where, "", f"la catégorie {cell.category} n'est nommée nulle part")
        if said.setdefault((cell.profession, cell.type_code), cell.shown) != cell.shown:
            raise NotAMatrix(cell.where, "", f"le type {cell.type_code} a deux réponses pour la même profession")
