"""The list of those who cosign the log, as its operator keeps it (`witnesses.json`), and the policy that verifiers get from it.

Pure: bytes in, values out. A list in any other form is refused whole, so that a witness is never forgotten by a typing mistake.
Form: docs/specs/journal.md §8; the policy's: docs/specs/proof.md §4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from espace_sante.journal.cosigners import Quorum
from espace_sante.journal.notes import Kind, NoteKey, NoteRefused
from espace_sante.kernel.loopback import LOOPBACK
from espace_sante.kernel.refusal import OperatorRefusal

# Those of the demonstration, light ones then a mirror: they run beside the house, and their names can belong to nobody (RFC 2606).
INVENTED_LIGHT = ("temoin.patients.example", "temoin.commune.example", "temoin.syndicat.example")
INVENTED_MIRROR = "miroir.universite.example"
INVENTED = (*INVENTED_LIGHT, INVENTED_MIRROR)
KIND = "espace-temoins"
DEBATE_KIND = "espace-temoins-debat"
POLICY_KIND = "espace-preuve-regles"
MOST_BYTES = 65_536
_LONGEST_NAME = 255  # as verifiers accept them (proof.md §2)
_LONGEST_URL = 2_048
_OLDEST = 366 * 86_400
_USUAL_AGE_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Listed:
    """One cosigner: its key, and the address that `/add-checkpoint` follows."""

    key: NoteKey
    url: str


@dataclass(frozen=True, slots=True)
class WitnessList:
    """Who is asked to cosign, and how many are enough."""

    light: tuple[Listed, ...]
    light_need: int
    mirrors: tuple[Listed, ...]
    mirror_need: int
    max_age_seconds: int

    @property
    def quorum(self) -> Quorum:
        """What the sequencer waits for."""
        return Quorum(
            light=tuple(one.key for one in self.light),
            light_need=self.light_need,
            mirrors=tuple(one.key for one in self.mirrors),
            mirror_need=self.mirror_need,
            max_age_seconds=self.max_age_seconds,
        )


NOBODY = WitnessList((), 0, (), 0, _USUAL_AGE_SECONDS)  # a log that nobody outside signs: its policy says so


def read_witnesses(content: bytes) -> WitnessList:
    """Return the list that these bytes give. Raises OperatorRefusal, with a French sentence, for any other form."""
    said = _members(_json(content), "kind", "v", "light", "mirror", "max_age_seconds", where="la liste")
    if said["kind"] != KIND or type(said["v"]) is not int or said["v"] != 1:
        raise _refused(f"elle n'est pas de la sorte « {KIND} », version 1")
    light, light_need = _role(said["light"], "light")
    mirrors, mirror_need = _role(said["mirror"], "mirror")
    known = WitnessList(light, light_need, mirrors, mirror_need, _count(said["max_age_seconds"], "max_age_seconds"))
    keys = [one.key for one in (*light, *mirrors)]
    if len({key.public for key in keys}) != len(keys) or len({key.key_id for key in keys}) != len(keys):
        raise _refused("une clé y est deux fois : une clé, un témoin")
    if known.max_age_seconds > _OLDEST:
        raise _refused("« max_age_seconds » dépasse un an")
    return known


def read_light_witnesses(content: bytes) -> tuple[Listed, ...]:
    """Return those who cosign the log of the debate (`debate/witnesses.json`), which has no mirror. Raises OperatorRefusal."""
    said = _members(_json(content), "kind", "v", "cosigners", where="la liste")
    if said["kind"] != DEBATE_KIND or type(said["v"]) is not int or said["v"] != 1:
        raise _refused(f"elle n'est pas de la sorte « {DEBATE_KIND} », version 1")
    if not isinstance(said["cosigners"], list):
        raise _refused("« cosigners » est une liste")
    found = tuple(_listed(one, "cosigners") for one in said["cosigners"])
    if len({one.key.public for one in found}) != len(found):
        raise _refused("une clé y est deux fois : une clé, un témoin")
    return found


def written(known: WitnessList) -> bytes:
    """Return the list as it is kept."""
    said = {
        "kind": KIND,
        "v": 1,
        "light": _role_written(known.light, known.light_need),
        "mirror": _role_written(known.mirrors, known.mirror_need),
        "max_age_seconds": known.max_age_seconds,
    }
    return json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"


def policy_of(known: WitnessList, log: NoteKey, index: NoteKey) -> bytes:
    """Return the policy by which verifiers check proofs. Raises OperatorRefusal when no verifier would accept it."""
    if {log.kind, index.kind} != {Kind.ED25519} or index.name != log.name + "/index" or index.public == log.public:
        raise OperatorRefusal("Les clés du journal et de son index ne vont pas ensemble.")
    said = {
        "kind": POLICY_KIND,
        "v": 1,
        "log": str(log),
        "index": str(index),
        "light": {"need": known.light_need, "keys": [str(one.key) for one in known.light]},
        "mirror": {"need": known.mirror_need, "keys": [str(one.key) for one in known.mirrors]},
        "max_age_seconds": known.max_age_seconds,
    }
    return json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"


def is_address(url: str, *, loopback_only_in_clear: bool = True) -> bool:
    """Say whether this is an address we ask: https, or http on this machine (anywhere, for what signatures cover)."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # its reading is the check
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST_URL
    bare = not (parts.username or parts.password or parts.query or parts.fragment or "?" in url or "#" in url)
    if not plain or not bare or not parts.hostname:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and (parts.hostname in LOOPBACK or not loopback_only_in_clear)
    )


def _json(content: bytes) -> Any:
    try:
        if len(content) > MOST_BYTES:
            raise ValueError
        return json.loads(content.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise _refused("ce n'est pas du JSON lisible") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)


def _members(said: Any, *names: str, where: str) -> Mapping[str, Any]:
    if not isinstance(said, dict) or said.keys() != set(names):
        raise _refused(f"{where} doit avoir exactement : {', '.join(names)}")
    return said


def _role(said: Any, name: str) -> tuple[tuple[Listed, ...], int]:
    role = _members(said, "need", "cosigners", where=f"« {name} »")
    need = _count(role["need"], f"{name}.need")
    if not isinstance(role["cosigners"], list) or need > len(role["cosigners"]):
        raise _refused(f"« {name} » demande plus de signatures qu'il n'y a de signataires")
    return tuple(_listed(one, name) for one in role["cosigners"]), need


def _listed(said: Any, role: str) -> Listed:
    one = _members(said, "key", "url", where=f"un signataire de « {role} »")
    if not isinstance(one["key"], str) or not isinstance(one["url"], str):
        raise _refused(f"un signataire de « {role} » a une clé et une adresse")
    try:
        key = NoteKey.parse(one["key"])
    except NoteRefused:
        raise _refused(f"la clé « {one['key'][:80]} » ne se lit pas") from None
    if key.kind is not Kind.COSIGNATURE or len(key.name) > _LONGEST_NAME or not key.name.isascii():
        raise _refused(f"la clé de « {key.name[:80]} » n'est pas celle d'un témoin")
    if not is_address(one["url"]):
        raise _refused(f"l'adresse de « {key.name} » doit être en https, ou sur cette machine")
    return Listed(key, one["url"].rstrip("/"))


def _role_written(listed: tuple[Listed, ...], need: int) -> dict[str, Any]:
    return {"need": need, "cosigners": [{"key": str(one.key), "url": one.url} for one in listed]}


def _count(value: Any, name: str) -> int:
    if type(value) is not int or value < 1:
        raise _refused(f"« {name} » doit être un nombre, au moins 1")
    return value


def _refused(why: str) -> OperatorRefusal:
    return OperatorRefusal(f"La liste des témoins (witnesses.json) ne peut pas être utilisée : {why}.")
