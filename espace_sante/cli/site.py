"""`espace-sante site`: the public pages written into a folder that any web host, or a disk, can show."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from espace_sante.actions.indicators import read_indicators
from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.channels.parity import parity
from espace_sante.cli import show
from espace_sante.cli.debate_file import checked_export
from espace_sante.cli.log_key import log_key
from espace_sante.cli.matrix import versions
from espace_sante.debate.words import SORTS, TO
from espace_sante.formats.code_tables import CodeTables
from espace_sante.kernel.i18n import Language
from espace_sante.kernel.on_disk import reading, refuse_unwritable, writing
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.raw_counts import raw_counts
from espace_sante.public.guarantee import guarantees
from espace_sante.public.ledger import Damaged
from espace_sante.public.ledger_file import ledger_of
from espace_sante.public.matrix import Types
from espace_sante.public.pages import Content
from espace_sante.public.published import as_published, published_of
from espace_sante.public.results import NO_RESULTS, Results, read_results
from espace_sante.public.site import Grid, Place, Rights, site_files, write_site
from espace_sante.public.transparency import root_of
from espace_sante.public.version import commit_of
from espace_sante.web.assets import assets
from espace_sante.web.rendering import render

_LOOK = ("components.css", "site.css", "mark.svg")


def build(settings: Settings, chosen: Namespace) -> int:
    """Write the public site; needs no running instance."""
    folder: Path = chosen.output
    # Without a public address, that of this machine would mean nothing to whoever reads the folder.
    here = replace(published_of(settings), address=settings.public_url.rstrip("/"))
    promises = as_published(guarantees(), here)
    if not promises:
        raise OperatorRefusal("Les pages des garanties (docs/guarantees) ne sont pas à côté du programme installé.")
    results = _results(chosen.results) if chosen.results else NO_RESULTS
    look = {name: assets()[name].plain for name in _LOOK}
    counts = read_indicators(_text(chosen.counts)) if chosen.counts else None
    grid = Grid(versions(settings), Types.of(CodeTables(settings.home / "tables")))
    ledger = ledger_of(settings.home)
    if isinstance(ledger, Damaged):
        raise OperatorRefusal(f"Le registre des coûts est abîmé, ligne {ledger.line} du fichier : {ledger.why}.")
    debate = checked_export(chosen.debate, log_key(chosen.debate_key)) if chosen.debate else None
    rights = Rights(parity(delays=counts.last_delays if counts else {}), blank_forms() if chosen.forms else {})
    root = root_of(settings.home)
    files = site_files(promises, ledger, grid, results, _page, look, rights, counts, debate, here, root)
    if debate is not None:
        files |= {"donnees/debat.jsonl": chosen.debate.read_bytes()}
    write_site(folder, files)
    if chosen.json:
        show.as_json({"folder": os.fspath(folder), "files": len(files), "results": bool(results)})
        return 0
    show.say(
        f"{how_many(len(files), 'fichier écrit', 'fichiers écrits')} dans {folder}. Ouvrez {folder / 'index.html'}."
    )
    if not results:
        show.say("Sans --results de cette version, chaque page dit : pas encore vérifié pour cette version.")
    return 0


def counts(settings: Settings, chosen: Namespace) -> int:
    """Write the raw daily counts, for the operator alone."""
    refuse_unwritable(chosen.output)
    counted = raw_counts(settings)
    with (
        writing(chosen.output),
        open(chosen.output, "w", encoding="utf-8", newline="", opener=_for_us_alone) as file,
    ):
        file.write(counted)
    show.say(f"Comptes bruts écrits dans {chosen.output}. Ne les publiez pas : des nombres de moins de 11 y sont.")
    return 0


def blank_forms() -> dict[str, bytes]:
    """Return every form to fill in by hand (PDF), by its number."""
    # Here and not above: the drawing of letters weighs more than all the pages.
    from espace_sante.channels.paper import blank_form
    from espace_sante.formats import debate_sheet

    drawn = {act.form: blank_form(act) for act in PERSON_ACTS if act.form}
    return drawn | {debate_sheet.FORM: debate_sheet.blank_pdf(list(SORTS.values()), [TO])}


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _page(content: Content, language: Language, place: Place) -> str:
    return render(content.template, language, frame="public/site.html", place=place, **content.values)


def _results(path: Path) -> Results:
    return read_results(_text(path), commit_of())


def _text(path: Path) -> str:
    with reading(path):
        data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise OperatorRefusal(f"« {path} » ne se lit pas : ce n'est pas un texte en UTF-8.") from None
