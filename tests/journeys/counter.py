"""An agent who does an act with a person on the pages, as they are made: the first page, then the one that is read back."""

from __future__ import annotations

from collections.abc import Mapping

from tests.journeys.surfer import FilePart, Seen, Surfer

Typed = Mapping[str, str | list[str]]


def path_of(word: str, act: str) -> str:
    return f"/guichet/demarche/{word}/{act}"


def read_back(agent: Surfer, word: str, act: str, ins: str, typed: Typed | None = None) -> Seen:
    """Fill in the first page; return what follows: the text to read back, or what has to be corrected."""
    given = {"checked": "yes", "tie": "no", "kind": "ins", "person_number": ins, **(typed or {})}
    path = path_of(word, act)
    return agent.submit(agent.get(path).form(path), given)


def with_her(
    agent: Surfer,
    word: str,
    act: str,
    ins: str,
    typed: Typed | None = None,
    *,
    file: tuple[str, FilePart] | None = None,
) -> Seen:
    """Do an act to its end: read back, said yes."""
    second = read_back(agent, word, act, ins, typed)
    if second.status != 200:
        return second
    return agent.submit(second.form(path_of(word, act)), {"aloud": "yes"}, file=file)


def at_the_station(station: Surfer) -> Seen:
    """Take the last thing that waits at the printing station."""
    form = station.get("/guichet/poste").forms[-1]
    return station.submit(form)


def printed_for_her(
    agent: Surfer, station: Surfer, act: str, ins: str, typed: Typed | None = None, word: str = "guichet"
) -> Seen:
    """Ask for a reading with her, and take it at the printing station: the agent's page has a number and nothing else."""
    asked = with_her(agent, word, act, ins, typed)
    assert asked.status == 200 and "À l’imprimante" in asked.words, asked.words
    return at_the_station(station)
