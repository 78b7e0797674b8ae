"""The public site as a folder: the same pages, every link relative, readable from a disk without any server.

The same tree and the same results give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from espace_sante.access.matrix_cells import Version
from espace_sante.actions.indicators import Indicators
from espace_sante.debate.export import Exported
from espace_sante.debate.shown import decisions_feed as debate_feed
from espace_sante.kernel.i18n import Language
from espace_sante.kernel.on_disk import writing
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.public.changes import changes_of, decisions_feed, decisions_page
from espace_sante.public.costs import costs_json
from espace_sante.public.debate import debate_pages
from espace_sante.public.guarantee import Guarantee, State
from espace_sante.public.ledger import Ledger
from espace_sante.public.ledger_file import as_csv
from espace_sante.public.matrix import Types, matrix_page, page_name, profession_page
from espace_sante.public.pages import Addresses, Content, costs_page, guarantee_page, index_page, indicators_page
from espace_sante.public.parity import parity_page
from espace_sante.public.published import Published
from espace_sante.public.results import Results
from espace_sante.public.shipped import bill_of_materials
from espace_sante.public.texts import public_texts, text_page
from espace_sante.public.transparency import Root, poster_page, secondary_page, transparency_page
from espace_sante.public.verifiers import verifiers

# Every page of a language is two folders deep.
_UP = "../../"
ADDRESSES = Addresses(
    "../garanties/index.html",
    "../couts/index.html",
    "../garanties/",
    ".html",
    indicators="../indicateurs/index.html",
    matrix="../matrice/index.html",
    matrix_before="../matrice/",
    debate="../debat/index.html",
    costs_csv="../../donnees/couts.csv",
    costs_json="../../donnees/couts.json",
    transparency="../transparence/index.html",
    secondary="../usages-seconds/index.html",
    poster="../affiche/index.html",
    materials="../../donnees/nomenclature.json",
    figures="../../donnees/indicateurs",
    verifiers="../../verifier/",
    rights="../parite/index.html",
    rights_data="../../donnees/parite.json",
    forms="../../formulaires/",
    debate_forms="../../formulaires/",
    decisions="../decisions/index.html",
    feed="../../donnees/decisions.atom",
    debate_decisions="../debat/index.html",
    usefulness="../utilite/index.html",
    limits="../ne-fait-pas/index.html",
    who_gets_what="../qui-obtient-quoi/index.html",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the site stands: how to reach the root, and its twins in each language."""

    root: str
    twins: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Grid:
    """The versions of the matrix, the oldest first, and the types of documents to name in it."""

    versions: tuple[Version, ...]
    types: Types


@dataclass(frozen=True, slots=True)
class Rights:
    """The table of every act by every channel, and the blank forms (PDF) by their number; none when they are not wanted."""

    table: Mapping[str, Any]
    forms: Mapping[str, bytes]


Render = Callable[[Content, Language, Place], str]


def site_files(
    promises: tuple[Guarantee, ...],
    ledger: Ledger,
    grid: Grid,
    results: Results,
    render: Render,
    assets: Mapping[str, bytes],
    rights: Rights,
    counts: Indicators | None = None,
    debate: Exported | None = None,
    published: Published | None = None,
    root: Root | None = None,
) -> dict[str, bytes]:
    """Return every file of the site by its path in the folder; `assets` stand in its `style` folder."""
    contents = dict(_contents(promises, ledger, grid, results, counts))
    if published is not None:
        page = transparency_page(published, ledger, root, None, ADDRESSES)
        contents["transparence/index.html"] = page
        contents["usages-seconds/index.html"] = secondary_page(ADDRESSES)
        contents["affiche/index.html"] = poster_page(promises, published, ledger, root, ADDRESSES)
    contents["indicateurs/index.html"] = indicators_page(counts, ADDRESSES)
    contents |= {f"{one.name}/index.html": text_page(one, ADDRESSES) for one in public_texts()}
    there = ADDRESSES if rights.forms else replace(ADDRESSES, forms="", debate_forms="")
    contents["parite/index.html"] = parity_page(rights.table, there)
    changed = changes_of((*promises, *public_texts()), grid.versions, ledger, ADDRESSES)
    contents["decisions/index.html"] = decisions_page(changed, ADDRESSES)
    written = {f"style/{name}": data for name, data in assets.items()}
    for path, content in contents.items():
        place = Place(_UP, {language: f"{_UP}{language.value}/{path}" for language in Language})
        for language in Language:
            written[f"{language.value}/{path}"] = render(content, language, place).encode()
    for language in Language:
        for path, content in debate_pages(debate, ADDRESSES, language):
            place = Place(_UP, {one: f"{_UP}{one.value}/{path}" for one in Language})
            written[f"{language.value}/{path}"] = render(content, language, place).encode()
    if debate is not None:
        written["donnees/debat-decisions.atom"] = debate_feed(debate.book, "../fr/debat/", ".html")
    if counts is not None:
        written |= {"donnees/indicateurs.csv": counts.as_csv().encode(), "donnees/indicateurs.json": counts.as_json()}
        written["donnees/indicateurs-sommes.csv"] = counts.sums_csv().encode()
        written["donnees/indicateurs-delais.csv"] = counts.delays_csv().encode()
    written |= {"donnees/couts.csv": as_csv(ledger).encode(), "donnees/couts.json": costs_json(ledger, counts)}
    written["donnees/decisions.atom"] = decisions_feed(changed, "../fr/decisions/")
    written["donnees/parite.json"] = orjson.dumps(rights.table)
    written |= {f"formulaires/{form}.pdf": data for form, data in rights.forms.items()}
    written["donnees/nomenclature.json"] = bill_of_materials()
    written |= {f"verifier/{name}": data for name, data in verifiers().items()}
    for language in Language:
        written |= {f"{language.value}/matrice/{one.name}.csv": one.text.encode() for one in grid.versions}
    first = {language: f"{language.value}/garanties/index.html" for language in Language}
    opens = any(one.number == 1 and one.state is State.NOT_HERE for one in promises)
    addresses = Addresses(
        first[Language.FR],
        "fr/couts/index.html",
        "",
        indicators="fr/indicateurs/index.html",
        matrix="fr/matrice/index.html",
        debate="fr/debat/index.html",
        transparency="fr/transparence/index.html",
        poster="fr/affiche/index.html",
        rights="fr/parite/index.html",
        decisions="fr/decisions/index.html",
        usefulness="fr/utilite/index.html",
        limits="fr/ne-fait-pas/index.html",
        who_gets_what="fr/qui-obtient-quoi/index.html",
    )
    front = Content("public/front.html", {"addresses": addresses, "silence_opens": opens})
    written["index.html"] = render(front, Language.FR, Place("", first)).encode()
    return dict(sorted(written.items()))


def _contents(
    promises: tuple[Guarantee, ...], ledger: Ledger, grid: Grid, results: Results, counts: Indicators | None
) -> Iterator[tuple[str, Content]]:
    yield "garanties/index.html", index_page(promises, results, ADDRESSES)
    for one in promises:
        yield f"garanties/{one.name}.html", guarantee_page(one, results, ADDRESSES)
    yield "couts/index.html", costs_page(ledger, ADDRESSES, counts)
    yield "matrice/index.html", matrix_page(grid.versions, grid.types, ADDRESSES)
    for code in grid.versions[-1].professions:
        page = profession_page(grid.versions[-1], code, grid.types, ADDRESSES)
        yield f"matrice/{page_name(code)}.html", page


def write_site(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the site; a folder that holds anything else is left alone. Raises OperatorRefusal."""
    if folder.exists() and not folder.is_dir():
        raise OperatorRefusal(f"« {folder} » n'est pas un dossier.")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    if others := sorted(there - files.keys()):
        raise OperatorRefusal(
            f"« {folder} » contient autre chose que ce site (« {others[0]} ») : donnez un autre dossier."
        )
    with writing(folder, "Le site n'est pas écrit en entier."):
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
