"""One instance, spoken to over HTTP on the loopback address: the command line has no other way to an act.

Every act goes through the same API as other software; a refusal comes back as the French sentence that API gives.
"""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from espace_sante.access.kinds import GROUPS, Kind
from espace_sante.adapters.dev_provider import Account, builtin_accounts
from espace_sante.formats import codes
from espace_sante.identity.ins import parse_ins
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.card import running_instance

_SECONDS = 60.0
_LIST_MOST = 200
# What stands beside each line of a journal.
_BY_LINE = ("records", "references", "documents", "kinds", "said")
_PIECE = 1024 * 1024


class ActRefused(OperatorRefusal):
    """The instance refused or failed: its code, its sentence and the journal entry's reference when there is one."""

    def __init__(self, status: int, code: str, sentence: str, entry: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence
        self.entry = entry


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status, headers in lower case, bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the object in the body; raises ActRefused when it holds none."""
        try:
            read = json.loads(self.body)
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise ActRefused(self.status, "", "La réponse de l'instance ne se lit pas.", "")
        return read


@dataclass(frozen=True, slots=True)
class Client:
    """The running instance of a state folder."""

    url: str

    @classmethod
    def of(cls, settings: Settings) -> Client:
        """Return the client of the instance that runs; raises OperatorRefusal when none does."""
        card = running_instance(settings)
        if card is None:
            raise OperatorRefusal(f"Rien ne tourne sur {settings.home} : démarrez l'instance avec « make run ».")
        return cls(str(card["url"]))

    def is_ready(self) -> bool:
        """Say whether every page can be served."""
        try:
            return self.send("GET", "/sante/ready").status == 200
        except (ActRefused, OperatorRefusal):
            return False

    def send(
        self,
        method: str,
        path: str,
        body: bytes | BinaryIO = b"",
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        sink: Callable[[bytes], object] | None = None,
    ) -> Reply:
        """Send one request, a file piece by piece; an answer that goes to a `sink` is not kept, and its body is empty.

        Raises ActRefused for any answer of 400 or more, OperatorRefusal when nobody answers.
        """
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=_SECONDS)
        sent = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            while sink is not None and answer.status < 400 and (piece := answer.read(_PIECE)):
                sink(piece)
            reply = Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except (OSError, http.client.HTTPException):
            raise OperatorRefusal(f"L'instance ne répond pas à {self.url} : voir « espace-sante doctor ».") from None
        finally:
            connection.close()
        if reply.status >= 400:
            raise _refusal(reply)
        return reply

    def post(self, path: str, content: Mapping[str, Any], *, token: str = "", key: str = "") -> Reply:
        """Post an object as JSON, with its idempotency key when it changes something."""
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        return self.send("POST", path, json.dumps(content).encode(), token=token, headers=headers)

    def sign_in(self, word: str) -> str:
        """Return a token of an invented account; raises ActRefused where the trial provider is off."""
        token = self.post("/api/jeton", {"as": word}).json()["token"]
        assert isinstance(token, str)
        return token

    def who(self, token: str) -> dict[str, Any]:
        """Return who a token belongs to."""
        return self.send("GET", "/api/moi", token=token).json()

    def act(
        self, act: str, values: Mapping[str, Any], *, token: str, person: str = "", key: str = ""
    ) -> dict[str, Any]:
        """Do one act of the registry for a person ("" for the one signed in); returns the API's answer."""
        content = {**values, **({"person": person} if person else {})}
        return self.post(f"/api/demarches/{act}", content, token=token, key=key).json()

    def at_counter(self, act: str, person: str, values: Mapping[str, str], *, token: str, key: str = "") -> Reply:
        """Have an agent do an act at a person's request; returns what goes to the printer."""
        return self.post(f"/guichet/impressions/{act}", {**values, "person": person}, token=token, key=key)

    def documents(self, token: str, person: str = "") -> list[dict[str, Any]]:
        """Return every line of the list this reader may see, most recent first."""
        found: list[dict[str, Any]] = []
        while True:
            values = {"offset": len(found), "count": _LIST_MOST}
            page = self.act("list_documents", values, token=token, person=person)["result"]
            found += page["documents"]
            if not page["documents"] or len(found) >= page["total"]:
                return found

    def journal(self, token: str, most: int = 0, kind: str = "") -> dict[str, Any]:
        """Return her journal, most recent first: every line, or the `most` most recent ones; of one group when it is named."""
        asked = {"count": _LIST_MOST} | ({"lines": kind} if kind else {})
        page = older = self.act("read_journal", asked, token=token)["result"]
        found = {name: list(page[name]) for name in _BY_LINE}
        while older["next"] > 0 and (not most or len(found["records"]) < most):
            older = self.act("read_journal", asked | {"before": older["next"]}, token=token)["result"]
            for name, lines in found.items():
                lines += older[name]
        kept = most or len(found["records"])
        shown = {name: lines[:kept] for name, lines in found.items()}
        counts = Counter(GROUPS[Kind(one)].value for one in shown["kinds"])
        others = {name: value for name, value in page.items() if name not in ("low", "next")}
        return {**others, **shown, "counts": dict(counts)}

    def deposit(self, resource: Mapping[str, Any], *, token: str, key: str) -> tuple[str, str]:
        """Post a DocumentReference with its content; returns the document's public id and the entry's reference."""
        headers = {"Content-Type": "application/fhir+json", "Idempotency-Key": key}
        body = json.dumps(resource).encode()
        reply = self.send("POST", "/fhir/DocumentReference", body, token=token, headers=headers)
        return str(reply.json()["id"]), reply.headers.get("journal-entry", "")

    def send_ahead(self, file: BinaryIO, size: int, media_type: str, *, token: str) -> str:
        """Send the bytes of a document before its description; returns the address that the description will name."""
        headers = {"Content-Type": media_type, "Content-Length": str(size)}
        return f"Binary/{self.send('POST', '/fhir/Binary', file, token=token, headers=headers).json()['id']}"

    def content(self, document: str, *, token: str, sink: Callable[[bytes], object] | None = None) -> Reply:
        """Return the bytes of a document as they were deposited, or give them to a `sink` piece by piece."""
        return self.send("GET", f"/fhir/Binary/{document}", token=token, headers={"Accept": "*/*"}, sink=sink)


def person_reference(word: str) -> str:
    """Return how the API names a person, from the trial provider's id, an INS, a public id or a counter's number."""
    account = account_of(word)
    if account is not None:
        return f"ins:{account.ins}" if account.ins else f"local:{account.local}"
    if number := parse_ins(word):
        return f"ins:{number}"
    if len(word) == 32 and all(c in "0123456789abcdef" for c in word):
        return f"id:{word}"
    return word if word.startswith(("ins:", "local:", "id:")) else f"local:{word}"


def subject(word: str) -> dict[str, Any]:
    """Return the FHIR reference to a person, from the same words."""
    kind, _, value = person_reference(word).partition(":")
    if kind == "id":
        return {"reference": f"Patient/{value}"}
    system = codes.COUNTER_NUMBER if kind == "local" else sorted(codes.INS_TRIAL)[0]
    return {"identifier": {"system": system, "value": value}}


def account_of(word: str) -> Account | None:
    """Return the invented account with an id, an INS, a counter's number or a professional's number, or None."""
    ins = parse_ins(word)
    for account in accounts():
        if word in (account.id, account.rpps or None, account.local or None) or (ins and account.ins == ins):
            return account
    return None


@lru_cache(maxsize=1)
def accounts() -> tuple[Account, ...]:
    """Return the invented accounts shipped with the house."""
    return tuple(builtin_accounts())


def _refusal(reply: Reply) -> ActRefused:
    entry = reply.headers.get("journal-entry", "")
    try:
        said = json.loads(reply.body)
    except ValueError:
        said = None
    match said:
        case {"sentence": str(sentence), **rest}:
            return ActRefused(reply.status, str(rest.get("code", "")), sentence, entry)
        case {"resourceType": "OperationOutcome", "issue": [{"details": dict(details)}, *_]}:
            coding = details.get("coding") or [{}]
            return ActRefused(reply.status, str(coding[0].get("code", "")), str(details.get("text", "")), entry)
    return ActRefused(reply.status, "", f"L'instance a répondu {reply.status}.", entry)
