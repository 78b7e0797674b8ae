"""Her standing choices as FHIR R4 Consent: permissions, blocks, what she hides, her answers, her will for an emergency.

Pure: what her own pages show of her will in, resources out; one for each choice, with an id that lasts as long as it does.
Source: FHIR R4 consent; docs/deviations.md. Guarantee: G3, G4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Any

from espace_sante.actions.read_journal import JournalPage
from espace_sante.consent.grant import ScopeKind
from espace_sante.consent.limits import BlockKind
from espace_sante.consent.recipient import Recipient, RecipientKind, parse_hidden_from
from espace_sante.formats import codes
from espace_sante.formats.fhir.audit_event import RESOURCE
from espace_sante.keeper.demand import BlockView, ChoiceView, EmergencyView, GrantView, MaskView
from espace_sante.records.document import CATEGORIES

CHOICE = "urn:espace-sante:choix"
PURPOSE = "urn:espace-sante:finalite"
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_SCOPE = {"coding": [{"system": f"{_TERMS}consentscope", "code": "patient-privacy", "display": "Privacy Consent"}]}
_OPT_IN = {"coding": [{"system": f"{_TERMS}v3-ActCode", "code": "OPTIN", "display": "opt-in"}]}
_RECIPIENT = {
    "coding": [{"system": f"{_TERMS}v3-ParticipationType", "code": "IRCP", "display": "information recipient"}]
}
_TREATMENT = {"system": codes.ACT_REASON, "code": "TREAT", "display": "treatment"}
_EMERGENCY = {"system": codes.ACT_REASON, "code": "BTG", "display": "break the glass"}
# What a block refuses: to read, to deposit; and whether it leaves an emergency aside. Source: consent.limits.
_REFUSED = MappingProxyType(
    {
        BlockKind.EVERYTHING.value: (("access", "collect"), False),
        BlockKind.EVERYTHING_BUT_EMERGENCY.value: (("access", "collect"), True),
        BlockKind.READING.value: (("access",), False),
        BlockKind.READING_BUT_EMERGENCY.value: (("access",), True),
        BlockKind.DEPOSITS.value: (("collect",), False),
    }
)
_STRUCTURES = MappingProxyType({9: "https://finess.esante.gouv.fr", 14: "https://sirene.fr"})
_BESIDE = (("regulator", "médecin régulateur"), ("bedside", "professionnel auprès de la personne"))


def consents(person: str, page: JournalPage) -> list[dict[str, Any]]:
    """Return every standing choice of a person (her public id), from what her pages show: the same order at each answer."""
    found = [_grant(person, one) for one in page.grants]
    found += [_block(person, one) for one in page.blocks]
    found += list(_masks(person, page.masks))
    found += [_answer(person, one) for one in page.choices]
    return [*found, _emergency(person, page.emergency)]


def _grant(person: str, grant: GrantView) -> dict[str, Any]:
    provision: dict[str, Any] = {
        "type": "permit",
        "period": {"start": grant.starts, "end": grant.ends},
        "actor": _actors(grant.practitioner),
        "action": _actions("access"),
        "purpose": [_TREATMENT, {"system": PURPOSE, "code": grant.purpose}],
        **_covered(grant.scope, grant.categories, [person + row for row in grant.documents]),
    }
    kind = "administrator" if grant.sees_hidden else "grant"
    return _consent(person, grant.grant, kind, provision, words=grant.episode)


def _block(person: str, block: BlockView) -> dict[str, Any]:
    refused, leaves_emergency = _REFUSED.get(block.what, _REFUSED[BlockKind.EVERYTHING.value])
    provision: dict[str, Any] = {"type": "deny", "actor": _actors(block.practitioner), "action": _actions(*refused)}
    if leaves_emergency:
        provision["purpose"] = [_TREATMENT]
    return _consent(person, _number("block", block.practitioner), "block", provision, block.since)


def _masks(person: str, masks: Sequence[MaskView]) -> Iterator[dict[str, Any]]:
    """Yield one for each will to hide: it may be about several versions of a document."""
    by_number: dict[str, list[MaskView]] = {}
    for one in masks:
        by_number.setdefault(one.mask, []).append(one)
    for number, wills in by_number.items():
        first = wills[0]
        categories = sorted({one.category for one in wills if one.category})
        documents = [one.document for one in wills if one.document]
        provision: dict[str, Any] = {"type": "deny", "action": _actions("access")}
        if first.practitioner:
            provision["actor"] = _actors(first.practitioner)
        provision |= _classes(categories) | _documents(documents)
        yield _consent(person, number, "mask", provision, first.since, words=first.episode)


def _answer(person: str, choice: ChoiceView) -> dict[str, Any]:
    action = "collect" if choice.choice == "deposits" else "use" if choice.purpose else "access"
    provision: dict[str, Any] = {"type": "permit" if choice.gives else "deny", "action": _actions(action)}
    if choice.purpose:
        provision["purpose"] = [{"system": PURPOSE, "code": choice.purpose}]
    number = _number("choice", choice.choice, choice.purpose)
    return _consent(person, number, choice.choice, provision, choice.since, said=bool(choice.since))


def _emergency(person: str, will: EmergencyView) -> dict[str, Any]:
    allowed = [words for name, words in _BESIDE if getattr(will, name) and will.scope]
    provision: dict[str, Any] = {
        "type": "permit" if allowed else "deny",
        "action": _actions("access"),
        "purpose": [_EMERGENCY],
    }
    if allowed:
        provision["actor"] = [{"role": _RECIPIENT, "reference": {"display": words}} for words in allowed]
        provision |= _covered(will.scope, will.categories, will.documents)
    kind = "emergency-hidden" if allowed and will.hidden else "emergency"
    return _consent(person, _number("emergency"), kind, provision, will.since, said=bool(will.since))


def _consent(
    person: str,
    number: str,
    kind: str,
    provision: dict[str, Any],
    since: str = "",
    *,
    said: bool = True,
    words: str = "",
) -> dict[str, Any]:
    """Return a Consent; `said` False: what holds because she has not answered. `words`: the episode it follows."""
    category: dict[str, Any] = {"coding": [{"system": CHOICE, "code": kind}]} | ({"text": words} if words else {})
    return {
        "resourceType": "Consent",
        "id": person + number,
        "status": "active" if said else "proposed",
        "scope": _SCOPE,
        "category": [category],
        "patient": {"reference": f"Patient/{person}"},
        **({"dateTime": since} if since else {}),
        "performer": [{"reference": f"Patient/{person}"}],
        "policyRule": _OPT_IN,
        "provision": provision,
    }


def _actors(party: str) -> list[dict[str, Any]]:
    found = parse_hidden_from(party)
    assert found is not None  # what `written` wrote
    return [{"role": _RECIPIENT, "reference": one} for one in _references(found)]


def _references(who: Recipient) -> Iterable[dict[str, Any]]:
    """Return whom a party is: a team is nothing but its members."""
    if who.kind is RecipientKind.TEAM:
        return [{**_identified(codes.PRACTITIONER_RPPS, one), "display": who.name} for one in sorted(who.members)]
    if who.kind is RecipientKind.REPRESENTATIVES:
        return [{"display": "représentants légaux"}]
    if who.kind is RecipientKind.STRUCTURE:
        return [structure_named(who.identifier)]
    return [_identified(codes.PRACTITIONER_RPPS, who.identifier)]


def structure_named(number: str, name: str = "") -> dict[str, Any]:
    """Return a reference to a structure, by its number (FINESS or SIRET), its name, or both."""
    found = _identified(_STRUCTURES.get(len(number), _STRUCTURES[9]), number) if number else {}
    return found | ({"display": name} if name else {})


def _identified(system: str, value: str) -> dict[str, Any]:
    return {"identifier": {"system": system, "value": value}}


def _covered(scope: str, categories: Sequence[int], documents: Sequence[str]) -> dict[str, Any]:
    match scope:
        case ScopeKind.CATEGORIES.value:
            return _classes(categories)
        case ScopeKind.DOCUMENTS.value:
            return _documents(documents)
    return {}


def _classes(categories: Sequence[int]) -> dict[str, Any]:
    found = [{"system": codes.CATEGORY, "code": str(one), "display": CATEGORIES[one]} for one in categories]
    return {"class": found} if found else {}


def _documents(documents: Sequence[str]) -> dict[str, Any]:
    """Name documents and data of care by their public ids: what she chose does not say which of both one is."""
    found = [{"meaning": "instance", "reference": _identified(RESOURCE, one)} for one in documents]
    return {"data": found} if found else {}


def _actions(*names: str) -> list[dict[str, Any]]:
    return [{"coding": [{"system": f"{_TERMS}consentaction", "code": name}]} for name in names]


def _number(*parts: str) -> str:
    """Return 32 hexadecimal characters for a choice that has no number of its own: the same as long as it is about the same."""
    return hashlib.sha256("\0".join(("espace-sante/v1/consent", *parts)).encode()).hexdigest()[:32]
