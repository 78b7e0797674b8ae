"""The proof of a journal from the command line: received, once it covers what is there now; verified, by the very verifier.

The verifier is run as anybody runs it, another process on one file: nothing of this tree stands between it and its answer.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from espace_sante.cli import show
from espace_sante.cli.arguments import Add, file_path
from espace_sante.cli.client import ActRefused, Client
from espace_sante.cli.doing import person_token
from espace_sante.cli.files import written
from espace_sante.kernel.on_disk import refuse_unwritable
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.witnesses import POLICY

WAIT_SECONDS = 240.0  # checkpoints come every minute; witnesses may take one more
_LOOK_SECONDS = 0.5
_BUSY = 503
_YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "verify.py"


def prove(settings: Settings, chosen: Namespace) -> int:
    """Write the proof of her journal, once it covers what is there now."""
    values = _years(chosen.years)
    refuse_unwritable(chosen.proof)
    client = Client.of(settings)
    token = person_token(client, chosen.as_person)
    made = _Waiting(settings, client, token, values).proof()
    result = made["result"]
    with written(chosen.proof) as file:
        file.add(result["proof"].encode())
    said = {"file": str(chosen.proof), "sentence": made["sentence"], "entry": made["entry"]}
    said |= {name: result[name] for name in ("years", "lines", "later", "size", "seen")}
    if chosen.json:
        show.as_json(said)
        return 0
    show.say(str(made["sentence"]))
    show.say(f"Écrite dans {chosen.proof}. Pour la vérifier : espace-sante verify {chosen.proof}")
    if (policy := settings.home / POLICY).is_file():
        show.say(f"Liste des signataires selon cette maison : {policy}")
        show.say(
            "Prenez-la plutôt d'une association ou d'un journal : qui vous remet la preuve ne choisit pas qui croire."
        )
    return 0


def verify(settings: Settings, chosen: Namespace) -> int:
    """Run the verifier on a file, and end as it ends: 0 holds, 1 refused, 2 misused, 3 nothing says who signed."""
    if not VERIFIER.is_file():
        raise OperatorRefusal("Le programme verifier/verify.py n'est pas à côté du programme installé.")
    policy = chosen.policy
    if policy is None and (settings.home / POLICY).is_file():
        policy = settings.home / POLICY
    words = [os.fspath(chosen.bundle.resolve())]
    for name, value in (("policy", policy), ("letter", chosen.letter), ("years", chosen.years), ("at", chosen.at)):
        words += [f"--{name}={value}"] if value else []
    words += ["--json"] if chosen.json else []
    command = [sys.executable, "-I", os.fspath(VERIFIER), *words]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own program, words as they are
    sys.stdout.write(done.stdout.decode())
    sys.stderr.write(done.stderr.decode())
    sys.stdout.flush()
    return done.returncode


def register(add: Add) -> None:
    """Add the word that verifies."""
    verified = add("verify", "vérifie une preuve ou un reçu, hors ligne, avec le programme verifier/verify.py", verify)
    verified.add_argument("bundle", type=file_path, metavar="PREUVE", help="le fichier")
    verified.add_argument(
        "--policy",
        type=file_path,
        metavar="FICHIER",
        help="la liste des signataires (politique.json de l'instance sinon)",
    )
    verified.add_argument("--letter", default="", metavar="CODE", help="le code du reçu d'ouverture, 20 caractères")
    verified.add_argument("--years", default="", metavar="A-B", help="les années attendues (toutes sinon)")
    verified.add_argument("--at", default="", metavar="INSTANT", help="l'instant auquel juger (maintenant sinon)")


class _Waiting:
    """Asks for a proof until it covers what was there when first asked; looks at the published state between two."""

    def __init__(self, settings: Settings, client: Client, token: str, values: dict[str, str]) -> None:
        self._checkpoint = settings.home / "public" / "journal" / "checkpoint"
        self._client, self._token, self._values = client, token, values
        self._ends = time.monotonic() + WAIT_SECONDS

    def proof(self) -> dict[str, Any]:
        """Return the answer that covers it. Raises OperatorRefusal when none comes in time."""
        wanted: int | None = None
        while True:
            seen = self._published()
            made = self._asked()
            result = made.get("result") if made is not None else None
            if made is not None and result is not None:
                wanted = result["lines"] + result["later"] if wanted is None else wanted
                if result["lines"] >= wanted:
                    return made
            self._wait(seen if made is not None else None)

    def _asked(self) -> dict[str, Any] | None:
        try:
            return self._client.act("prove_journal", self._values, token=self._token)
        except ActRefused as refused:
            if refused.status != _BUSY:
                raise
            return None

    def _published(self) -> bytes:
        try:
            return self._checkpoint.read_bytes()
        except FileNotFoundError:
            return b""

    def _wait(self, seen: bytes | None) -> None:
        """Wait until something else is published than what was seen; a moment, when it was only being prepared."""
        if sys.stderr.isatty():
            show.complain("On attend le prochain état du journal public…")
        first = True
        while first or self._published() == seen:
            first = False
            if time.monotonic() > self._ends:
                raise OperatorRefusal(
                    "Le journal public ne s'est pas allongé à temps : rien n'est écrit. Voir « espace-sante doctor »."
                )
            time.sleep(_LOOK_SECONDS)


def _years(text: str) -> dict[str, str]:
    found = _YEARS.fullmatch(text)
    if text and found is None:
        raise OperatorRefusal("Écrivez les années ainsi : --years 2026 ou --years 2026-2028.")
    return {"first": found[1], "last": found[2] or found[1]} if found else {}
