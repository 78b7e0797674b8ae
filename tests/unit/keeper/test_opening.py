"""Inviting, opening, refusing: what each writes before and after her answer, and that nothing is written without it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.request import ActId, ActorKind, Effect, Permit, Refuse, Subject
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.journal.entry import JournalKeys
from espace_sante.keeper.acts.memory import refusal_term, rest_term
from espace_sante.keeper.acts.opening import (
    Letter,
    code_term,
    invite,
    new_code,
    normal_code,
    normal_reference,
    open_space,
    reference_term,
    refuse_space,
)
from espace_sante.keeper.demand import (
    InviteAnswer,
    InviteParams,
    OpenAnswer,
    OpenParams,
    ReceiptAnswer,
    RefuseParams,
    Traits,
)
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Extra, Invitation, Plan, Situation
from espace_sante.kernel.canonical import canonical
from espace_sante.vault.envelope import open_sealed
from espace_sante.vault.keys import term
from tests.small_cda import key_of
from tests.unit.keeper.situations import (
    AGENT_SESSION,
    AT,
    HERS,
    NOW,
    PERSON_SESSION,
    REFERENCE,
    RULE,
    SERVICE,
    SPACE,
    TRAITS,
    does_nothing,
    kept,
    read,
    said,
    situation,
)

INS = key_of("2990199999001")
STATED = Traits("ESSAI", "ZOE", "1999-01-02", "F", "DUBOIS", "63220")
LETTER = Invitation(UUID(int=41), "local:V-12", TRAITS, NOW.date())
NOTICE = {"version": "v3", "language": "fr", "sha256": "ab" * 32}
OPEN = OpenParams(True, "v3", "fr", "ab" * 32)
REFUSE = RefuseParams("v3", "fr", "ab" * 32)
NO_SPACE: dict[str, Any] = {"space": None, "state": None, "will": None}
ANSWERS: dict[ActId, tuple[Any, Any]] = {
    ActId.OPEN_SPACE: (open_space, OPEN),
    ActId.REFUSE_SPACE: (refuse_space, REFUSE),
}


def answering(act: ActId, way: str = "web", params: Any = None, /, **changes: Any) -> Plan:
    plan, usual = ANSWERS[act]
    known = NO_SPACE | {"extra": Extra(invitation=LETTER)} | changes
    found: Plan = plan(situation(act, params or usual, way, **known))
    return found


def refused(plan: Plan, rule: str, code: str) -> None:
    assert (plan.decision, plan.code, plan.objects) == (Refuse(rule), code, ())
    assert does_nothing(plan)


# ------------------------------------------------------------------------------------------------ invite


def inviting(person: str = "local:v-12", /, **changes: Any) -> Situation:
    traits = changes.pop("traits", STATED)
    asked = changes.pop("asked", person)
    kind, proof = changes.pop("kind", ActorKind.AGENT), changes.pop("proof", "login")
    s = situation(ActId.INVITE, InviteParams(person, traits), "counter", **(NO_SPACE | changes))
    ask = msgspec.structs.replace(s.ask, person=asked, channel="web", proof=proof)
    return replace(s, ask=ask, subject=Subject(kind, "agent-7"))


@pytest.mark.parametrize(("person", "reference"), [("local:v-12", "local:V-12"), (f"ins:{INS}", f"ins:{INS}")])
def test_an_invitation_is_a_sealed_letter_in_the_mail_room_and_nothing_else(person: str, reference: str) -> None:
    plan = invite(inviting(person))
    assert plan.decision == Permit("invite")
    assert (plan.objects, plan.code, plan.state, plan.release, plan.new_space) == (
        ("invitation",),
        "",
        None,
        None,
        None,
    )
    assert plan.write is not None
    change, payload = plan.write(REFERENCE)
    answer = read(InviteAnswer, payload)
    assert change.put_invitation is not None
    number, code, whom, body, expires = change.put_invitation
    assert change == Change(put_invitation=change.put_invitation)
    assert number.version == 4
    draw = Random(2)
    assert number.bytes[:4] == draw.randbytes(16)[:4]
    assert normal_code(answer.code) == answer.code == new_code(draw.randbytes(10)), "fifty bits and more are drawn"
    assert code == code_term(SERVICE, answer.code) == term(SERVICE.directory, "code", answer.code)
    assert whom == reference_term(SERVICE, reference) == term(SERVICE.directory, *reference.split(":"))
    clear = open_sealed(SERVICE.mailroom, body, b"invitation|" + number.bytes)
    assert read(Letter, clear) == Letter(reference, STATED, "2026-11-25")
    assert len({Letter(reference, STATED), Letter(reference, STATED)}) == 1, "a letter is a value: it does not change"
    assert expires == date(2027, 3, 15), "ninety days, and twenty for the post"
    assert answer.expires_on == "2027-03-15"


def test_each_invitation_draws_its_own_code() -> None:
    plan = invite(inviting())
    assert plan.write is not None
    codes = {read(InviteAnswer, plan.write(REFERENCE)[1]).code for _ in range(20)}
    assert len(codes) == 20


def test_whether_she_has_a_space_changes_nothing_of_an_invitation() -> None:
    for known in (NO_SPACE, {}, {"state": SpaceState.CLOSING}):
        plan = invite(inviting(**known))
        assert (plan.decision, plan.objects) == (Permit("invite"), ("invitation",))


@pytest.mark.parametrize(
    "changes",
    [
        {"asked": "local:v-13"},
        {"asked": ""},
        {"asked": f"ins:{INS}"},
        {"traits": msgspec.structs.replace(STATED, birth_name="")},
    ],
)
def test_an_invitation_for_nobody_certain_is_refused(changes: dict[str, Any]) -> None:
    refused(invite(inviting(**changes)), "invalid", "identity-invalid")


@pytest.mark.parametrize("person", ["", "local:v1", "id:x", f"ins:{INS[:-1]}{(int(INS[-1]) + 1) % 10}"])
def test_an_invitation_for_an_identity_that_is_none_is_refused(person: str) -> None:
    refused(invite(inviting(person)), "invalid", "identity-invalid")


@pytest.mark.parametrize(
    ("kind", "proof", "rule"),
    [
        (ActorKind.PERSON, "login", "not-their-act"),
        (ActorKind.PRACTITIONER, "login", "not-their-act"),
        (ActorKind.AGENT, "none", "proof"),
        (ActorKind.OPERATOR, "none", "proof"),
    ],
)
def test_nobody_else_invites(kind: ActorKind, proof: str, rule: str) -> None:
    refused(invite(inviting("nonsense", kind=kind, proof=proof)), rule, "")


# -------------------------------------------------------------------------------------------- open, refuse


@pytest.mark.parametrize("way", [way for way in HERS if way != "phone"])
@pytest.mark.parametrize("deposits", [True, False])
def test_a_yes_opens_a_space_with_its_keys_her_will_her_traits_and_the_receipt_of_her_answers(
    way: str, deposits: bool
) -> None:
    plan = answering(ActId.OPEN_SPACE, way, replaced(OPEN, deposits=deposits))
    assert isinstance(plan.decision, Permit)
    assert (plan.decision.rule, plan.decision.effect) == (RULE[way], Effect.IMMEDIATE)
    assert (plan.objects, plan.code, plan.state, plan.release) == (("space",), "", None, None)
    new = plan.new_space
    assert new is not None
    assert plan.write is not None
    change, payload = plan.write(REFERENCE)
    answer = read(OpenAnswer, payload)
    assert change == Change(new_space=new, take_invitation=UUID(int=41), receipt=change.receipt, forget=change.forget)
    terms = {make(SERVICE, "local:V-12") for make in (refusal_term, rest_term)}
    assert set(change.forget) == terms, "whatever she had asked before is forgotten"

    person = new.will.person
    assert person.version == new.keys.space.version == 4
    assert len({person, new.keys.space, SPACE}) == 3, "her public id tells nothing of her space"
    assert new.will == Will(person, Rights(deposits).with_said("deposits", NOW), 1)
    assert new.year == 2026
    clear = open_sealed(new.keys.identity_key, new.person, b"person|" + new.keys.space.bytes)
    assert read(Traits, clear) == STATED

    assert answer.person == person.hex
    assert change.receipt is not None
    assert kept(change.receipt, new.keys) == answer.receipt
    assert said(answer.receipt) == {
        "v": 1,
        "kind": "receipt",
        "act": "open_space",
        "at": AT,
        "channel": way,
        "effect": "immediate",
        "entry": REFERENCE,
        "notice": NOTICE,
        "answers": {"open": "yes", "deposits": "yes" if deposits else "no"},
        "receipt": change.receipt[0].hex,
        "person": person.hex,
        "journal_commitment": JournalKeys(new.keys.journal).commitment(new.year).hex(),
    }


def replaced(params: OpenParams, **changes: Any) -> OpenParams:
    return msgspec.structs.replace(params, **changes)


def test_her_space_is_found_by_her_number_her_public_id_and_the_account_she_opened_it_with_herself() -> None:
    for way, herself in (("web", True), ("counter", False)):
        new = answering(ActId.OPEN_SPACE, way).new_space
        assert new is not None
        found = [term(SERVICE.directory, "local", "V-12"), term(SERVICE.directory, "id", new.will.person.hex)]
        account = [term(SERVICE.directory, "sub", PERSON_SESSION.account)] if herself else []
        assert list(new.terms) == found + account, "the account of whoever acts for her is not hers"


def test_asked_by_telephone_a_yes_opens_nothing_and_writes_nothing() -> None:
    plan = answering(ActId.OPEN_SPACE, "phone")
    assert isinstance(plan.decision, Permit)
    assert (plan.decision.rule, plan.decision.effect) == ("agent-phone-starts", Effect.STARTS)
    assert (plan.objects, plan.new_space, plan.release, plan.state) == (("space",), None, None, None)
    assert plan.write is not None
    change, payload = plan.write(REFERENCE)
    assert change == Change()
    assert read(ReceiptAnswer, payload) == ReceiptAnswer(b"")


@pytest.mark.parametrize("way", HERS)
def test_a_no_leaves_her_a_receipt_and_here_its_hash_alone(way: str) -> None:
    plan = answering(ActId.REFUSE_SPACE, way)
    assert isinstance(plan.decision, Permit)
    assert plan.decision.rule == ("agent-phone-provisional" if way == "phone" else RULE[way])
    assert (plan.code, plan.state, plan.release, plan.new_space) == ("", None, None, None)
    assert plan.write is not None
    change, payload = plan.write(REFERENCE)
    assert change == Change(take_invitation=UUID(int=41))
    payload = said(read(ReceiptAnswer, payload).receipt)
    assert plan.objects == (f"receipt:{hashlib.sha256(canonical(payload)).hexdigest()}",)
    salt = payload.pop("salt")
    assert len(bytes.fromhex(salt)) == 32
    assert payload == {
        "v": 1,
        "kind": "receipt",
        "act": "refuse_space",
        "at": AT,
        "channel": way,
        "effect": "provisional" if way == "phone" else "immediate",
        "notice": NOTICE,
        "answers": {"open": "no"},
    }


def test_two_refusals_of_the_same_words_cannot_be_told_to_be_of_the_same_person() -> None:
    one, other = (answering(ActId.REFUSE_SPACE, random=bytes([n]).__mul__) for n in (1, 2))
    assert one.objects != other.objects


@pytest.mark.parametrize("act", ANSWERS)
@pytest.mark.parametrize(
    ("way", "invitation", "session"),
    [
        ("web", None, PERSON_SESSION),
        ("counter", None, AGENT_SESSION),
        ("web", replace(LETTER, expires_on=date(2026, 11, 24)), PERSON_SESSION),
        ("counter", replace(LETTER, expires_on=date(2026, 11, 24)), AGENT_SESSION),
        ("web", replace(LETTER, person="local:V-13"), PERSON_SESSION),
        ("web", replace(LETTER, person=""), replace(PERSON_SESSION, local="")),
        ("web", replace(LETTER, person="ins:"), PERSON_SESSION),
        ("web", replace(LETTER, person="local:"), replace(PERSON_SESSION, local="", ins=INS)),
        ("web", LETTER, replace(PERSON_SESSION, local="")),
        ("web", replace(LETTER, person=f"ins:{INS}"), PERSON_SESSION),
        ("web", LETTER, replace(PERSON_SESSION, local="", ins=INS)),
    ],
)
def test_without_an_invitation_of_her_own_that_holds_there_is_nothing_to_answer(
    act: ActId, way: str, invitation: Invitation | None, session: Any
) -> None:
    plan = answering(act, way, extra=Extra(invitation=invitation), session=session)
    refused(plan, "no-invitation", "invitation-unknown")


@pytest.mark.parametrize("act", ANSWERS)
@pytest.mark.parametrize(
    ("way", "person", "session"),
    [
        ("web", f"ins:{INS}", replace(PERSON_SESSION, ins=INS, local="")),
        ("web", f"ins:{INS}", replace(PERSON_SESSION, ins=INS)),
        ("web", "local:V-12", replace(PERSON_SESSION, ins=INS)),
        ("counter", f"ins:{INS}", AGENT_SESSION),
    ],
)
def test_she_answers_the_letter_written_to_one_of_her_numbers_and_an_agent_the_one_held_out(
    act: ActId, way: str, person: str, session: Any
) -> None:
    plan = answering(act, way, extra=Extra(invitation=replace(LETTER, person=person)), session=session)
    assert isinstance(plan.decision, Permit)
    assert plan.write is not None
    assert plan.write(REFERENCE)[0].take_invitation == UUID(int=41)


@pytest.mark.parametrize("act", ANSWERS)
@pytest.mark.parametrize(
    ("way", "changes", "rule", "code"),
    [
        ("web", {"space": SPACE, "state": SpaceState.OPEN}, "space-exists", "space-exists"),
        ("counter", {"space": SPACE, "state": SpaceState.OPEN}, "space-exists", "space-exists"),
        ("web", {"space": SPACE, "state": SpaceState.CLOSING}, "space-closing", "space-exists"),
        ("stranger", {"space": SPACE, "state": SpaceState.OPEN}, "space-exists", ""),
        ("doctor", {"space": SPACE, "state": SpaceState.OPEN}, "space-exists", ""),
        ("stranger", {}, "not-holder", ""),
        ("doctor", {}, "not-their-act", ""),
    ],
)
def test_that_her_space_is_open_is_told_to_her_and_to_who_acts_for_her_alone(
    act: ActId, way: str, changes: dict[str, Any], rule: str, code: str
) -> None:
    refused(answering(act, way, **changes), rule, code)


@pytest.mark.parametrize("act", ANSWERS)
def test_a_refusal_before_any_space_says_nothing(act: ActId) -> None:
    plan = answering(act, subject=Subject(ActorKind.PERSON, "", holder=True, on_behalf=True))
    refused(plan, "not-holder", "")


# ---------------------------------------------------------------------------------------- numbers and codes


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (f"ins:{INS}", f"ins:{INS}"),
        (f"ins:{INS[:5]} {INS[5:]}", f"ins:{INS}"),
        (f"ins:{INS[:-1]}{(int(INS[-1]) + 1) % 10}", None),
        ("ins:", None),
        ("ins", None),
        (f"nir:{INS}", None),
        ("local:ab-1", "local:AB-1"),
        ("local:abc", "local:ABC"),
        ("local:ab", None),
        ("local:" + "a" * 40, "local:" + "A" * 40),
        ("local:" + "a" * 41, None),
        ("local:a b", None),
        ("local:abcé", None),
        ("local:---", None),
        ("local:a:b", None),
        ("abc", None),
        ("", None),
        ("other:abc", None),
    ],
)
def test_a_reference_has_one_form(text: str, normal: str | None) -> None:
    assert normal_reference(text) == normal
    if normal is not None:
        assert normal_reference(normal) == normal


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def check(ten: str) -> str:
    """Return the check character of a code, written as one would by hand."""
    return ALPHABET[sum(rank * ALPHABET.index(c) for rank, c in enumerate(ten, start=1)) % 31]


def test_a_code_is_fifty_bits_by_five_the_least_first_then_its_check() -> None:
    assert new_code(bytes(10)) == "00000-00000-0"
    assert new_code(b"\xff" * 10) == "ZZZZZ-ZZZZZ-0"
    assert new_code((1).to_bytes(10, "big")) == "10000-00000-1"
    assert new_code((31 | 2 << 5 | 3 << 45).to_bytes(10, "big")) == "Z2000-00003-" + check("Z200000003")


@given(st.binary(min_size=10, max_size=10))
def test_a_code_is_read_as_it_was_drawn_however_it_is_typed(drawn: bytes) -> None:
    code = new_code(drawn)
    assert code[12] == check(code[:5] + code[6:11])
    assert (len(code), code[5], code[11]) == (13, "-", "-")
    typed = code.lower().replace("0", "o").replace("1", "l")
    for way in (code, typed, code.replace("-", ""), code.replace("-", " - "), code.replace("1", "i")):
        assert normal_code(way) == code


@given(st.binary(min_size=10, max_size=10), st.integers(0, 9), st.integers(1, 30))
def test_one_wrong_character_of_a_code_is_seen(drawn: bytes, place: int, by: int) -> None:
    plain = new_code(drawn).replace("-", "")
    wrong = ALPHABET[(ALPHABET.index(plain[place]) + by) % 32]
    # 31 is prime: only 0 and Z, which are 31 apart, have the same weight in the check.
    told = {plain[place], wrong} == {"0", "Z"}
    assert (normal_code(plain[:place] + wrong + plain[place + 1 :]) is not None) == told


@given(st.text("0123456789ABZUab -", max_size=14))
def test_what_is_no_code_is_none(text: str) -> None:
    plain = text.upper().replace("-", "").replace(" ", "")
    right = len(plain) == 11 and "U" not in plain and plain[10] == check(plain[:10])
    assert (normal_code(text) is not None) == right


def test_a_code_with_one_character_more_or_less_is_none() -> None:
    assert normal_code("00000-00000-00") is None
    assert normal_code("00000-00000") is None
    assert normal_code("00000-00000-U") is None
    assert normal_code("") is None
