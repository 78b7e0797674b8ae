"""`espace-sante matrix`: the versions of the public matrix, shown, compared, taken from a file. Never a person's data."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace
from datetime import date
from pathlib import Path

from espace_sante.access.matrix_cells import (
    UNTYPED,
    WHOLE,
    Change,
    Version,
    changes,
    published,
    types_named,
    version_of,
)
from espace_sante.access.matrix_files import VERSION, MatrixUnreadable
from espace_sante.cli import show
from espace_sante.cli.deciding import decision_of
from espace_sante.cli.matrix_official import correspondence, official_text
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import CodeTables
from espace_sante.formats.habilitation_matrix import NotAMatrix, read_official_matrix
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.on_disk import reading, why
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.records.document import CATEGORIES, category_of

_MOST = 50_000_000
_SUFFIXES = ("", *"bcdefghijklmnopqrstuvwxyz")


def listed(settings: Settings, chosen: Namespace) -> int:
    """List the versions, the one in force last."""
    every = versions(settings)
    if chosen.json:
        show.as_json({"versions": [_summary(one) for one in every], "in_force": every[-1].name})
        return 0
    rows = [(one.name, str(len(one.professions)), str(len(one.cells)), one.sha256[:16]) for one in every]
    show.table(("version", "professions", "cases", "empreinte"), rows)
    show.say(f"En vigueur : {every[-1].name}.")
    return 0


def shown(settings: Settings, chosen: Namespace) -> int:
    """Show the cells of one version, of one profession or of all."""
    version = _version(settings, chosen.version)
    cells = [one for one in version.cells if chosen.profession in ("", one.profession)]
    if not cells:
        raise OperatorRefusal(f"Aucune case pour « {chosen.profession} » : tout lui est refusé.")
    if chosen.json:
        names = type(cells[0]).__slots__
        show.as_json(
            {"version": version.name, "cells": [{name: getattr(one, name) for name in names} for one in cells]}
        )
        return 0
    rows = [
        (one.label, one.what, _about(one.what, one.code), "oui" if one.shown else "non", one.reason) for one in cells
    ]
    show.table(("profession", "objet", "de quoi", "montré", "raison"), rows)
    return 0


def check(settings: Settings, chosen: Namespace) -> int:
    """Read a file as a new version and say what it would change; nothing is kept."""
    present = versions(settings)[-1]
    return _tell(settings, chosen, present, _read(settings, chosen, present), None)


def take(settings: Settings, chosen: Namespace) -> int:
    """Take a file as the version in force; refused, nothing is kept of it."""
    present = versions(settings)[-1]
    decision = decision_of(chosen.decision, utc_now().date(), "Rien n'est changé.")
    version = replace(_read(settings, chosen, present), decided=str(decision))
    return _tell(settings, chosen, present, version, _kept(settings.home / "matrices", version))


def type_categories(settings: Settings) -> dict[str, int]:
    """Return the category each type of our tables goes to."""
    tables = CodeTables(settings.home / "tables")
    return {code: category_of(code, tables.class_of_type(code)) for code in tables.rows(Table.TYPES)}


def _read(settings: Settings, chosen: Namespace, present: Version) -> Version:
    files = [(path.name, _bytes(path)) for path in chosen.files]
    try:
        if all(name.endswith(".csv") for name, _ in files):
            if len(files) != 1:
                raise OperatorRefusal("Un seul fichier CSV à la fois. Rien n'est changé.")
            text = _text(files[0][1])
        else:
            official = read_official_matrix(files)
            codes = correspondence(chosen.professions, CodeTables(settings.home / "tables"), present)
            text = official_text(official, codes, present, source=chosen.source, licence=chosen.licence, today=_today())
        return _complete(version_of(_name(chosen, present), text))
    except (MatrixUnreadable, NotAMatrix) as fault:
        raise OperatorRefusal(f"{fault}. Rien n'est changé.") from None


def _complete(version: Version) -> Version:
    """Refuse a version with a cell that says neither why nor where it comes from, or about a category that is none."""
    seen = set()
    for number, cell in enumerate(version.cells, start=2):
        if (cell.profession, cell.what, cell.code) in seen:
            raise MatrixUnreadable(number, "une case qui est déjà plus haut")
        seen.add((cell.profession, cell.what, cell.code))
        if not cell.reason.strip() or not cell.source.strip():
            raise MatrixUnreadable(number, "une case sans raison ou sans source")
        if cell.what == "catégorie" and int(cell.code) not in CATEGORIES:
            raise MatrixUnreadable(number, f"la catégorie {cell.code} n'existe pas")
    if not version.cells:
        raise MatrixUnreadable(1, "aucune case")
    return version


def _name(chosen: Namespace, present: Version) -> str:
    """Return the name of the new version: its date, later than the one in force, with a letter on the same day."""
    asked = str(chosen.date) or _today()
    try:
        day = date.fromisoformat(asked).isoformat()
    except ValueError:
        raise OperatorRefusal(f"« {asked} » n'est pas une date (AAAA-MM-JJ). Rien n'est changé.") from None
    name = next((f"{day}{letter}" for letter in _SUFFIXES if f"{day}{letter}" > present.name), "")
    if not name or VERSION.fullmatch(name) is None or name[:10] < present.name[:10]:
        raise OperatorRefusal(
            f"La version en vigueur, {present.name}, est plus récente que le {day}. Rien n'est changé."
        )
    return name


def _kept(folder: Path, version: Version) -> Path:
    """Write a version whole, or not at all."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    path, unfinished = folder / f"{version.name}.csv", folder / f".{version.name}.part"
    if path.exists():
        raise OperatorRefusal(f"{path} existe déjà. Rien n'est changé.")
    try:
        # What it leans on is there before it: nobody ever sees it in force without its decision.
        _write(folder / f"{version.name}.decision", unfinished, f"{version.decided}\n")
        _write(path, unfinished, version.text)
    except OSError as fault:
        unfinished.unlink(missing_ok=True)
        raise OperatorRefusal(f"{folder} ne s'écrit pas : {why(fault)}. Rien n'est changé.") from None
    return path


def _write(path: Path, unfinished: Path, text: str) -> None:
    with unfinished.open("wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    unfinished.chmod(0o644)  # public; every process reads it
    unfinished.rename(path)


def _tell(settings: Settings, chosen: Namespace, present: Version, version: Version, path: Path | None) -> int:
    named = types_named((present, version), type_categories(settings))
    found = changes(present, version, named)
    if chosen.json:
        names = ("profession", "label", "category", "type_code", "gained")
        told = [{name: getattr(one, name) for name in names} for one in found]
        show.as_json({"version": version.name, "before": present.name, "file": str(path or ""), "changes": told})
        return 0
    gained = sum(one.gained for one in found)
    sizes = f"{how_many(gained, 'ouverture')}, {how_many(len(found) - gained, 'fermeture')}"
    show.say(f"Version {version.name}, comparée à {present.name} : {sizes}.")
    for one in found:
        show.say(f"  {'+' if one.gained else '-'} {one.label} : {changed_words(one)}")
    if path is None:
        show.say("Rien n'est gardé : c'était une vérification.")
        return 0
    show.say(f"Écrite dans {path}. Les programmes en marche la prennent dans la minute.")
    show.say("Une autorisation déjà donnée ne montre rien de plus ; elle montre moins dès maintenant.")
    return 0


def changed_words(one: Change) -> str:
    """Return what changed in a line, in French."""
    category = CATEGORIES[one.category]
    if one.type_code == WHOLE:
        return f"toute la catégorie « {category} »"
    if one.type_code == UNTYPED:
        return f"dans « {category} », les documents sans type connu"
    return f"dans « {category} », le type {one.type_code}"


def _about(what: str, code: str) -> str:
    return CATEGORIES.get(int(code), code) if what == "catégorie" and code.isdigit() else code


def _summary(one: Version) -> dict[str, object]:
    return {
        "version": one.name,
        "professions": len(one.professions),
        "cells": len(one.cells),
        "decision": one.decided,
        "sha256": one.sha256,
    }


def versions(settings: Settings) -> tuple[Version, ...]:
    """Return the versions of the instance; refuses in a sentence what cannot be read."""
    try:
        return published(settings.home)
    except (MatrixUnreadable, UnicodeDecodeError) as fault:
        raise OperatorRefusal(f"Une version gardée ne se lit pas : {fault}.") from None


def _version(settings: Settings, name: str) -> Version:
    every = versions(settings)
    found = next((one for one in every if one.name == name), None) if name else every[-1]
    if found is None:
        raise OperatorRefusal(f"Il n'y a pas de version {name}.")
    return found


def _bytes(path: Path) -> bytes:
    with reading(path, "Rien n'est changé."):
        if path.stat().st_size > _MOST:
            raise OperatorRefusal(f"« {path} » est trop lourd : {_MOST} octets au plus. Rien n'est changé.")
        return path.read_bytes()


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OperatorRefusal("Le texte n'est pas en UTF-8. Rien n'est changé.") from None


def _today() -> str:
    return utc_now().date().isoformat()
