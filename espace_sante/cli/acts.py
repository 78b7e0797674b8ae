"""The commands that do an act for somebody. Each is one request to the running instance; nothing is decided here."""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from espace_sante.access.explain import SENTENCES
from espace_sante.cli import show
from espace_sante.cli.client import ActRefused, Client, account_of, accounts, person_reference, subject
from espace_sante.cli.files import SentAhead, inline, look_at, written
from espace_sante.formats import codes, media
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "rtf": "application/rtf",
    "xml": "text/xml",
    "text": "text/plain",
    media.NOT_UTF8: "text/plain",  # the instance says what is wrong with it
}
# Every other code of the French list of types (JDV_J07) is of TRE_A05.
_LOINC = re.compile(r"^\d+-\d$")
TOKEN = "ESPACE_SANTE_TOKEN"  # noqa: S105 - the name of a variable
_LATER = "Rien n'est changé : l'invitation attend votre réponse, et le silence n'ouvre rien."


def invite(settings: Settings, chosen: Namespace) -> int:
    """Write an invitation, as the operator or an agent."""
    client = Client.of(settings)
    values = {
        name: getattr(chosen, name) for name in ("ins", "local", "birth_name", "first_given", "birth_date", "sex")
    }
    if chosen.person:
        account = account_of(chosen.person)
        if account is None:
            raise OperatorRefusal(f"{chosen.person} n'est pas une personne d'essai : donnez --ins et les traits.")
        values = {name: getattr(account, name) for name in values}
    values["way"] = chosen.way
    token = account_token(client, chosen.as_account, "accueil")
    done = client.act("invite", {k: v for k, v in values.items() if v}, token=token, key=_key(chosen))
    return _told(
        chosen, done, f"Code de la lettre : {done['result']['code']}, jusqu'au {done['result']['expires_on']}."
    )


def answer(settings: Settings, chosen: Namespace) -> int:
    """Answer an invitation: yes, no, or later."""
    if chosen.answer == "later":
        return _told(chosen, {"sentence": _LATER, "effect": "none"})
    client = Client.of(settings)
    act = "open_space" if chosen.answer == "yes" else "refuse_space"
    values = _answers(chosen) if chosen.answer == "yes" else {}
    values = {"deposits": chosen.deposits} if chosen.answer == "yes" else {}
    if chosen.answer == "no" and chosen.remember:
        values = {"remember": "yes"}
    if chosen.code:
        token = account_token(client, chosen.as_account, "petit")
        reply = client.at_counter(act, f"code:{chosen.code}", values, token=token, key=_key(chosen))
        if chosen.output:
            chosen.output.write_bytes(reply.body)
        entry = reply.headers.get("journal-entry", "")
        return _told(chosen, {"entry": entry, "sentence": "C'est fait au guichet ; le reçu est imprimé."})
    done = client.act(act, values, token=_as_person(client, chosen.as_person), key=_key(chosen))
    return _told(chosen, done)


def deposit(settings: Settings, chosen: Namespace) -> int:
    """Deposit a file for a person, as a professional or as herself."""
    client = Client.of(settings)
    try:
        known = look_at(chosen.file)
        written = datetime.fromtimestamp(chosen.file.stat().st_mtime, UTC)
    except OSError as fault:
        raise OperatorRefusal(f"{chosen.file} ne se lit pas : {fault.strerror}.") from None
    if chosen.as_person:
        token = _as_person(client, chosen.as_person)
        whom: dict[str, Any] = {"reference": f"Patient/{client.who(token)['person'] or 'inconnue'}"}
    elif not chosen.person:
        raise OperatorRefusal("Dites pour qui : --person.")
    else:
        token, whom = account_token(client, chosen.as_rpps), subject(chosen.person)
    media_type = chosen.media_type or _MEDIA_TYPES.get(known.kind, "application/octet-stream")
    data: bytes | SentAhead
    with chosen.file.open("rb") as file:
        if known.size > settings.inline_bytes:
            data = SentAhead(client.send_ahead(file, known.size, media_type, token=token), known)
        else:
            data = file.read()
    resource = document_reference(
        data,
        subject=whom,
        media_type=media_type,
        title=chosen.title or os.fsencode(chosen.file.stem).decode("utf-8", "replace"),
        created=chosen.created or written.isoformat(timespec="seconds"),
        type_code=chosen.type or "",
        category=chosen.category or 0,
        unique_id=chosen.unique_id or "",
        replaces=chosen.replaces or "",
    )
    document, entry = client.deposit(resource, token=token, key=_key(chosen))
    return _told(chosen, {"document": document, "entry": entry, "sentence": "Le document est déposé."}, document)


def _identifier(unique_id: str) -> dict[str, str]:
    return {"system": codes.URI, "value": unique_id}


def document_reference(
    data: bytes | SentAhead,
    *,
    subject: dict[str, Any],
    media_type: str,
    title: str,
    created: str,
    type_code: str = "",
    category: int = 0,
    unique_id: str = "",
    replaces: str = "",
) -> dict[str, Any]:
    """Return the DocumentReference that deposits bytes; without a category the instance chooses by the type."""
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": subject,
        "content": [
            {
                "attachment": {
                    "contentType": media_type,
                    "title": title,
                    "creation": created,
                    **(data.described() if isinstance(data, SentAhead) else inline(data)),
                }
            }
        ],
    }
    if type_code:
        system = codes.LOINC if _LOINC.match(type_code) else codes.DOCUMENT_TYPE
        resource["type"] = {"coding": [{"system": system, "code": type_code}]}
    if category:
        resource["category"] = [{"coding": [{"system": codes.CATEGORY, "code": str(category)}]}]
    if unique_id:
        resource["masterIdentifier"] = _identifier(unique_id)
    if replaces:
        resource["relatesTo"] = [{"code": "replaces", "target": {"identifier": _identifier(replaces)}}]
    return resource


def documents(settings: Settings, chosen: Namespace) -> int:
    """List what one may see."""
    client = Client.of(settings)
    token, person = _reader(client, chosen)
    found = client.documents(token, person)
    if chosen.json:
        show.as_json({"total": len(found), "documents": found})
        return 0
    rows = [(line["created"][:10], line["title"], str(line["category"]), line["document"]) for line in found]
    show.table(("date", "titre", "catégorie", "numéro"), rows)
    return 0


def read(settings: Settings, chosen: Namespace) -> int:
    """Write the bytes of a document to a file, or to the standard output."""
    client = Client.of(settings)
    token, _ = _reader(client, chosen)
    if chosen.output is None:
        client.content(chosen.document, token=token, sink=sys.stdout.buffer.write)
        sys.stdout.buffer.flush()
        return 0
    with written(chosen.output) as file:
        reply = client.content(chosen.document, token=token, sink=file.add)
    said = {
        "file": str(chosen.output),
        "size": file.size,
        "sha256": file.sha256.hexdigest(),
        "media_type": reply.headers.get("content-type", ""),
        "entry": reply.headers.get("journal-entry", ""),
        "sentence": f"{file.size} octets écrits dans {chosen.output}.",
    }
    return _told(chosen, said)


def grant(settings: Settings, chosen: Namespace) -> int:
    """Let one party read: a professional, a structure, or a team named member by member."""
    client = Client.of(settings)
    values: dict[str, Any] = {
        "practitioner": _team(chosen) if chosen.team else _party(chosen.to),
        **_scope(chosen, "everything" if chosen.all else ""),
        "purpose": chosen.purpose,
        **_duration(settings, chosen),
    }
    if chosen.starts:
        values["starts"] = chosen.starts
    return _done(client, chosen, "grant_access", values)


def limit(settings: Settings, chosen: Namespace) -> int:
    """Make a permission shorter, or narrower."""
    values: dict[str, Any] = {"grant": chosen.grant, **_scope(chosen, "")}
    if chosen.days:
        values["days"] = chosen.days
    return _done(Client.of(settings), chosen, "limit_grant", values)


def name_administrator(settings: Settings, chosen: Namespace) -> int:
    """Let one professional read everything, what is hidden from all too."""
    values = {"practitioner": _rpps(chosen.to), **_duration(settings, chosen)}
    return _done(Client.of(settings), chosen, "name_administrator", values)


def withdraw(settings: Settings, chosen: Namespace) -> int:
    """Take back everything granted to one party."""
    whom = _team(chosen) if chosen.team else _party(chosen.practitioner)
    return _done(Client.of(settings), chosen, "withdraw_access", {"practitioner": whom})


def seen_by(settings: Settings, chosen: Namespace) -> int:
    """List what one professional would be shown."""
    client = Client.of(settings)
    him = account_of(chosen.practitioner)
    values = {
        "seen_by": _rpps(chosen.practitioner),
        "seen_by_structure": chosen.structure or (him.structure_id if him else ""),
        "seen_by_profession": chosen.profession or (him.profession_code if him else ""),
    }
    done = client.act("list_documents", values, token=_as_person(client, chosen.as_person), key="")
    if chosen.json:
        return _told(chosen, done)
    result = done["result"]
    if result["why"]:
        show.say(SENTENCES.get(result["why"], result["why"]))
    rows = [(one["created"][:10], one["title"], str(one["category"]), one["document"]) for one in result["documents"]]
    show.table(("date", "titre", "catégorie", "numéro"), rows)
    return 0


def mask(settings: Settings, chosen: Namespace) -> int:
    """Hide a document or a category, from one professional or from all."""
    return _done(Client.of(settings), chosen, "mask", _hidden(chosen))


def unmask(settings: Settings, chosen: Namespace) -> int:
    """Show again what was hidden, to those it was hidden from."""
    versions = {"versions": "all"} if chosen.all_versions else {}
    return _done(Client.of(settings), chosen, "unmask", _hidden(chosen) | versions)


def keep_episode(settings: Settings, chosen: Namespace) -> int:
    """Keep documents together, or change an episode."""
    values = {
        "number": chosen.number,
        "name": chosen.name,
        "documents": chosen.document or [],
        "visit_of": chosen.visit_of,
        "documents_out": chosen.out or [],
    }
    return _done(Client.of(settings), chosen, "keep_episode", {name: value for name, value in values.items() if value})


def end_episode(settings: Settings, chosen: Namespace) -> int:
    """Undo an episode."""
    return _done(Client.of(settings), chosen, "end_episode", {"number": chosen.number})


def block(settings: Settings, chosen: Namespace) -> int:
    """Block a professional or a structure: from everything, or from what is said."""
    what = "deposits" if chosen.deposits_only else chosen.what
    values = {"practitioner": _party(chosen.practitioner), "what": what}
    return _done(Client.of(settings), chosen, "block", values)


def unblock(settings: Settings, chosen: Namespace) -> int:
    """Unblock a professional or a structure."""
    return _done(Client.of(settings), chosen, "unblock", {"practitioner": _party(chosen.practitioner)})


def contest(settings: Settings, chosen: Namespace) -> int:
    """Contest lines of her journal."""
    values = {"entries": chosen.entry, "reason": chosen.reason, "words": chosen.words, "block": _said(chosen.block)}
    return _done(Client.of(settings), chosen, "contest_access", values)


def mistake(settings: Settings, chosen: Namespace) -> int:
    """Report a mistake in a document."""
    values = {
        "document": chosen.document,
        "reason": chosen.reason,
        "words": chosen.words,
        "hide": _said(chosen.hide),
    }
    return _done(Client.of(settings), chosen, "report_mistake", values)


def allow_support(settings: Settings, chosen: Namespace) -> int:
    """Let the support help her for a ticket."""
    values = {"ticket": chosen.ticket, "hours": chosen.hours, "journal": _said(chosen.journal)}
    return _done(Client.of(settings), chosen, "allow_support", values)


def end_support(settings: Settings, chosen: Namespace) -> int:
    """End the help of the support."""
    return _done(Client.of(settings), chosen, "end_support", {})


def address(settings: Settings, chosen: Namespace) -> int:
    """Say where her letters go, or that they wait at the counter."""
    if chosen.counter:
        return _done(Client.of(settings), chosen, "remove_address", {})
    names = ("more", "street", "place", "town", "country")
    values = {name: getattr(chosen, name) for name in names if getattr(chosen, name)}
    return _done(Client.of(settings), chosen, "give_address", values)


def reminders(settings: Settings, chosen: Namespace) -> int:
    """Ask for the letter of what is open to whom, or no more."""
    if chosen.stop:
        return _done(Client.of(settings), chosen, "stop_reminders", {})
    return _done(Client.of(settings), chosen, "ask_reminders", {"months": str(chosen.every)})


def cases(settings: Settings, chosen: Namespace) -> int:
    """Show what the operator has to answer."""
    client = Client.of(settings)
    done = client.act("list_cases", {}, token=account_token(client, chosen.as_account, "accueil"), key="")
    if chosen.json:
        show.as_json(done)
        return 0
    rows = [
        (line["due"], line["kind"], line["reason"], line["practitioner"], line["case"])
        for line in done["result"]["cases"]
    ]
    show.table(("échéance", "sorte", "raison", "professionnel", "dossier"), rows)
    return 0


def answer_case(settings: Settings, chosen: Namespace) -> int:
    """Answer a case, as the operator."""
    values = {"case": chosen.case, "outcome": chosen.outcome, "text": chosen.text}
    return _as_operator(settings, chosen, "answer_case", values)


def confirm_case(settings: Settings, chosen: Namespace) -> int:
    """Confirm the answer another account wrote."""
    return _as_operator(settings, chosen, "confirm_case_answer", {"case": chosen.case, "text": chosen.text})


def open_support(settings: Settings, chosen: Namespace) -> int:
    """Ask to open the help of a ticket, or confirm it."""
    return _as_operator(settings, chosen, "open_support", {"ticket": chosen.ticket})


def read_support(settings: Settings, chosen: Namespace) -> int:
    """Show what she allowed for a ticket."""
    client = Client.of(settings)
    token = account_token(client, chosen.as_account, "accueil")
    done = client.act("read_support", {"ticket": chosen.ticket}, token=token, key="")
    if chosen.json:
        show.as_json(done)
        return 0
    show.table(("choix", "état"), list(done["result"]["choices"].items()))
    return _told(chosen, done)


def emergency_will(settings: Settings, chosen: Namespace) -> int:
    """Say who may read in an emergency, and what."""
    values: dict[str, Any] = {name: getattr(chosen, name) for name in ("regulator", "bedside", "hidden")}
    if chosen.all:
        values["scope"] = "everything"
    elif chosen.category:
        values |= {"scope": "categories", "categories": chosen.category}
    elif chosen.document:
        values |= {"scope": "documents", "documents": chosen.document}
    return _done(Client.of(settings), chosen, "set_emergency_will", values)


def emergency_never(settings: Settings, chosen: Namespace) -> int:
    """Never in an emergency, for everything."""
    return _done(Client.of(settings), chosen, "refuse_emergency", {})


def break_glass(settings: Settings, chosen: Namespace) -> int:
    """Declare an emergency for a person, as a professional."""
    values = {name: getattr(chosen, name) for name in ("kind", "beside", "ground", "reason")}
    return _declared(Client.of(settings), chosen, "break_glass", values)


def confirm_emergency(settings: Settings, chosen: Namespace) -> int:
    """Confirm the emergency of a colleague."""
    return _declared(Client.of(settings), chosen, "confirm_emergency", {"practitioner": _rpps(chosen.colleague)})


def card(settings: Settings, chosen: Namespace) -> int:
    """Make a card; its code is printed once."""
    client = Client.of(settings)
    scope = "everything" if chosen.all else "categories" if chosen.category else "documents"
    values: dict[str, Any] = {"scope": scope, "purpose": chosen.purpose, "uses": chosen.uses, "hours": chosen.hours}
    values["days"] = 0 if chosen.today else chosen.days
    for name, given in (("categories", chosen.category), ("documents", chosen.document), ("pin", chosen.pin)):
        if given:
            values[name] = given
    done = client.act("issue_access_card", values, token=_as_person(client, chosen.as_person), key=_key(chosen))
    made = done["result"]
    return _told(chosen, done, f"Carte numéro {made['number']} ; code : {made['code']} ; jusqu'au {made['ends']}.")


def card_revoke(settings: Settings, chosen: Namespace) -> int:
    """Stop a card, or all of them."""
    return _done(Client.of(settings), chosen, "revoke_access_card", {"number": chosen.number} if chosen.number else {})


def card_use(settings: Settings, chosen: Namespace) -> int:
    """Show a card, as a professional."""
    client = Client.of(settings)
    values = {"person": f"card:{chosen.code}"} | ({"pin": chosen.pin} if chosen.pin else {})
    done = client.act("use_access_card", values, token=account_token(client, chosen.as_rpps), key=_key(chosen))
    shown = done["result"]
    return _told(chosen, done, f"Personne : {shown['person']}, jusqu'au {shown['ends']}.")


def request(settings: Settings, chosen: Namespace) -> int:
    """Ask somebody to let one read, as a professional."""
    client = Client.of(settings)
    values: dict[str, Any] = {
        "person": person_reference(chosen.person),
        "scope": "everything" if chosen.all else "categories",
        "purpose": chosen.purpose,
        "days": chosen.days or settings.grant_days_default,
    }
    if chosen.category:
        values["categories"] = chosen.category
    done = client.act("request_access", values, token=account_token(client, chosen.as_rpps), key=_key(chosen))
    return _told(chosen, done)


def requests(settings: Settings, chosen: Namespace) -> int:
    """Show who asks to read."""
    client = Client.of(settings)
    found = client.journal(_as_person(client, chosen.as_person), 1)["requests"]
    if chosen.json:
        show.as_json({"requests": found})
        return 0
    rows = [(one["number"], one["name"], one["scope"], str(one["days"]), one["ends"][:10]) for one in found]
    show.table(("numéro", "qui", "quoi", "jours", "attend jusqu'au"), rows)
    return 0


def request_accept(settings: Settings, chosen: Namespace) -> int:
    """Say yes to a request, or give less."""
    values: dict[str, Any] = {"number": chosen.number}
    if chosen.days:
        values["days"] = chosen.days
    if chosen.category:
        values["categories"] = chosen.category
    return _done(Client.of(settings), chosen, "accept_request", values)


def request_decline(settings: Settings, chosen: Namespace) -> int:
    """Say no to a request."""
    return _done(Client.of(settings), chosen, "decline_request", {"number": chosen.number})


def choose(settings: Settings, chosen: Namespace) -> int:
    """Change one answer alone: the act is the command's own word."""
    values = {"purpose": chosen.purpose} if "purpose" in chosen else {}
    return _done(Client.of(settings), chosen, chosen.commande.replace("-", "_"), values)


def announce(settings: Settings, chosen: Namespace) -> int:
    """Say, as a professional, that a document was told to the person."""
    client = Client.of(settings)
    person = f"id:{chosen.document[:32]}"
    token = account_token(client, chosen.as_rpps)
    return _told(
        chosen,
        client.act("announce_document", {"document": chosen.document, "person": person}, token=token, key=_key(chosen)),
    )


def journal(settings: Settings, chosen: Namespace) -> int:
    """Show who did what."""
    client = Client.of(settings)
    page = client.journal(_as_person(client, chosen.as_person), chosen.count)
    if chosen.json:
        show.as_json(page)
        return 0
    show.table(
        ("ligne", "instant", "démarche", "résultat", "qui", "voie"),
        [
            (
                str(record.get("seq", "")),
                str(record.get("at", ""))[:19],
                str(record.get("act", "")),
                str(record.get("decision", {}).get("result", "")),
                str(record.get("actor", {}).get("name", "")),
                str(record.get("channel", "")),
            )
            for record in page["records"]
        ],
    )
    return 0


def close(settings: Settings, chosen: Namespace) -> int:
    """Close a space: erase what it holds, or keep it as an archive."""
    kept = {"archive_years": chosen.archive_years} if chosen.archive_years else {}
    if not chosen.yes and not kept:
        raise OperatorRefusal("Fermer efface tout, pour toujours. Pour confirmer, ajoutez --yes.")
    return _done(Client.of(settings), chosen, "close_space", {"sure": "yes"} | kept)


def reopen(settings: Settings, chosen: Namespace) -> int:
    """Open an archive again."""
    return _done(Client.of(settings), chosen, "reopen_space", {"deposits": chosen.deposits})


def erase(settings: Settings, chosen: Namespace) -> int:
    """Erase an archive now."""
    if not chosen.yes:
        raise OperatorRefusal("Effacer est pour toujours. Pour confirmer, ajoutez --yes.")
    return _done(Client.of(settings), chosen, "erase_content", {"sure": "yes"})


def reverse_refusal(settings: Settings, chosen: Namespace) -> int:
    """Take back a no that was to be remembered."""
    return _done(Client.of(settings), chosen, "reverse_refusal", {})


def take_away(settings: Settings, chosen: Namespace) -> int:
    """Write the journal, its proofs and the receipts to a file (JSON)."""
    client = Client.of(settings)
    done = client.act("export_journal", {}, token=_as_person(client, chosen.as_person), key="")
    result = done["result"]
    with written(chosen.output) as file:
        file.add(json.dumps(result, ensure_ascii=False).encode())
    said = {"file": str(chosen.output), "lines": len(result["lines"]), "receipts": len(result["receipts"])}
    return _told(chosen, said | {"entry": done["entry"], "sentence": done["sentence"]})


def delivery(settings: Settings, chosen: Namespace) -> int:
    """Note that a letter of invitation was delivered, with its proof."""
    return _about_a_letter(settings, chosen, "record_delivery", {"proof": chosen.proof, "day": chosen.day})


def returned(settings: Settings, chosen: Namespace) -> int:
    """Note that a letter of invitation came back."""
    return _about_a_letter(settings, chosen, "record_return", {})


def _about_a_letter(settings: Settings, chosen: Namespace, act: str, values: dict[str, Any]) -> int:
    client = Client.of(settings)
    account = account_of(chosen.person)
    ins = account.ins if account is not None else chosen.person.removeprefix("ins:")
    local = account.local if account is not None else ""
    whose = {"local": local or chosen.person.removeprefix("local:")} if local or not ins.isdigit() else {"ins": ins}
    token = account_token(client, chosen.as_account, "accueil")
    return _told(chosen, client.act(act, values | whose, token=token, key=_key(chosen)))


def token(settings: Settings, chosen: Namespace) -> int:
    """Print a token of an invented account."""
    client = Client.of(settings)
    kind = chosen.as_kind
    word = {"practitioner": chosen.rpps, "person": chosen.person}.get(kind, chosen.id)
    if kind == "person" and word:
        bearer = _as_person(client, word)
    else:
        account = account_of(word) if word else next(each for each in accounts() if each.kind == kind)
        if account is None or account.kind != kind:
            raise OperatorRefusal(f"Aucun compte d'essai ne correspond à {word or kind}.")
        bearer = client.sign_in(account.id)
    if chosen.json:
        show.as_json({"token": bearer, **client.who(bearer)})
    else:
        show.say(bearer)
    return 0


def _done(client: Client, chosen: Namespace, act: str, values: dict[str, Any]) -> int:
    return _told(chosen, client.act(act, values, token=_as_person(client, chosen.as_person), key=_key(chosen)))


def _as_operator(settings: Settings, chosen: Namespace, act: str, values: dict[str, Any]) -> int:
    client = Client.of(settings)
    token = account_token(client, chosen.as_account, "accueil")
    return _told(chosen, client.act(act, values, token=token, key=_key(chosen)))


def _said(chosen: bool) -> str:
    return "yes" if chosen else "no"


def _declared(client: Client, chosen: Namespace, act: str, values: dict[str, Any]) -> int:
    bearer, person = account_token(client, chosen.as_rpps), person_reference(chosen.person)
    done = client.act(act, values, token=bearer, person=person, key=_key(chosen))
    return _told(chosen, done, f"Du {done['result']['starts']} au {done['result']['ends']}.")


def _told(chosen: Namespace, done: dict[str, Any], more: str = "") -> int:
    if chosen.json:
        show.as_json(done)
        return 0
    show.say(str(done["sentence"]))
    if more:
        show.say(more)
    if entry := done.get("entry"):
        show.say(f"Ligne du journal : {entry}")
    return 0


def _reader(client: Client, chosen: Namespace) -> tuple[str, str]:
    """Return the token of whoever reads, and whose space: herself, or the person named to a professional."""
    if chosen.as_person:
        return _as_person(client, chosen.as_person), ""
    person = getattr(chosen, "person", "")
    return account_token(client, chosen.as_rpps), person_reference(person) if person else ""


def _as_person(client: Client, word: str) -> str:
    """Return a token of the person a word names: the provider's id, her INS, her number or her public id."""
    if not word:
        return account_token(client, "")
    account = account_of(word)
    if account is not None:
        return client.sign_in(account.id)
    # Nobody but the person herself links a public id to a name: ask each invented person in turn.
    for each in accounts():
        if each.kind == "person" and len(word) == 32:
            bearer = client.sign_in(each.id)
            if client.who(bearer)["person"] == word:
                return bearer
    return client.sign_in(word)


def account_token(client: Client, word: str, otherwise: str = "") -> str:
    """Return the token of an invented account, or the one in the environment when none is named, else another's."""
    given = os.environ.get(TOKEN)
    word = word or ("" if given else otherwise)
    if word:
        try:
            return client.sign_in(word)
        except ActRefused as refused:
            if refused.code == "development-provider-off":
                raise OperatorRefusal(f"{refused.sentence} Donnez votre propre jeton dans {TOKEN}.") from None
            raise
    if given:
        return given
    raise OperatorRefusal(f"Dites au nom de qui : --as ou --as-person, ou un jeton dans {TOKEN}.")


def _answers(chosen: Namespace) -> dict[str, str]:
    """Return the answers given on the command line; a question left out is left without an answer."""
    given = {"deposits": chosen.deposits, "emergency": chosen.emergency, "measures": chosen.measures}
    return {name: answer for name, answer in given.items() if answer} | dict.fromkeys(chosen.use, "yes")


def _hidden(chosen: Namespace) -> dict[str, Any]:
    named = {"document": chosen.document, "category": chosen.category, "episode": chosen.episode}
    values: dict[str, Any] = {name: value for name, value in named.items() if value}
    if chosen.practitioner:
        values["practitioner"] = _party(chosen.practitioner)
    return values


def _scope(chosen: Namespace, otherwise: str) -> dict[str, Any]:
    """Return what is shown, as an act reads it; nothing when nothing was said."""
    if chosen.category:
        return {"scope": "categories", "categories": chosen.category}
    if chosen.document:
        return {"scope": "documents", "documents": chosen.document}
    if getattr(chosen, "episode", ""):
        return {"scope": "episode", "episode": chosen.episode}
    return {"scope": otherwise} if otherwise else {}


def _duration(settings: Settings, chosen: Namespace) -> dict[str, Any]:
    if chosen.endless:
        return {"endless": chosen.endless}
    return {"days": chosen.days or settings.grant_days_default}


def _team(chosen: Namespace) -> str:
    name, *members = chosen.team
    return f"team:{name}:{','.join(_rpps(one) for one in members)}"


def _party(word: str) -> str:
    return word if word.startswith(("structure:", "team:")) else _rpps(word)


def _rpps(word: str) -> str:
    account = account_of(word)
    return account.rpps if account is not None and account.rpps else word


def _key(chosen: Namespace) -> str:
    return chosen.key or secrets.token_urlsafe(16)


def file_path(text: str) -> Path:
    """Return a path typed on the command line."""
    return Path(text).expanduser()
