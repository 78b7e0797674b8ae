"""The body of a will, element by element: rows kept for years are read by these places and these values."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from espace_sante.consent.apps import AppGrant
from espace_sante.consent.cards import AccessCard, Mailing
from espace_sante.consent.contact import Contact, Point
from espace_sante.consent.death import AfterDeath, Asked, Death, Ground, Quality
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.letters import LetterForm, Quarterly, Reminder
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.proposed import Proposed
from espace_sante.consent.recipient import Recipient, RecipientKind, at, named
from espace_sante.consent.requests import AccessRequest
from espace_sante.consent.rights import Episode, Rights, Said
from espace_sante.consent.support import Support
from espace_sante.consent.trusted import TrustedPerson
from espace_sante.consent.visits import Visit
from espace_sante.consent.wishes import Wish
from espace_sante.identity.legal_tables import Measure, Power
from espace_sante.identity.representation import Representation
from espace_sante.identity.scopes import parse_scopes
from espace_sante.keeper import rights_rows
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.kernel.ids import (
    AppGrantId,
    CardId,
    CaseId,
    DemandId,
    DocumentId,
    EpisodeId,
    GlassId,
    GrantId,
    MandateId,
    MaskId,
    RepresentationId,
    RequestId,
    Rpps,
)
from espace_sante.notices import Kind as NoticeKind
from espace_sante.notices import Pace, Way
from espace_sante.vault.envelope import open_sealed, seal
from tests.unit.keeper.situations import DOCTOR, KEYS, OTHER_DOCTOR, PERSON, SPACE

FROM, TO = datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 26, 9, tzinfo=UTC)
FROM_MS, TO_MS = 1_795_597_200_000, 1_795_683_600_000
CONTEXT = b"rights|" + SPACE.bytes + b"|" + bytes(7) + b"\5"
ALL, PART = Scope(ScopeKind.EVERYTHING), Scope(ScopeKind.CATEGORIES, frozenset({5, 4}), frozenset({UUID(int=2)}))
ALL_ROW, PART_ROW = ["everything", [], []], ["categories", [4, 5], [UUID(int=2).bytes]]
TEAM = Recipient(RecipientKind.TEAM, "", frozenset({Rpps(OTHER_DOCTOR), Rpps(DOCTOR)}), "Équipe")
TEAM_ROW = ["team", "", [DOCTOR, OTHER_DOCTOR], "Équipe"]


def number(value: int) -> bytes:
    return UUID(int=value).bytes


def opened(will: Will) -> Any:
    return msgspec.msgpack.decode(open_sealed(KEYS.rights_key, seal_will(will, KEYS), CONTEXT))


def read(body: Any) -> Rights:
    sealed = bytes(seal(KEYS.rights_key, msgspec.msgpack.encode(body), CONTEXT))
    will = open_will(sealed, 5, KEYS)
    assert (will.person, will.version) == (PERSON, 5)
    return will.rights


FULL = Rights(
    True,
    (
        Grant(GrantId(UUID(int=1)), named(DOCTOR), PART, "care", FROM, TO),
        Grant(
            GrantId(UUID(int=2)),
            TEAM,
            ALL,
            "care",
            FROM,
            TO,
            "v1",
            CardId(UUID(int=7)),
            EpisodeId(UUID(int=8)),
            True,
            True,
        ),
    ),
    (
        Mask(MaskId(UUID(int=1)), DocumentId(UUID(int=2)), None, None),
        Mask(MaskId(UUID(int=2)), None, 4, named(DOCTOR), FROM, EpisodeId(UUID(int=8))),
        Mask(MaskId(UUID(int=3)), None, None, at("990000001", "Hôpital"), FROM),
    ),
    (
        Block(named(DOCTOR), BlockKind.DEPOSITS),
        Block(at("990000001"), BlockKind.READING, FROM),
        Block(Recipient(RecipientKind.PRACTITIONER, DOCTOR, name="Dr"), BlockKind.READING),
        Block(Recipient(RecipientKind.PRACTITIONER, DOCTOR, frozenset({Rpps(DOCTOR)})), BlockKind.READING),
    ),
    authors_read=True,
    chest=False,
    hides_new=True,
    shown=frozenset({DocumentId(UUID(int=9)), DocumentId(UUID(int=2))}),
    announced=frozenset({DocumentId(UUID(int=3))}),
    presumed=True,
    emergency=EmergencyWill(False, True, False, PART, FROM),
    glasses=(
        BrokenGlass(GlassId(UUID(int=1)), Rpps(DOCTOR), GlassKind.REGULATOR, FROM, TO),
        BrokenGlass(GlassId(UUID(int=2)), Rpps(DOCTOR), GlassKind.BEDSIDE, FROM, TO, Rpps(OTHER_DOCTOR), b"account"),
    ),
    cards=(
        AccessCard(CardId(UUID(int=7)), "123456", b"term", b"pin", ALL, "care", 2, 12, FROM, TO, "v1", 3, True),
        AccessCard(
            *(CardId(UUID(int=8)), "123457", b"", b"", ALL, "care", 2, 12, FROM, TO), mailing=Mailing(UUID(int=9))
        ),
        AccessCard(
            *(CardId(UUID(int=9)), "123458", b"term", b"", ALL, "care", 2, 12, FROM, TO),
            mailing=Mailing(UUID(int=9), UUID(int=10), b"place", TO),
        ),
    ),
    requests=(AccessRequest(RequestId(UUID(int=1)), Rpps(DOCTOR), "Dr", "10", "Hôpital", PART, "care", 30, FROM),),
    purposes=frozenset({"research", "policy"}),
    episodes=(
        Episode(
            EpisodeId(UUID(int=8)),
            "Séjour",
            b"key",
            frozenset({DocumentId(UUID(int=2))}),
            (Mask(MaskId(UUID(int=5)), None, None, named(DOCTOR), FROM, EpisodeId(UUID(int=8))),),
        ),
    ),
    cases=(CaseId(UUID(int=6)),),
    support=Support("AB20260001", FROM, TO, True, "one", "two"),
    said=(Said("chest", FROM),),
    address=("1 rue du Puits", "63220 Arlanc"),
    reminder=Reminder(6, UUID(int=4), FROM),
    quarterly=Quarterly(UUID(int=5), TO),
    sandbox=True,
    apps=(
        AppGrant(
            AppGrantId(UUID(int=3)), "carnet", "Carnet", "Carnet SAS", parse_scopes("patient/*.rs"), True, FROM, TO
        ),
        AppGrant(AppGrantId(UUID(int=4)), "autre", "Autre", "À tous", parse_scopes(""), False, FROM, TO, waiting=True),
    ),
    heirs_refused=True,
    death=Death(
        date(2026, 11, 1),
        "12",
        FROM,
        "one",
        "two",
        (
            AfterDeath(
                DemandId(UUID(int=6)),
                Asked(
                    "Paul",
                    Quality.HEIR,
                    "acte",
                    Ground.CAUSES,
                    "savoir",
                    frozenset({5, 4}),
                    date(2026, 1, 1),
                ),
                date(2026, 11, 2),
                "one",
                date(2026, 11, 3),
                "two",
                7,
            ),
        ),
        (UUID(int=16),),
        ("one", "two"),
        "three",
        date(2026, 11, 4),
    ),
    mandates=(
        Mandate(MandateId(UUID(int=11)), "Léa Roy", frozenset({"mask", "block"}), True, False, 1, FROM, TO, b"code"),
        Mandate(
            *(MandateId(UUID(int=12)), "Léo Roy", frozenset(), True, True, 182, FROM, TO, b"", b"holder", b"way"),
            *("Léo Roy", "Mairie", FROM, b"one", b"two", UUID(int=13), True),
        ),
    ),
    letters=LetterForm(large=True, braille=True, inside=True),
    returns=1,
    contact=Contact(None, Point("+33612345678", FROM, TO, True, "123456", TO, 2)),
    wishes=(Wish(NoticeKind.ACCESS, frozenset({Way.SMS, Way.MAIL}), Pace.DAILY),),
    trusted=TrustedPerson("Ana Roy", "par sa fille", True, FROM),
    representations=(
        Representation(
            *(RepresentationId(UUID(int=14)), "Ana Roy", Measure.PARENT, Power.REPRESENTS),
            *(date(2026, 1, 2), date(2030, 3, 4), True, frozenset({"mask"}), "one", "two", FROM, "livret"),
        ),
    ),
    proposed=(Proposed("unmask", b"body", UUID(int=15), FROM),),
    visits=(Visit(date(2026, 11, 5), 3, 6, ("abcde", "fghjk"), True, True),),
    ties=frozenset({b"two", b"one"}),
)
ROWS: list[Any] = [
    PERSON.bytes,
    True,
    [
        [number(1), DOCTOR, *PART_ROW, "care", FROM_MS, TO_MS, None, "", b"", b"", False, False],
        [number(2), "", *ALL_ROW, "care", FROM_MS, TO_MS, TEAM_ROW, "v1", number(7), number(8), True, True],
    ],
    [
        [number(1), number(2), 0, "", 0, None, b""],
        [number(2), b"", 4, DOCTOR, FROM_MS, None, number(8)],
        [number(3), b"", 0, "", FROM_MS, ["structure", "990000001", [], "Hôpital"], b""],
    ],
    [
        [DOCTOR, "deposits", 0, None],
        ["", "reading", FROM_MS, ["structure", "990000001", [], ""]],
        [DOCTOR, "reading", 0, ["practitioner", DOCTOR, [], "Dr"]],
        [DOCTOR, "reading", 0, ["practitioner", DOCTOR, [DOCTOR], ""]],
    ],
    True,
    False,
    True,
    [number(2), number(9)],
    [number(3)],
    True,
    [False, True, False, PART_ROW, FROM_MS],
    [
        [number(1), DOCTOR, "regulator", FROM_MS, TO_MS, "", b""],
        [number(2), DOCTOR, "bedside", FROM_MS, TO_MS, OTHER_DOCTOR, b"account"],
    ],
    [
        [number(7), "123456", b"term", b"pin", ALL_ROW, "care", 2, 12, FROM_MS, TO_MS, "v1", 3, True, None],
        [
            *(number(8), "123457", b"", b"", ALL_ROW, "care", 2, 12, FROM_MS, TO_MS, "", 0, False),
            [number(9), b"", b"", 0],
        ],
        [
            *(number(9), "123458", b"term", b"", ALL_ROW, "care", 2, 12, FROM_MS, TO_MS, "", 0, False),
            [number(9), number(10), b"place", TO_MS],
        ],
    ],
    [[number(1), DOCTOR, "Dr", "10", "Hôpital", PART_ROW, "care", 30, FROM_MS]],
    ["policy", "research"],
    [[number(8), "Séjour", b"key", [number(2)], [[number(5), b"", 0, DOCTOR, FROM_MS, None, number(8)]]]],
    [number(6)],
    ["AB20260001", FROM_MS, TO_MS, True, "one", "two"],
    [["chest", FROM_MS]],
    ["1 rue du Puits", "63220 Arlanc"],
    [6, number(4), FROM_MS],
    [number(5), TO_MS],
    True,
    [
        [number(3), "carnet", "Carnet", "Carnet SAS", "patient/*.rs", True, FROM_MS, TO_MS, False],
        [number(4), "autre", "Autre", "À tous", "", False, FROM_MS, TO_MS, True],
    ],
    True,
    [
        "2026-11-01",
        "12",
        FROM_MS,
        "one",
        "two",
        [
            [
                number(6),
                *("Paul", "heir", "acte", "causes", "savoir", [4, 5], "2026-01-01", ""),
                *("2026-11-02", "one", "2026-11-03", "two", 7),
            ]
        ],
        [number(16)],
        ["one", "two"],
        "three",
        "2026-11-04",
    ],
    [
        [
            *(number(11), "Léa Roy", ["block", "mask"], True, False, 1, FROM_MS, TO_MS, b"code", b"", b"", "", "", 0),
            *(b"", b"", b"", False),
        ],
        [
            *(number(12), "Léo Roy", [], True, True, 182, FROM_MS, TO_MS, b"", b"holder", b"way", "Léo Roy", "Mairie"),
            *(FROM_MS, b"one", b"two", number(13), True),
        ],
    ],
    [True, False, True, False, False, True],
    1,
    [None, ["+33612345678", FROM_MS, TO_MS, True, "123456", TO_MS, 2]],
    [["access", ["mail", "sms"], "daily"]],
    ["Ana Roy", "par sa fille", True, FROM_MS],
    [
        [
            *(number(14), "Ana Roy", "parent", "représente", "2026-01-02", "2030-03-04", True, ["mask"]),
            *("one", "two", FROM_MS, "livret"),
        ]
    ],
    [["unmask", b"body", number(15), FROM_MS]],
    [[20762, 3, 6, ["abcde", "fghjk"], True, True]],
    [b"one", b"two"],
]


def test_each_thing_she_wants_is_kept_in_its_place_and_read_from_it() -> None:
    assert opened(Will(PERSON, FULL, 5)) == ROWS
    assert read(ROWS) == FULL


def test_an_end_is_kept_cut_to_its_millisecond_never_later() -> None:
    late = FROM.replace(microsecond=999_999)
    kept = read(opened(Will(PERSON, Rights(False, said=(Said("chest", late),)), 5)))
    assert kept.said[0].at == FROM.replace(microsecond=999_000)


def test_a_will_where_nothing_is_said_is_kept_as_nothing() -> None:
    nothing = [PERSON.bytes, False, [], [], [], False, False, False, [], [], False]
    nothing += [
        [False, False, False, ["documents", [], []], 0],
        [],
        [],
        [],
        [],
        [],
        [],
        None,
        [],
        [],
        None,
        None,
        False,
        [],
        False,
        None,
        [],
        None,
        0,
        None,
        [],
        None,
        [],
        [],
        [],
        [],
    ]
    assert opened(Will(PERSON, Rights(False), 5)) == nothing
    assert read(nothing) == Rights(False)


@pytest.mark.parametrize("length", range(4, len(ROWS)))
def test_what_a_body_from_before_does_not_say_gives_nothing(length: int) -> None:
    not_said = [field.name for field in fields(Rights)][length - 1 :]
    nothing = {name: getattr(Rights(False), name) for name in not_said}
    assert read(ROWS[:length]) == replace(FULL, **nothing)


def test_no_part_of_a_body_is_changed_once_made() -> None:
    parts = [one for one in vars(rights_rows).values() if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    assert parts and all(part.__struct_config__.frozen for part in parts)


def test_rows_from_before_say_nothing_of_what_came_after() -> None:
    old = list(ROWS)
    old[2] = [ROWS[2][0][:8]]
    old[3] = [ROWS[3][0][:4]]
    old[4] = [ROWS[4][0][:3]]
    old[12] = [ROWS[12][0][:6]]
    old[13] = [ROWS[13][0][:11]]
    rights = read(old)
    assert (rights.grants, rights.masks, rights.blocks) == (FULL.grants[:1], FULL.masks[:1], FULL.blocks[:1])
    assert (rights.glasses, rights.cards[0].wrong) == (FULL.glasses[:1], 0)
    assert rights.cards[0].mailing is None


def test_a_party_without_its_own_row_is_one_professional() -> None:
    body = [PERSON.bytes, True, [], [[number(1), b"", 0, DOCTOR]]]
    assert read(body).masks == (Mask(MaskId(UUID(int=1)), None, None, named(DOCTOR)),)
