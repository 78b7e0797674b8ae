"""Invented wills, subjects and circumstances, few enough in number that they often meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.request import ActId, ActorKind, Channel, Context, Proof, Subject, Thing
from espace_sante.consent.emergency import NO_EMERGENCY, BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Reader, Recipient, RecipientKind, at, named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.kernel.ids import DocumentId, GlassId, GrantId, MaskId, Rpps

EPOCH = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PRACTITIONERS = (Rpps("10000000017"), Rpps("10000000025"), Rpps("10000000033"))
DOCUMENTS = tuple(DocumentId(UUID(int=number)) for number in range(1, 5))
CATEGORIES = (1, 2, 3)

# The first one most often, so that several permissions and masks meet on him.
practitioners = st.sampled_from((*PRACTITIONERS[:1] * 3, *PRACTITIONERS[1:]))
STRUCTURES = ("990000001", "990000002")
JOBS = ("G15_10/SM54", "G15_70", "G15_10")
WORKS = dict(zip(PRACTITIONERS, ("990000001", "990000001", "990000002"), strict=True))
structures = st.sampled_from(STRUCTURES)
teams = st.frozensets(st.sampled_from(PRACTITIONERS)).map(lambda who: Recipient(RecipientKind.TEAM, "", who, "Équipe"))
recipients = practitioners.map(named) | practitioners.map(named) | structures.map(at) | teams
documents = st.sampled_from(DOCUMENTS)
categories = st.sampled_from(CATEGORIES)
# Whole hours around one instant, so that bounds are often met exactly.
instants = st.integers(-5, 5).map(lambda hours: EPOCH + timedelta(hours=hours))

scopes = st.builds(Scope, st.sampled_from(ScopeKind), st.frozensets(categories), st.frozensets(documents))
VERSIONS = ("", "2026-01-01", "2026-06-01", "lost")
grants = st.builds(
    Grant,
    st.integers(1, 6).map(lambda number: GrantId(UUID(int=number))),
    recipients,
    scopes,
    st.just("soins"),
    instants,
    instants,
    st.sampled_from(VERSIONS),
    sees_hidden=st.booleans(),
)
masks = st.builds(
    Mask,
    st.integers(1, 6).map(lambda number: MaskId(UUID(int=number))),
    st.none() | documents,
    st.none() | categories,
    st.none() | recipients,
)
# Another professional most often: a block of the first one would hide all the rest.
blocked = st.sampled_from((*PRACTITIONERS[1:] * 2, PRACTITIONERS[0])).map(named) | structures.map(at)
blocks = st.builds(Block, blocked, st.sampled_from(BlockKind))
EVERYTHING = Scope(ScopeKind.EVERYTHING)
SHOWN = frozenset(CATEGORIES)
# Under the first version everything may be shown to doctors; the second one shows less; the third one less to others.
MATRICES = Matrices(
    Matrix("2026-06-01", {"G15_10": Row(SHOWN, emergency=frozenset(GlassKind)), "G15_70": Row(frozenset({1, 2}))}),
    {"2026-01-01": Matrix("2026-01-01", {"G15_10": Row(frozenset({1}), frozenset({"a"})), "G15_70": Row(SHOWN)})},
)
emergency_wills = st.just(NO_EMERGENCY) | st.builds(
    EmergencyWill, st.booleans(), st.booleans(), st.booleans(), scopes | st.just(EVERYTHING)
)
glasses = st.builds(
    BrokenGlass,
    st.integers(1, 4).map(lambda number: GlassId(UUID(int=number))),
    practitioners,
    st.sampled_from(GlassKind),
    instants,
    instants,
)
seldom = st.sampled_from((False, False, False, True))
rights = st.builds(
    Rights,
    st.booleans(),
    st.lists(grants, max_size=4).map(tuple),
    st.lists(masks, max_size=2).map(tuple),
    st.lists(blocks, max_size=2).map(tuple),
    authors_read=st.booleans(),
    chest=seldom,
    shown=st.frozensets(documents, max_size=2),
    presumed=seldom,
    emergency=emergency_wills,
    glasses=st.lists(glasses, max_size=2).map(tuple),
)
type_codes = st.sampled_from(("", "a", "b"))
about = {"author": seldom, "born_hidden": seldom, "withheld": seldom}
readings = st.builds(Thing, categories, documents, type_codes, **about)
things = readings | st.builds(
    Thing,
    st.none() | categories,
    st.none() | documents,
    type_codes,
    **about,
    emergency=st.none() | st.sampled_from(GlassKind),
)


def reader(number: str) -> Reader:
    """A professional as her will sees him."""
    return Reader(number, WORKS.get(Rpps(number), ""), JOBS[PRACTITIONERS.index(Rpps(number))])


def professional(number: str) -> Subject:
    """A professional as he signs in."""
    who = reader(number)
    return Subject(ActorKind.PRACTITIONER, number, structure=who.structure, profession=who.profession)


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

lists_of_moves = st.lists(grants | masks | blocks, max_size=4)


def moved(will: Rights, move: Grant | Mask | Block) -> Rights:
    """The will after one more thing she says."""
    match move:
        case Grant():
            return will.with_grant(move)
        case Mask():
            return will.with_mask(move)
        case Block():
            return will.with_block(move)
