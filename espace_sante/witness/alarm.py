"""What a witness found wrong with a log, written down for everybody, with the two signed notes that prove it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from espace_sante.witness.durable import sync_folder, write_whole

FILE_NAME = "alarme.json"
KIND = "espace-alarme"


class Fault(StrEnum):
    """What can be wrong with a log, seen from outside."""

    FORK = "fork"
    ROOT = "other-root"
    MISSING = "missing"
    FORM = "form"
    TWICE = "tag-twice"
    INDEX = "wrong-index"
    PADDING = "wrong-padding"
    UNTOLD = "padding-untold"


SENTENCES = {
    Fault.FORK: "Le journal a signé deux états différents pour une même taille : il ne montre pas la même chose à tous.",
    Fault.ROOT: "Les lignes publiées, à la suite de celles déjà connues, ne donnent pas l'état signé : des lignes ont été"
    " changées, retirées ou remplacées.",
    Fault.MISSING: "Des lignes que le journal a signées ne sont pas publiées.",
    Fault.FORM: "Une ligne publiée n'a pas la forme annoncée.",
    Fault.TWICE: "Une même étiquette est deux fois dans le journal.",
    Fault.INDEX: "L'index signé n'est pas celui des lignes : une ligne pourrait y être cachée.",
    Fault.PADDING: "Une clé de fausses lignes ne dit pas vrai : les vraies lignes de ce jour ne peuvent pas être comptées.",
    Fault.UNTOLD: "La clé des fausses lignes d'un jour n'est pas publiée à temps : ses vraies lignes ne peuvent pas être comptées.",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One fault. `ours` and `theirs`: what was known, and what the log signed against it, as notes; empty when none."""

    fault: Fault
    origin: str
    size: int
    at_seconds: int
    detail: str
    ours: bytes = b""
    theirs: bytes = b""

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        return SENTENCES[self.fault]

    def said(self) -> dict[str, Any]:
        """Return it as it is published."""
        return {
            "kind": KIND,
            "v": 1,
            "fault": self.fault.value,
            "sentence": self.sentence,
            "origin": self.origin,
            "size": self.size,
            "at": self.at_seconds,
            "detail": self.detail,
            "ours": self.ours.decode(),
            "theirs": self.theirs.decode(),
        }


def raise_alarm(folder: Path, alarm: Alarm) -> bool:
    """Write an alarm in the folder of its log; the first one stays. Return whether this is the first."""
    path = folder / FILE_NAME
    if path.exists():
        return False
    write_whole(path, json.dumps(alarm.said(), indent=1, ensure_ascii=False).encode() + b"\n")
    return True


def standing_alarm(folder: Path) -> dict[str, Any] | None:
    """Return the alarm of a log, as it is published; a file that does not read is an alarm too."""
    path = folder / FILE_NAME
    try:
        said = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        said = None
    known = {"kind": KIND, "v": 1, "sentence": f"Le fichier {FILE_NAME} ne se lit plus.", "fault": "unreadable"}
    return said if isinstance(said, dict) and said.get("kind") == KIND else known


def lifted_alarms(folder: Path) -> int:
    """Return how many alarms the operator has lifted."""
    return len(list(folder.glob("alarme-levee-*.json")))


def lift_alarm(folder: Path) -> bool:
    """Keep the alarm apart, under another name, so that cosigning goes on; return whether there was one."""
    path = folder / FILE_NAME
    if not path.exists():
        return False
    path.rename(folder / f"alarme-levee-{lifted_alarms(folder) + 1}.json")
    sync_folder(folder)
    return True
