"""Fills a running house with invented people through the acts themselves, for measurements."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
from joserfc import jwt
from joserfc.jwk import OKPKey

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.act import Outcome
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.sign_in import session_of, sign_in

RPPS, SENDER = "99900000011", "99900000029"
_TEXT = ("Compte rendu de consultation. Tension 13/8. Traitement inchangé. Contrôle dans trois mois. " * 30).encode()


@dataclass(frozen=True, slots=True)
class Seeded:
    """One invented person with a space: her public id, her documents, her token."""

    person: str
    documents: tuple[str, ...]
    token: str


class Signer:
    """Signs assertions for invented people with the development provider's key."""

    def __init__(self, home: Path) -> None:
        self._key = OKPKey.import_key(msgspec.json.decode((home / "keys" / "dev-provider.key").read_bytes()))

    def assertion(self, **claims: str) -> str:
        """Return an assertion good for five minutes."""
        now = int(time.time())
        body = {"iss": "dev", "aud": "espace-sante-keeper", "iat": now, "exp": now + 300, **claims}
        return jwt.encode({"alg": "Ed25519", "kid": "dev"}, body, self._key, algorithms=["Ed25519"])


def invented_ins(number: int) -> str:
    """Return an invented INS with a right key; the commune 99 999 is not attributed."""
    body = f"2{number % 100:02d}01999{number // 100 % 100_000:05d}"
    return f"{body}{97 - int(body) % 97:02d}"


async def practitioner(frame: Frame, signer: Signer, rpps: str) -> str:
    """Sign one doctor in; return the token."""
    who = {"kind": "practitioner", "name": "Dr Mesure", "rpps": rpps, "profession_code": "G15_10", "structure": "Banc"}
    answer = await sign_in(frame.keeper, signer.assertion(sub=f"bench-{rpps}", **who))
    return answer.token


async def seed(frame: Frame, home: Path, *, people: int, documents: int, first: int = 0) -> tuple[str, list[Seeded]]:
    """Open so many spaces of so many documents, all granted to one professional; return its token and them.

    Another one deposits: readings are then permitted by her permission and the matrix, not because he is the author.
    """
    signer = Signer(home)
    token, sender = [await practitioner(frame, signer, rpps) for rpps in (RPPS, SENDER)]
    sessions = session_of(sender), session_of(token)
    operator = await sign_in(frame.keeper, signer.assertion(sub="bench-operator", kind="operator", name="Banc"))
    gate = asyncio.Semaphore(16)

    async def one(number: int) -> Seeded:
        async with gate:
            return await _person(frame, signer, session_of(operator.token), *sessions, number, documents)

    return token, list(await asyncio.gather(*[one(n) for n in range(first, first + people)]))


async def _person(
    frame: Frame, signer: Signer, operator: bytes, depositor: bytes, reader: bytes, number: int, documents: int
) -> Seeded:
    ins = invented_ins(number)
    values = {
        "ins": ins,
        "birth_name": f"MESURE{number}",
        "first_given": "ANNE",
        "birth_date": "1970-01-01",
        "sex": "F",
    }
    await _act(frame, ActId.INVITE, Request(operator, Channel.API, Proof.LOGIN, idempotency_key=f"i{number}"), values)
    claims = {k: v for k, v in values.items() if k != "ins"}
    signed = await sign_in(
        frame.keeper, signer.assertion(sub=f"bench-{number}", kind="person", name="A", ins=ins, **claims)
    )
    session = session_of(signed.token)
    opened = await _act(
        frame,
        ActId.OPEN_SPACE,
        Request(session, Channel.API, Proof.LOGIN, idempotency_key=f"o{number}"),
        {"deposits": "yes"},
    )
    person = opened.result
    granted = {"practitioner": RPPS, "scope": "everything", "purpose": "care", "days": "30"}
    await _act(
        frame, ActId.GRANT_ACCESS, Request(session, Channel.API, Proof.LOGIN, idempotency_key=f"g{number}"), granted
    )
    found = []
    for i in range(documents):
        request = Request(depositor, Channel.API, Proof.PROFESSIONAL, f"id:{person}", idempotency_key=f"d{number}-{i}")
        deposit = Deposit(
            _TEXT, "text/plain", f"Consultation {i}", 5, "2026-11-02T09:00:00+01:00", author_name="Dr Mesure"
        )
        found.append((await REGISTRY[ActId.DEPOSIT_DOCUMENT].perform(frame, request, deposit)).result)
    for document in found:  # opened once: from then on its key is wrapped under the compartment's, as in any used space
        await REGISTRY[ActId.READ_DOCUMENT].perform(frame, Request(reader, Channel.API, Proof.PROFESSIONAL), document)
    return Seeded(str(person), tuple(found), signed.token)


async def _act(frame: Frame, act: ActId, request: Request, values: dict[str, str]) -> Outcome:
    return await REGISTRY[act].perform(frame, request, REGISTRY[act].parse(values))
