"""`espace-sante apps`: the register of applications, kept by the operator. Never a person's data.

Registering says who an application is, and the most it may ask. It gives it nothing: each person does, or does not.
"""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

import msgspec

from espace_sante.cli import show
from espace_sante.cli.arguments import Add, file_path
from espace_sante.cli.french import actions_of, add_json
from espace_sante.identity.application import Application, ApplicationRefused, parse_application
from espace_sante.identity.application_files import Applications, keep
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.on_disk import reading, why
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.records.asked import is_sayable

_MOST = 100_000


def listed(settings: Settings, chosen: Namespace) -> int:
    """List every registration, those that ended included."""
    every, today = Applications(settings.home).all().values(), _today()
    if chosen.json:
        show.as_json({"applications": [msgspec.to_builtins(one) | {"active": one.holds(today)} for one in every]})
        return 0
    rows = [(one.client_id, one.kind.value, _since(one), one.name, one.owner) for one in every]
    show.table(("client_id", "sorte", "inscrite", "nom", "à qui"), rows)
    return 0


def add(settings: Settings, chosen: Namespace) -> int:
    """Register an application from its file; refused, nothing is kept of it."""
    try:
        app = parse_application(_bytes(chosen.file))
    except ApplicationRefused as refused:
        raise OperatorRefusal(f"{refused}. Rien n'est inscrit.") from None
    if app.registered is not None or app.ended is not None:
        raise OperatorRefusal("Les dates sont mises à l'inscription : ôtez registered et ended. Rien n'est inscrit.")
    unknown = next((one for one in app.scopes if not is_sayable(one)), "")
    if unknown:
        raise OperatorRefusal(f"« {unknown} » n'est pas un droit que l'on peut demander ici. Rien n'est inscrit.")
    kept = msgspec.structs.replace(app, registered=_today())
    try:
        path = keep(settings.home, kept)
    except FileExistsError:
        raise OperatorRefusal(
            f"« {app.client_id} » est déjà inscrite, ou l'a été : un nom ne sert qu'une fois. Rien n'est inscrit."
        ) from None
    except OSError as fault:
        raise OperatorRefusal(f"Le registre ne s'écrit pas : {why(fault)}. Rien n'est inscrit.") from None
    return _told(chosen, kept, f"« {app.name} » ({app.client_id}) est inscrite : {path}")


def end(settings: Settings, chosen: Namespace) -> int:
    """End a registration from today on: its codes, its tokens and its pages are refused."""
    app = Applications(settings.home).all().get(chosen.client_id)
    if app is None or app.ended is not None:
        raise OperatorRefusal(f"Aucune application inscrite ne s'appelle « {chosen.client_id} ».")
    ended = msgspec.structs.replace(app, ended=_today())
    try:
        keep(settings.home, ended, replace=True)
    except OSError as fault:
        raise OperatorRefusal(f"Le registre ne s'écrit pas : {why(fault)}. Rien n'est changé.") from None
    return _told(chosen, ended, f"« {app.name} » ({app.client_id}) n'est plus inscrite.")


def register(add_word: Add) -> None:
    """Add the words about applications."""
    words = add_word(
        "apps", "le registre des applications : qui elles sont, ce qu'elles peuvent demander", _alone, json=False
    )
    action = actions_of(words, add_json)
    action("list", "liste les applications", listed)
    added = action("add", "inscrit une application", add)
    added.add_argument("file", type=file_path, metavar="FICHIER", help="sa fiche, en JSON (docs/specs/smart.md)")
    ended = action("end", "met fin à une inscription", end)
    ended.add_argument("client_id", metavar="CLIENT_ID", help="l'application")


def _told(chosen: Namespace, app: Application, words: str) -> int:
    if chosen.json:
        show.as_json(msgspec.to_builtins(app))
    else:
        show.say(words)
    return 0


def _since(app: Application) -> str:
    return f"{app.registered or '–'}" + (f", finie {app.ended}" if app.ended else "")


def _bytes(path: Path) -> bytes:
    with reading(path, "Rien n'est inscrit."):
        if path.stat().st_size > _MOST:
            raise OperatorRefusal(f"« {path} » est trop lourd : {_MOST} octets au plus. Rien n'est inscrit.")
        return path.read_bytes()


def _alone(_: Settings, __: Namespace) -> int:
    return 2


def _today() -> date:
    return utc_now().date()
