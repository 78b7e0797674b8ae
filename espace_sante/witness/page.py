"""The page of a witness: what it saw last, and whether something is wrong. Plain HTML, for anybody, in French."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.witness.alarm import lifted_alarms, standing_alarm
from espace_sante.witness.folder import Log, Role, WitnessFolder
from espace_sante.witness.padding import settled_in

_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1>
{body}
</main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many leaves were entries and how many padding, up to the last day whose key was told and checked (mirrors)."""

    day: str
    entries: int
    dummies: int

    def said(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {"until": self.day, "entries": self.entries, "dummies": self.dummies}


@dataclass(frozen=True, slots=True)
class LogState:
    """What a witness can say of a log: what it cosigned last, what it holds (mirrors), what is wrong."""

    origin: str
    key: str
    size: int | None
    at_seconds: int | None
    held: int | None
    alarm: dict[str, Any] | None
    lifted: int
    damaged: str = ""
    counted: Counted | None = None

    @property
    def is_well(self) -> bool:
        """Say whether nothing is wrong."""
        return self.alarm is None and not self.damaged

    def said(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {
            "origin": self.origin,
            "key": self.key,
            "size": self.size,
            "at": self.at_seconds,
            "held": self.held,
            "alarm": self.alarm,
            "lifted": self.lifted,
            "damaged": self.damaged,
            "counted": None if self.counted is None else self.counted.said(),
        }


def state_of(folder: WitnessFolder, log: Log, held: int | None = None) -> LogState:
    """Return what the folder says of a log. Never raises for a damaged file: it says so."""
    known, damaged = None, ""
    try:
        known = folder.known(log)
    except OperatorRefusal as refusal:
        damaged = str(refusal)
    return LogState(
        log.key.name,
        str(log.key),
        known.checkpoint.size if known else None,
        known.at_seconds if known else None,
        held,
        standing_alarm(log.folder),
        lifted_alarms(log.folder),
        damaged,
        _counted(log),
    )


def _counted(log: Log) -> Counted | None:
    found = settled_in(log.folder)
    if found is None:
        return None
    day, settled = found
    return Counted(day.isoformat(), settled.leaves - settled.dummies, settled.dummies)


def sentences(state: LogState) -> list[str]:
    """Return what is to be said of a log, one idea each."""
    if state.size is None or state.at_seconds is None:
        found = [state.damaged or "Pas encore signé."]
    else:
        found = [f"Dernier état signé : {state.size} lignes, le {date(state.at_seconds)}."]
    if state.held is not None:
        found.append(f"Lignes copiées et vérifiées : {state.held}.")
    if state.counted is not None:
        until = "/".join(reversed(state.counted.day.split("-")))
        count = f"vraies {state.counted.entries}, fausses {state.counted.dummies}"
        found.append(f"Lignes comptées avec les clés publiées, jusqu'au {until} : {count}.")
    if state.alarm is not None:
        found.append(f"ALARME. {state.alarm.get('sentence', '')} Ce journal n'est plus signé.")
    if state.lifted:
        found.append(f"Alarmes passées, levées par qui tient ce témoin : {state.lifted}.")
    return found


def date(at_seconds: int) -> str:
    """Return an instant for a person, in UTC, to the second."""
    try:
        return datetime.fromtimestamp(at_seconds, UTC).strftime("%d/%m/%Y à %H:%M:%S (UTC)")
    except (OverflowError, ValueError, OSError):
        return f"{at_seconds} s"


def page(folder: WitnessFolder, key: str, states: Sequence[LogState]) -> bytes:
    """Return the page."""
    what = (
        "Ce miroir garde une copie de tout le journal public. Il vérifie qu'aucune ligne n'est retirée, ni cachée de l'index."
        if folder.role is Role.MIRROR
        else "Ce témoin vérifie que le journal public ne fait que s'allonger. Il garde seulement la dernière empreinte."
    )
    well = all(state.is_well for state in states)
    verdict = "Aucune alarme." if well else 'Alarme : <a href="/alarme.json">la preuve, à télécharger</a>.'
    parts = [f"<p>{what}</p>", f"<p><strong>{verdict}</strong></p>"]
    for state in states:
        said = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences(state))
        parts.append(f"<h2>{escape(state.origin)}</h2>\n<ul>{said}</ul>")
    if not states:
        parts.append("<p>Aucun journal n'est suivi.</p>")
    parts.append(f"<p>Clé publique de ce témoin : <code>{escape(key)}</code></p>")
    title = f"{'Miroir' if folder.role is Role.MIRROR else 'Témoin'} {escape(folder.name)}"
    return _PAGE.format(title=title, body="\n".join(parts)).encode()
