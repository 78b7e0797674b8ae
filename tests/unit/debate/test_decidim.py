"""Proposals of a Decidim platform, in the two forms its own exporters write, old and new."""

from __future__ import annotations

import csv
import io
from datetime import date
from random import Random

import orjson
import pytest

from espace_sante.debate.decidim import NotAnExport, imported
from espace_sante.debate.texts import commitment
from espace_sante.debate.words import Reason

ON = date(2026, 3, 2)
HERE = "https://decidim.exemple.fr/processes/sante/f/3/proposals/"


def proposal(number: int, **changes: object) -> dict[str, object]:
    """Return a proposal as decidim-proposals' ProposalSerializer nests it (its present form)."""
    return {
        "id": number,
        "author": {"id": [7], "name": ["Jeanne Petit"], "url": ["https://decidim.exemple.fr/profiles/jeanne"]},
        "taxonomies": {"id": [1], "name": [{"fr": "Santé"}]},
        "participatory_space": {"id": 3, "url": "https://decidim.exemple.fr/processes/sante"},
        "component": {"id": 3},
        "title": {"en": "Publish invoices", "fr": "Publier les factures"},
        "body": {"en": "Every month.", "fr": "Chaque mois."},
        "state": "accepted",
        "reference": f"X-PROP-2026-03-{number}",
        "votes": 12,
        "published_at": "2026-02-01T10:00:00.000Z",
        "url": f"{HERE}{number}",
        "is_amend": False,
        "withdrawn": False,
    } | changes


def flattened(value: object, name: str = "") -> dict[str, str]:
    """Join nested names by slashes, as decidim-core's Exporters::CSV does."""
    if isinstance(value, dict):
        return {k: v for key, one in value.items() for k, v in flattened(one, f"{name}/{key}" if name else key).items()}
    return {
        name: ", ".join(map(str, value))
        if isinstance(value, list)
        else str(value).lower()
        if value in (True, False)
        else str(value)
    }


def as_csv(rows: list[dict[str, object]], delimiter: str) -> bytes:
    flat = [flattened(row) for row in rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(flat[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(flat)
    return out.getvalue().encode()


def read(data: bytes, known: tuple[str, ...] = ()):
    return imported(data, "couts", ON, Random(1).randbytes, known)


@pytest.mark.parametrize("form", ["json", ";", ","])
def test_a_proposal_comes_with_its_words_and_its_address_and_without_its_author(form):
    rows = [proposal(1), proposal(2, title="Un titre seul", body="<p>Un corps &amp; <b>deux</b></p><p>phrases.</p>")]
    events, texts = read(orjson.dumps(rows) if form == "json" else as_csv(rows[:1], form))
    assert (events[0].source, events[0].published_on, texts[0].body) == (
        f"{HERE}1",
        ON,
        "Publier les factures\n\nChaque mois.",
    )
    assert commitment(texts[0].body, texts[0].salt) == events[0].text
    if form == "json":
        assert texts[1].body == "Un titre seul\n\nUn corps & deux\nphrases."
    assert "Jeanne" not in repr((events, texts)) and "profiles" not in repr((events, texts))


def test_what_was_brought_in_already_or_withdrawn_is_left_there():
    rows = [proposal(1), proposal(2, withdrawn=True), proposal(3, state="withdrawn"), proposal(4), proposal(4)]
    events, _ = read(orjson.dumps(rows), (f"{HERE}1",))
    assert [event.source for event in events] == [f"{HERE}4"]


def test_a_long_body_says_that_it_goes_on_and_an_address_in_it_is_held_as_any_other():
    events, texts = read(orjson.dumps([proposal(1, body="a" * 5000), proposal(2, body="Écrivez à jeanne@exemple.fr")]))
    assert len(texts[0].body) == 4000 and texts[0].body.endswith("…")
    assert [event.held for event in events] == [None, Reason.PERSONAL_DATA]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[",
        b"{}",
        b"[1]",
        b"\xff\xfe",
        b"id;title\n1;a\n",
        b"title;body;url\na;b\n",
        orjson.dumps([proposal(1, url="javascript:alert(1)")]),
        orjson.dumps([proposal(1, url="")]),
        orjson.dumps([proposal(1, title="")]),
        orjson.dumps([proposal(1, body=None)]),
        orjson.dumps([proposal(1, title={"fr": 3})]),
    ],
    ids=range(12),
)
def test_any_other_file_is_refused_whole(data):
    if data == b"":
        assert read(data) == ([], [])
        return
    with pytest.raises(NotAnExport):
        read(data)
