"""Let an account that did not serve for ninety days serve again: an act of the operator's staff, never of the account itself.

Source: inclusion.md HLP-09; docs/decisions/0083.
"""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import AccountRenewed, RenewAccountParams

_PROVIDER = Field("provider", "Le fournisseur d'identité", help="Son nom, comme sur sa clé publique.")
_ACCOUNT = Field("account", "Le compte, comme ce fournisseur le nomme")


def parse(values: Values) -> RenewAccountParams:
    """Read whose account: which provider, and its name there."""
    provider = fields.text(values, _PROVIDER.name, _PROVIDER.label, longest=200)
    return RenewAccountParams(f"{provider}|{fields.text(values, _ACCOUNT.name, _ACCOUNT.label, longest=200)}")


async def perform(frame: Frame, request: Request, params: RenewAccountParams) -> Outcome:
    """Renew it; it signs in again from now on."""
    asked = replace(request, person="", on_behalf=False)
    _, entry, effect = await frame.ask(asked, ActId.RENEW_ACCOUNT, params, AccountRenewed)
    return Outcome(entry, effect, "Le compte est renouvelé : il peut servir de nouveau.")


ACT = Act(
    id=ActId.RENEW_ACCOUNT,
    name="Renouveler un compte",
    sentence="Renouveler un compte d'agent ou d'aidant professionnel qui n'a pas servi depuis longtemps.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(_PROVIDER, _ACCOUNT),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.API}),
)
