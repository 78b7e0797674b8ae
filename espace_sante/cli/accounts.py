"""The operator's word about accounts: let one that did not serve for long serve again."""

from __future__ import annotations

import secrets
from argparse import Namespace

from espace_sante.cli.arguments import Add, add_account
from espace_sante.cli.client import Client
from espace_sante.cli.doing import account_token
from espace_sante.cli.letters import said
from espace_sante.kernel.settings import Settings


def renew(settings: Settings, chosen: Namespace) -> int:
    """Renew an account; nothing is shown of it."""
    client = Client.of(settings)
    token = account_token(client, chosen.as_account, "accueil")
    values = {"provider": chosen.provider, "account": chosen.account}
    done = client.act("renew_account", values, token=token, key=secrets.token_urlsafe(16))
    return said(chosen, {"renewed": True}, done["sentence"])


def register(add: Add) -> None:
    """Add the word that renews an account."""
    renewed = add("renew-account", "renouvelle un compte d'agent ou d'aidant qui n'a pas servi depuis longtemps", renew)
    add_account(renewed)
    renewed.add_argument("provider", metavar="FOURNISSEUR", help="le fournisseur d'identité, comme sur sa clé publique")
    renewed.add_argument("account", metavar="COMPTE", help="le compte, comme ce fournisseur le nomme")
