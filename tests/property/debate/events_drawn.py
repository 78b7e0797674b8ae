"""Events of a debate, drawn so that many fit and many do not: few identifiers, few days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from espace_sante.debate import events as e
from espace_sante.debate.words import Change, Reason, Role, Sort, Theme

FIRST = date(2026, 1, 5)
dossiers = st.sampled_from(["d1", "d2"])
contributions = st.sampled_from(["c1", "c2", "c3", "c4"])
days = st.integers(0, 120).map(lambda n: FIRST + timedelta(days=n))
words = st.sampled_from(["", "Une phrase.", "Déjà dit ?"])
digests = st.sampled_from(["a" * 64, "b" * 64])
marks = st.sampled_from(["", "1" * 16, "2" * 16])
roles = st.sampled_from(Role)

drawn = st.one_of(
    st.builds(e.DossierOpened, dossiers, st.sampled_from(Theme), words, words, st.just(FIRST), days, st.booleans()),
    st.builds(
        e.Contributed,
        contributions,
        dossiers,
        st.sampled_from(Sort),
        st.sampled_from(["", "c1", "c2"]),
        digests,
        days,
        days,
        st.none() | st.sampled_from(Reason),
        st.sampled_from(["", "", "https://debat.exemple.fr/p/1"]),
    ),
    st.builds(e.Released, contributions, roles, days),
    st.builds(e.Moderated, contributions, st.sampled_from(Reason), words, roles, days, marks),
    st.builds(e.Contested, contributions, digests, days),
    st.builds(e.ContestDropped, contributions, days),
    st.builds(e.ContestAnswered, contributions, st.booleans(), words, roles, days, marks),
    st.builds(e.Answered, dossiers, st.just("") | contributions, words, days),
    st.builds(e.Minuted, dossiers, words, days),
    st.builds(e.Summed, dossiers, words, words, words, days),
    st.builds(e.Decided, st.sampled_from(["s1", "s2"]), dossiers, words, days),
    st.builds(e.Changed, st.sampled_from(["s1", "s2"]), st.sampled_from(Change), words, days),
    st.builds(e.VoteOpened, dossiers, st.lists(contributions, max_size=2).map(tuple), days, days),
    st.builds(
        e.VoteCounted,
        dossiers,
        st.integers(0, 3),
        st.lists(
            st.builds(e.Count, contributions, st.integers(-1, 3), st.integers(0, 3), st.integers(0, 3)), max_size=2
        ).map(tuple),
        days,
    ),
    st.builds(e.EnvelopesPrinted, dossiers, st.integers(0, 3), days),
    st.builds(e.Flowed, dossiers, days, st.integers(0, 20), st.just(())),
)


# Begins as a debate does, so that what follows has something to fit in.
def _begun(rest: list[e.Event]) -> list[e.Event]:
    return [
        e.DossierOpened("d1", Theme.COST, "Le coût", "Qui paie ?", FIRST, FIRST + timedelta(days=40), True),
        e.EnvelopesPrinted("d1", 3, FIRST),
        e.Contributed("c1", "d1", Sort.PROPOSAL, "", "a" * 64, FIRST, FIRST),
        *rest,
    ]


stories = st.lists(drawn, max_size=40) | st.lists(drawn, max_size=40).map(_begun)
