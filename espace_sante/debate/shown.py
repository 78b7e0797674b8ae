"""The debate as finished values for pages: the same for the running service and for the site written to a disk. Pure.

A hidden or held text is never among them. Guarantee: G14.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from espace_sante.debate.book import Book
from espace_sante.debate.dossier import Dossier, Voice
from espace_sante.debate.events import ContestAnswered, Moderated
from espace_sante.debate.log import Text
from espace_sante.debate.rules import answer_due, review_due
from espace_sante.debate.witnessed import Witnessed
from espace_sante.debate.words import CHANGES, PHASES, REASONS, ROLES, SORTS, THEMES, Phase, Sort, Theme
from espace_sante.formats.atom import FeedEntry, atom
from espace_sante.kernel.i18n import Language

MOST_IN_FEED = 100
_COLOURS = {Phase.OPEN: "green", Phase.VOTING: "blue", Phase.CLOSED: "yellow", Phase.ANSWERED: "grey"}


@dataclass(frozen=True, slots=True)
class ShownModeration:
    """Why a text is not shown, who hid it, and what became of it."""

    reason: str
    why: str
    role: str
    on: date
    digest: str
    contested: bool
    answer: ContestAnswered | None


@dataclass(frozen=True, slots=True)
class ShownVoice:
    """A contribution. `text` is empty when it may not be read; `same` counts the others with the same text.

    `dropped`: the days of contests that came too late to change anything.
    """

    number: str
    sort: str
    text: str
    made_on: date
    source: str
    answer: str
    answered_on: date | None
    late_since: date | None
    waits_until: date | None
    review_late: bool
    moderation: ShownModeration | None
    is_shown: bool
    dropped: tuple[date, ...]
    digest: str
    same: int
    replies: tuple[ShownVoice, ...]


@dataclass(frozen=True, slots=True)
class ShownCount:
    """The result for one proposal."""

    number: str
    text: str
    in_favour: int
    against: int
    blank: int


@dataclass(frozen=True, slots=True)
class ShownDossier:
    """A dossier, its voices in the order they were published, and what the authority did."""

    name: str
    theme: str
    title: str
    question: str
    phase: str
    colour: str
    is_open: bool
    votes_now: bool
    opened_on: date
    closes_on: date
    vote_closes_on: date | None
    answer: str
    answered_on: date | None
    answer_due: date
    late: bool
    voices: tuple[ShownVoice, ...]
    said: int
    counts: tuple[ShownCount, ...]
    ballots: int
    envelopes: int
    minutes: tuple[tuple[date, str], ...]
    summary: str
    decisions: tuple[tuple[str, date, str], ...]
    changes: tuple[tuple[str, str, date, str], ...]
    days: tuple[tuple[date, int, tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """A theme and its dossiers."""

    words: str
    dossiers: tuple[ShownDossier, ...]


@dataclass(frozen=True, slots=True)
class ShownWitness:
    """Who signed the log from outside, when, and how many lines came since. `differs`: it knows another log than this one."""

    name: str
    on: datetime
    behind: int
    differs: bool


def shown_witnesses(known: Iterable[Witnessed], size: int) -> tuple[ShownWitness, ...]:
    """Return the witnesses of the log, as it has a size now."""
    return tuple(ShownWitness(one.key.name, one.at, max(0, size - one.size), one.differs) for one in known)


def wanted_texts(dossier: Dossier) -> list[str]:
    """Return the commitments of the texts that may be read: nobody asks for another one."""
    return [voice.said.text for voice in dossier.voices.values() if voice.is_shown]


def shown_themes(book: Book, today: date, language: Language) -> tuple[ShownTheme, ...]:
    """Return the four themes, each with its dossiers, without their voices."""
    each = [(one.opened.theme, shown_dossier(one, {}, today, language)) for one in book.dossiers.values()]
    return tuple(
        ShownTheme(THEMES[theme], tuple(dossier for found, dossier in each if found is theme)) for theme in Theme
    )


def shown_dossier(dossier: Dossier, texts: Mapping[str, Text], today: date, language: Language) -> ShownDossier:
    """Return a dossier with its voices, those about another one under it."""
    opened, phase, counted = dossier.opened, dossier.phase(today), dossier.counted
    bodies = {n: texts[v.said.text].body for n, v in dossier.voices.items() if v.is_shown and v.said.text in texts}
    return ShownDossier(
        opened.dossier,
        THEMES[opened.theme],
        opened.title,
        opened.question,
        PHASES[phase],
        _COLOURS[phase],
        opened.opened_on <= today <= opened.closes_on,
        dossier.vote is not None and counted is None and dossier.vote.on <= today <= dossier.vote.closes_on,
        opened.opened_on,
        opened.closes_on,
        dossier.vote.closes_on if dossier.vote else None,
        dossier.answer.text if dossier.answer else "",
        dossier.answer.on if dossier.answer else None,
        dossier.answer_due,
        dossier.is_late(today),
        _voices(dossier, bodies, today),
        len(dossier.voices),
        tuple(
            ShownCount(c.proposal, bodies.get(c.proposal, ""), c.in_favour, c.against, c.blank)
            for c in (counted.counts if counted else ())
        ),
        counted.ballots if counted else 0,
        dossier.envelopes,
        tuple((one.on, one.text) for one in dossier.minutes),
        _summary(dossier, language),
        tuple((one.decision, one.on, one.text) for one in dossier.decisions.values()),
        tuple((CHANGES[one.change], one.reference, one.on, one.decision) for one in dossier.changes),
        _days(dossier),
    )


def shown_voice(voice: Voice, texts: Mapping[str, Text], today: date) -> ShownVoice:
    """Return one contribution by itself."""
    bodies = {voice.said.contribution: texts[voice.said.text].body} if voice.said.text in texts else {}
    return _voice(voice, bodies, {}, (), today)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """What changed, and by which decision of which dossier."""

    change: str
    reference: str
    on: date
    decision: str
    dossier: str
    title: str


def changed(book: Book) -> list[ShownChange]:
    """Return every change of a guarantee, of the matrix or of a cost line, the latest first, each with its decision."""
    return sorted((one for _, one in _changes_by_key(book)), key=lambda one: one.on, reverse=True)


def decisions_feed(book: Book, before: str, after: str) -> bytes:
    """Return what was decided and what it changed as a feed, the latest first; `before`, `after`: ends of a dossier's address."""
    found = [
        FeedEntry(f"decision/{one.decision}", f"Décision {one.decision}", one.text, one.on, f"{before}{name}{after}")
        for name, dossier in book.dossiers.items()
        for one in dossier.decisions.values()
    ]
    found += [
        FeedEntry(
            key,
            f"{one.change} : {one.reference}",
            f"Changé par la décision {one.decision}.",
            one.on,
            f"{before}{one.dossier}{after}",
        )
        for key, one in _changes_by_key(book)
    ]
    found.sort(key=lambda one: one.on, reverse=True)
    return atom("debat/decisions", "Ce que le débat a décidé et changé", "espace-sante", found[:MOST_IN_FEED])


def _changes_by_key(book: Book) -> Iterator[tuple[str, ShownChange]]:
    """Return every change with what names it for ever: what it is, and how many alike stood before it."""
    alike: dict[str, int] = {}
    for name, dossier in book.dossiers.items():
        for one in dossier.changes:
            said = f"change/{one.decision}/{one.change}/{one.reference}/{one.on}"
            alike[said] = alike.get(said, 0) + 1
            shown = ShownChange(CHANGES[one.change], one.reference, one.on, one.decision, name, dossier.opened.title)
            yield f"{said}/{alike[said]}", shown


def moderated(book: Book, today: date) -> list[tuple[str, ShownVoice]]:
    """Return every contribution that was hidden or held, with its dossier: the public log of moderation."""
    return [
        (dossier.opened.dossier, _voice(voice, {}, {}, (), today))
        for dossier in book.dossiers.values()
        for voice in dossier.voices.values()
        if voice.moderated is not None or voice.said.held is not None
    ]


def proposals_of(dossier: Dossier, texts: Mapping[str, Text]) -> list[tuple[str, str]]:
    """Return the proposals that may be answered or voted on: number and text."""
    voices = (voice for voice in dossier.voices.values() if voice.is_shown and voice.said.text in texts)
    wanted = (Sort.PROPOSAL, Sort.AMENDMENT)
    return [(v.said.contribution, texts[v.said.text].body) for v in voices if v.said.sort in wanted]


def _summary(dossier: Dossier, language: Language) -> str:
    if dossier.summary is None:
        return ""
    said = {Language.FR_SIMPLE: dossier.summary.simple, Language.EN: dossier.summary.english}
    return said.get(language, dossier.summary.french)


def _days(dossier: Dossier) -> tuple[tuple[date, int, tuple[tuple[int, int], ...]], ...]:
    found: dict[date, tuple[int, tuple[tuple[int, int], ...]]] = {}
    for flow in dossier.flow:
        number, hours = found.get(flow.day, (0, ()))
        found[flow.day] = (number + flow.contributions, (*hours, *flow.hours))
    return tuple((day, *told) for day, told in sorted(found.items()))


def _voices(dossier: Dossier, bodies: Mapping[str, str], today: date) -> tuple[ShownVoice, ...]:
    same: dict[str, int] = {}
    for body in bodies.values():
        same[_plain(body)] = same.get(_plain(body), 0) + 1
    under: dict[str, list[Voice]] = {}
    for voice in dossier.voices.values():
        under.setdefault(voice.said.about, []).append(voice)

    def shown(voices: Iterable[Voice]) -> tuple[ShownVoice, ...]:
        return tuple(
            _voice(voice, bodies, same, shown(under.get(voice.said.contribution, ())), today) for voice in voices
        )

    return shown(under.get("", ()))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _voice(
    voice: Voice, bodies: Mapping[str, str], same: Mapping[str, int], replies: Iterable[ShownVoice], today: date
) -> ShownVoice:
    said = voice.said
    body = bodies.get(said.contribution, "")
    late = voice.answer_is_late(today)
    return ShownVoice(
        said.contribution,
        SORTS[said.sort],
        body,
        said.made_on,
        said.source,
        voice.answer.text if voice.answer else "",
        voice.answer.on if voice.answer else None,
        answer_due(said.published_on) if late else None,
        review_due(said.published_on) if voice.waits else None,
        voice.review_is_late(today),
        _moderation(voice),
        voice.is_shown,
        tuple(one.on for one in voice.dropped),
        said.text,
        max(0, same.get(_plain(body), 0) - 1) if body else 0,
        tuple(replies),
    )


def _moderation(voice: Voice) -> ShownModeration | None:
    hidden: Moderated | None = voice.moderated
    contested = voice.contested is not None
    if hidden is not None:
        return ShownModeration(
            REASONS[hidden.reason],
            hidden.why,
            ROLES[hidden.role],
            hidden.on,
            voice.said.text,
            contested,
            voice.contest_answer,
        )
    if voice.said.held is None:
        return None
    reason = REASONS[voice.said.held]
    return ShownModeration(reason, "", "", voice.said.published_on, voice.said.text, contested, voice.contest_answer)
