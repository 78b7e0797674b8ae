"""Opening an invented space for a software on trial: the person is invented, her yes too, and both are said to be.

The mark stands in her sealed will from its first version, in the first line of her journal, and in the term that leads to her:
a directory that only software on trial is looked up in. Guarantee: G1, G3. Source: docs/decisions/0056.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.rights import Rights
from espace_sante.identity.person import PersonTraits
from espace_sante.journal.entry import JournalKeys
from espace_sante.keeper.acts.asked import decision_on
from espace_sante.keeper.acts.opening import sealed_person
from espace_sante.keeper.demand import OpenAnswer, OpenSandboxParams
from espace_sante.keeper.finding import sandbox_term
from espace_sante.keeper.origin import depositor_of
from espace_sante.keeper.receipts import Field, instant, signed
from espace_sante.keeper.resource_row import ResourceOrigin, seal_resource_origin, wrapped_key
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, NewSpace, Plan, Situation
from espace_sante.kernel.ids import PersonId
from espace_sante.records.resource import PATIENT, PATIENT_ROW
from espace_sante.vault.envelope import seal
from espace_sante.vault.keys import SpaceKeys, new_space_keys

_ENCODE = msgspec.msgpack.Encoder().encode
_KEY = 32


def open_sandbox(s: Situation) -> Plan:
    """Open an invented space: nobody was asked, nobody is told, and nobody but software on trial ever finds it."""
    params: OpenSandboxParams = s.params
    found = decision_on(s, ActId.OPEN_SANDBOX)
    if isinstance(found, Refuse):
        return Plan(found)
    if not s.limits.development:
        return Plan(Refuse("not-their-act"))
    if len(params.person) != 16 or len(params.key) != _KEY or not params.sealed:
        return Plan(Refuse("invalid"), code="demand-invalid")
    person = PersonId(UUID(bytes=params.person))
    space = UUID(bytes=s.random(16), version=4)
    keys = new_space_keys(space, s.random)
    traits = params.traits
    known = PersonTraits(traits.birth_name, traits.first_given, traits.birth_date, traits.sex)
    new = NewSpace(
        keys=keys,
        person=sealed_person(keys.identity_key, space, known),
        will=Will(person, Rights(accepts_deposits=False, sandbox=True), 1),
        terms=(sandbox_term(s.service, person.hex),),
        year=s.now.year,
    )

    def write(reference: str) -> tuple[Change, bytes]:
        receipt_id = UUID(bytes=s.random(16), version=4)
        receipt = signed(s.service, _invented_yes(s, new, reference, receipt_id))
        kept = bytes(seal(keys.receipt_key, receipt, b"receipt|" + space.bytes + receipt_id.bytes))
        change = Change(new_space=new, receipt=(receipt_id, kept), resources=(_patient(s, keys, params),))
        return change, _ENCODE(OpenAnswer(person.hex, receipt))

    return Plan(found, objects=("space", "sandbox"), write=write, new_space=new)


def _invented_yes(s: Situation, new: NewSpace, reference: str, receipt_id: UUID) -> dict[str, Field]:
    """Return what her receipt says: a yes that nobody said, by no proof, in answer to no notice."""
    return {
        "v": 1,
        "kind": "receipt",
        "act": s.ask.act,
        "at": instant(s.now),
        "channel": s.ask.channel,
        "proof": s.ask.proof,
        "answers": {"open": "yes", "invented": "yes"},
        "effect": "immediate",
        "entry": reference,
        "receipt": receipt_id.hex,
        "person": new.will.person.hex,
        "journal_commitment": JournalKeys(new.keys.journal).commitment(new.year).hex(),
    }


def _patient(s: Situation, keys: SpaceKeys, params: OpenSandboxParams) -> tuple[object, ...]:
    """Return the row of the Patient she was sent as, the only one of its type that a space may hold."""
    kind = (PATIENT.number, PATIENT.category)
    wrapped = wrapped_key(keys, PATIENT_ROW, 1, kind, params.key)
    origin = ResourceOrigin(depositor_of(s.subject, s.session), PATIENT.type_code, round(s.now.timestamp() * 1000))
    return (PATIENT_ROW, 1, *kind, wrapped, params.sealed, seal_resource_origin(origin, keys, PATIENT_ROW, 1))
