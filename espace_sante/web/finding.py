"""What a list of documents is narrowed to: read from the form above the list, written back into its links and forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from espace_sante.actions.act import Act
from espace_sante.keeper.demand import ListParams
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES

_ALL = "toutes"
_CATEGORY, _YEAR, _VERSIONS, _START = "categorie", "annee", "versions", "debut"


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked of a list; a text is "" when it was not asked, and comes back as it was typed."""

    category: str = ""
    year: str = ""
    replaced: bool = False
    offset: int = 0

    @property
    def asked(self) -> bool:
        """Say whether anything was asked: the list may then be only a part."""
        return bool(self.category or self.year or self.replaced)

    @property
    def category_name(self) -> str:
        """Return the words of the category, to translate; "" for none."""
        return CATEGORIES.get(int(self.category), "") if self.category.isdecimal() and len(self.category) < 4 else ""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return what a link or a form carries to ask the same thing again."""
        given = ((_CATEGORY, self.category), (_YEAR, self.year), (_VERSIONS, _ALL if self.replaced else ""))
        return tuple((name, value) for name, value in given if value)

    def address(self, path: str, offset: int) -> str:
        """Return where the page of the list that begins there is read."""
        following = [*self.fields, *([(_START, str(offset))] if offset else [])]
        return f"{path}?{urlencode(following)}" if following else path


def search_of(read: Callable[[str], str]) -> Search:
    """Return what was asked, from the texts of an address or of a form."""
    start = read(_START)
    offset = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    return Search(read(_CATEGORY).strip(), read(_YEAR).strip(), read(_VERSIONS) == _ALL, offset)


def wanted(act: Act, search: Search, count: int) -> ListParams:
    """Return the same thing as the act reads it. Raises Problem for a category or a year that is not one."""
    status = "both" if search.replaced else "current"
    asked = {"category": search.category, "year": search.year, "status": status}
    params: ListParams = act.parse({**asked, "offset": str(search.offset), "count": str(count)})
    return params


def errors_of(problem: Problem, say: Callable[[str], str]) -> dict[str, str]:
    """Return what is wrong with a search, as the error of its field. Raises the problem when it is about no field."""
    if problem.code == "category-unknown" or problem.fields.get("field") == "catégorie":
        return {_CATEGORY: say(mark("Choisissez une catégorie de la liste."))}
    if problem.fields.get("field") == "année":
        return {_YEAR: say(mark("Écrivez une année en quatre chiffres, par exemple 2026."))}
    raise problem
