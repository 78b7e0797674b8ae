"""What the commands share: who acts, on what, and how the answer is told. Nothing is decided here."""

from __future__ import annotations

import os
import secrets
from argparse import Namespace
from typing import Any

from espace_sante.cli import show
from espace_sante.cli.client import ActRefused, Client, account_of, accounts, person_reference
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings

TOKEN = "ESPACE_SANTE_TOKEN"  # noqa: S105 - the name of a variable


def done(client: Client, chosen: Namespace, act: str, values: dict[str, Any]) -> int:
    """Do an act as the person, tell the answer, return the exit code."""
    return tell(chosen, client.act(act, values, token=person_token(client, chosen.as_person), key=key_of(chosen)))


def by_operator(settings: Settings, chosen: Namespace, act: str, values: dict[str, Any]) -> int:
    """Do an act as an account of the operator, tell the answer, return the exit code."""
    client = Client.of(settings)
    token = account_token(client, chosen.as_account, "accueil")
    return tell(chosen, client.act(act, values, token=token, key=key_of(chosen)))


def yes_or_no(chosen: bool) -> str:
    """Return the word that the acts expect."""
    return "yes" if chosen else "no"


def declared(client: Client, chosen: Namespace, act: str, values: dict[str, Any]) -> int:
    """Do an act as a professional about a person, tell the answer, return the exit code."""
    bearer, person = account_token(client, chosen.as_rpps), person_reference(chosen.person)
    done = client.act(act, values, token=bearer, person=person, key=key_of(chosen))
    return tell(chosen, done, f"Du {done['result']['starts']} au {done['result']['ends']}.")


def tell(chosen: Namespace, done: dict[str, Any], more: str = "") -> int:
    """Tell the answer of an act, for a person or a machine; return the exit code."""
    if chosen.json:
        show.as_json(done)
        return 0
    show.say(str(done["sentence"]))
    if more:
        show.say(more)
    if entry := done.get("entry"):
        show.say(f"Ligne du journal : {entry}")
    return 0


def reader_of(client: Client, chosen: Namespace) -> tuple[str, str]:
    """Return the token of whoever reads, and whose space: herself, or the person named to a professional."""
    if chosen.as_person:
        return person_token(client, chosen.as_person), ""
    person = getattr(chosen, "person", "")
    return account_token(client, chosen.as_rpps), person_reference(person) if person else ""


def person_token(client: Client, word: str) -> str:
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


def answers_of(chosen: Namespace) -> dict[str, str]:
    """Return the answers given on the command line; a question left out is left without an answer."""
    given = {"deposits": chosen.deposits, "emergency": chosen.emergency, "measures": chosen.measures}
    return {name: answer for name, answer in given.items() if answer} | dict.fromkeys(chosen.use, "yes")


def hidden_of(chosen: Namespace) -> dict[str, Any]:
    """Return what is to be hidden, as the acts read it."""
    named = {"document": chosen.document, "category": chosen.category, "episode": chosen.episode}
    values: dict[str, Any] = {name: value for name, value in named.items() if value}
    if chosen.practitioner:
        values["practitioner"] = party_of(chosen.practitioner)
    return values


def scope_of(chosen: Namespace, otherwise: str) -> dict[str, Any]:
    """Return what is shown, as an act reads it; nothing when nothing was said."""
    if chosen.category:
        return {"scope": "categories", "categories": chosen.category}
    if chosen.document:
        return {"scope": "documents", "documents": chosen.document}
    if getattr(chosen, "episode", ""):
        return {"scope": "episode", "episode": chosen.episode}
    return {"scope": otherwise} if otherwise else {}


def duration_of(settings: Settings, chosen: Namespace) -> dict[str, Any]:
    """Return how long, as the acts read it."""
    if chosen.endless:
        return {"endless": chosen.endless}
    return {"days": chosen.days or settings.grant_days_default}


def team_of(chosen: Namespace) -> str:
    """Return a team as the acts read it."""
    name, *members = chosen.team
    return f"team:{name}:{','.join(rpps_of(one) for one in members)}"


def party_of(word: str) -> str:
    """Return whom, as the acts read it."""
    return word if word.startswith(("structure:", "team:")) else rpps_of(word)


def rpps_of(word: str) -> str:
    """Return the number of a trial account, or the word itself."""
    account = account_of(word)
    return account.rpps if account is not None and account.rpps else word


def key_of(chosen: Namespace) -> str:
    """Return the key of this demand: the one given, or a new one."""
    return chosen.key or secrets.token_urlsafe(16)
