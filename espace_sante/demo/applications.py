"""The two invented applications of the demonstration: one on a person's device, one service of a hospital. Nobody runs them.

The service's private key is drawn here and stays beside the state folder's other files: an integrator signs with it to try.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import msgspec
from joserfc.jwk import ECKey

from espace_sante.identity.application import AppKind, Application
from espace_sante.identity.application_files import Applications, keep

PUBLIC = "carnet-invente"
SERVICE = "laboratoire-invente"
KEY_FILE = "laboratoire-invente.key"
_DEVICE = "http://127.0.0.1:8765"
_ADDRESS = "1 rue des Essais, 00000 Ville inventée"


def register(home: Path, today: date) -> Path:
    """Register both, once; return where the service's private key is."""
    known, path = Applications(home).all(), home / KEY_FILE
    if PUBLIC not in known:
        keep(home, _public(today))
    if SERVICE not in known:
        key = ECKey.generate_key("P-384", {"kid": "essai-1"})
        _write(path, msgspec.json.encode(key.as_dict(private=True)))
        keep(home, _service(key, today))
    return path


def _public(today: date) -> Application:
    return Application(
        client_id=PUBLIC,
        name="Carnet inventé",
        owner="Coopérative du Carnet (inventée)",
        owner_address=_ADDRESS,
        kind=AppKind.PUBLIC,
        scopes=("launch", "launch/patient", "offline_access", "patient/*.rs"),
        redirect_uris=(f"{_DEVICE}/retour",),
        launch_uri=f"{_DEVICE}/ouvrir",
        registered=today,
    )


def _service(key: ECKey, today: date) -> Application:
    return Application(
        client_id=SERVICE,
        name="Laboratoire inventé",
        owner="Laboratoire des Essais (inventé)",
        owner_address=_ADDRESS,
        kind=AppKind.BACKEND,
        scopes=("system/Observation.cu", "system/DiagnosticReport.cu"),
        jwks=(dict(key.as_dict(private=False)),),
        structure="999000005",
        registered=today,
    )


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
