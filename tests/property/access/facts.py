"""Invented wills, subjects and circumstances, few enough in number that they often meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from hypothesis import strategies as st

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.request import ActId, ActorKind, Channel, Context, Proof, Subject, Thing
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import REPRESENTATIVES, Reader, Recipient, RecipientKind, at, named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.kernel.ids import CardId, DocumentId, GlassId, GrantId, MaskId, Rpps

EPOCH = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PRACTITIONERS = (Rpps("10000000017"), Rpps("10000000025"), Rpps("10000000033"))
DOCUMENTS = tuple(DocumentId(UUID(int=number)) for number in range(1, 5))
CATEGORIES = (1, 2, 3)
CARDS = tuple(CardId(UUID(int=number)) for number in (21, 22))

# The first one most often, so that several permissions and masks meet on him.
practitioners = st.sampled_from((*PRACTITIONERS[:1] * 3, *PRACTITIONERS[1:]))
STRUCTURES = ("990000001", "990000002")
# Where each signs in for, and as what; the third one has a speciality, and the line of his profession without it.
JOBS = dict(zip(PRACTITIONERS, ("G15_10", "G15_70", "G15_10/SM26"), strict=True))
WORKS = dict(zip(PRACTITIONERS, ("990000001", "990000001", "990000002"), strict=True))
structures = st.sampled_from(STRUCTURES)
teams = st.frozensets(st.sampled_from(PRACTITIONERS)).map(lambda who: Recipient(RecipientKind.TEAM, "", who, "Équipe"))
recipients = practitioners.map(named) | practitioners.map(named) | structures.map(at) | teams
documents = st.sampled_from(DOCUMENTS)
categories = st.sampled_from(CATEGORIES)
# Whole hours around one instant, so that bounds are often met exactly.
instants = st.integers(-5, 5).map(lambda hours: EPOCH + timedelta(hours=hours))

scopes = st.builds(Scope, st.sampled_from(ScopeKind), st.frozensets(categories), st.frozensets(documents))

# Two versions of a small matrix: each shows the second profession something the other does not. Another version is lost.
_BOTH = frozenset(GlassKind)
BEFORE = Matrix(
    "2026-01-01",
    MappingProxyType(
        {
            "G15_10": Row(frozenset({1, 2, 3}), frozenset(), frozenset({"T2"}), _BOTH),
            "G15_70": Row(frozenset({1}), frozenset({"T2"}), frozenset({"T1"})),
        }
    ),
)
CURRENT = Matrix(
    "2026-06-01",
    MappingProxyType(
        {
            "G15_10": Row(frozenset({1, 2, 3}), frozenset(), frozenset(), _BOTH),
            "G15_70": Row(frozenset({1, 2}), frozenset({"T1"}), frozenset(), frozenset({GlassKind.BEDSIDE})),
        }
    ),
)
MATRICES = Matrices(CURRENT, MappingProxyType({BEFORE.version: BEFORE}))
TYPES = ("", "T1", "T2")
VERSIONS = ("", BEFORE.version, CURRENT.version, "lost")
grants = st.builds(
    Grant,
    st.integers(1, 6).map(lambda number: GrantId(UUID(int=number))),
    recipients,
    scopes,
    st.just("soins"),
    instants,
    instants,
    st.sampled_from(VERSIONS),
    st.none() | st.sampled_from(CARDS),
    sees_hidden=st.booleans(),
    by_law=st.booleans(),
)
masks = st.builds(
    Mask,
    st.integers(1, 6).map(lambda number: MaskId(UUID(int=number))),
    st.none() | documents,
    st.none() | categories,
    st.none() | recipients | st.just(REPRESENTATIVES),
)
# Another professional most often: a block of the first one would hide all the rest.
blocks = st.builds(
    Block,
    st.sampled_from((*PRACTITIONERS[1:] * 2, PRACTITIONERS[0])).map(named) | structures.map(at),
    st.sampled_from(BlockKind),
)
emergencies = st.builds(EmergencyWill, st.booleans(), st.booleans(), st.booleans(), scopes)
glasses = st.builds(
    BrokenGlass,
    st.integers(11, 14).map(lambda number: GlassId(UUID(int=number))),
    practitioners,
    st.sampled_from(GlassKind),
    instants,
    instants,
)
# What is rare must stay rare: a sealed chest or a presumed space would hide everything else.
rarely = st.sampled_from((False,) * 5 + (True,))
rights = st.builds(
    Rights,
    st.booleans(),
    st.lists(grants, max_size=4).map(tuple),
    st.lists(masks, max_size=2).map(tuple),
    st.lists(blocks, max_size=2).map(tuple),
    authors_read=st.booleans(),
    chest=rarely,
    hides_new=st.booleans(),
    shown=st.frozensets(documents, max_size=2),
    announced=st.frozensets(documents, max_size=2),
    presumed=rarely,
    emergency=emergencies,
    glasses=st.lists(glasses, max_size=2).map(tuple),
    sandbox=rarely,
)
_known = {"type_code": st.sampled_from(TYPES), "author": rarely, "born_hidden": rarely, "withheld": rarely}
readings = st.builds(Thing, categories, documents, **_known)
things = readings | st.builds(
    Thing, st.none() | categories, st.none() | documents, **_known, emergency=st.none() | st.sampled_from(GlassKind)
)


def professional(number: str) -> Subject:
    """A professional as he signs in: for his structure, with his profession."""
    known = Rpps(number)
    return Subject(ActorKind.PRACTITIONER, number, structure=WORKS.get(known, ""), profession=JOBS.get(known, ""))


def reader(number: str) -> Reader:
    """The same professional, as her will sees him."""
    return professional(number).reader


def opened(will: Rights) -> Context:
    """The circumstances in which a professional may get something: open space, signed in, by software."""
    return Context(SpaceState.OPEN, will, Channel.API, Proof.PROFESSIONAL, MATRICES)


# Anything at all is nearly always refused: half of what is drawn could be permitted, so that properties say something.
subjects = practitioners.map(professional) | st.builds(
    Subject, st.sampled_from(ActorKind), practitioners | st.just(""), st.booleans(), st.booleans()
)
contexts = rights.map(opened) | st.builds(
    Context,
    st.none() | st.sampled_from(SpaceState),
    st.none() | rights,
    st.sampled_from(Channel),
    st.sampled_from(Proof),
    st.just(MATRICES),
)
acts = st.sampled_from((ActId.READ_DOCUMENT, ActId.LIST_DOCUMENTS)) | st.sampled_from(ActId)

lists_of_moves = st.lists(grants | masks | blocks | glasses, max_size=4)


def moved(will: Rights, move: Grant | Mask | Block | BrokenGlass) -> Rights:
    """The will after one more thing she says."""
    match move:
        case Grant():
            return will.with_grant(move)
        case Mask():
            return will.with_mask(move)
        case Block():
            return will.with_block(move)
        case BrokenGlass():
            return will.with_glass(move)
