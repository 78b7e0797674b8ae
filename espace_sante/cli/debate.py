"""`espace-sante debate …`: what the authority, a moderator and the printing office do in the debate.

Each word writes one line of the log, or reads. None shows a code again, none knows who wrote. Guarantee: G14.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from argparse import Namespace
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from espace_sante.cli import show
from espace_sante.cli.debate_file import checked_export
from espace_sante.cli.debating import register_of
from espace_sante.cli.envelopes import lists_of
from espace_sante.cli.log_key import log_key
from espace_sante.debate import events as e
from espace_sante.debate import token
from espace_sante.debate.decidim import NotAnExport, imported
from espace_sante.debate.refused import SENTENCES, sentence
from espace_sante.debate.register import Register
from espace_sante.debate.shown import proposals_of, wanted_texts
from espace_sante.debate.words import CHOICES, SORTS, Change, Reason, Role, Theme
from espace_sante.envelopes.desks import Desks
from espace_sante.formats.debate_sheet import ballot_pdf, sheets_pdf
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import Language, say_date
from espace_sante.kernel.on_disk import reading, refuse_unwritable, writing
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.debate import open_debate
from espace_sante.operate.folders import write_once
from espace_sante.web.debate.edge import day_in_paris

T = TypeVar("T")
_DESK_DAYS = 366


def done(settings: Settings, work: Callable[[Register], Awaitable[T]]) -> T:
    """Do some work on the register; a refusal becomes a French sentence."""

    async def whole() -> T:
        async with open_debate(settings):
            register = register_of(settings)
            try:
                return await work(register)
            finally:
                await register.close()

    try:
        return asyncio.run(whole())
    except Problem as problem:
        raise OperatorRefusal(sentence(problem, Language.FR) or problem.code) from None


def _today() -> date:
    return day_in_paris(utc_now())


def _line(settings: Settings, chosen: Namespace, event: e.Event) -> int:
    done(settings, lambda register: register.append([event]))
    return _said(chosen)


def _said(chosen: Namespace) -> int:
    if chosen.json:
        show.as_json({"done": True})
    else:
        show.say("C'est écrit dans le journal du débat.")
    return 0


def _signed_line(settings: Settings, chosen: Namespace, event: Callable[[str], e.Event]) -> int:
    """Write a line that bears the mark of who moderates, never the name."""

    async def written(register: Register) -> None:
        await register.append([event(register.moderator_mark(chosen.contribution, chosen.by))])

    done(settings, written)
    return _said(chosen)


def opening(settings: Settings, chosen: Namespace) -> int:
    """Open a dossier."""
    closes_on = chosen.until
    event = e.DossierOpened(
        chosen.dossier, Theme(chosen.theme), chosen.title, chosen.question, _today(), closes_on, chosen.vote
    )
    return _line(settings, chosen, event)


def answer(settings: Settings, chosen: Namespace) -> int:
    """Answer a dossier, or one contribution."""
    return _line(settings, chosen, e.Answered(chosen.dossier, chosen.contribution, chosen.text, _today()))


def minutes(settings: Settings, chosen: Namespace) -> int:
    """Add the minutes of a meeting."""
    return _line(settings, chosen, e.Minuted(chosen.dossier, chosen.text, _today()))


def summary(settings: Settings, chosen: Namespace) -> int:
    """Write the summary in the three languages."""
    event = e.Summed(chosen.dossier, chosen.french, chosen.simple, chosen.english, _today())
    return _line(settings, chosen, event)


def decide(settings: Settings, chosen: Namespace) -> int:
    """Write a decision."""
    return _line(settings, chosen, e.Decided(chosen.decision, chosen.dossier, chosen.text, _today()))


def change(settings: Settings, chosen: Namespace) -> int:
    """Tie a change of a guarantee, of the matrix or of a cost to its decision."""
    return _line(settings, chosen, e.Changed(chosen.decision, Change(chosen.what), chosen.reference, _today()))


def moderate(settings: Settings, chosen: Namespace) -> int:
    """Hide a text."""
    reason, on = Reason(chosen.reason), _today()

    def event(by: str) -> e.Event:
        return e.Moderated(chosen.contribution, reason, chosen.why, Role.MODERATOR, on, by)

    return _signed_line(settings, chosen, event)


def release(settings: Settings, chosen: Namespace) -> int:
    """Show a text that was held."""
    on = _today()
    return _signed_line(settings, chosen, lambda by: e.Released(chosen.contribution, Role.MODERATOR, on, by))


def contested(settings: Settings, chosen: Namespace) -> int:
    """Answer a contest, as another moderator."""
    role, on = Role.MODERATOR_OF_CONTESTS, _today()

    def event(by: str) -> e.Event:
        return e.ContestAnswered(chosen.contribution, chosen.restore, chosen.why, role, on, by)

    return _signed_line(settings, chosen, event)


def vote(settings: Settings, chosen: Namespace) -> int:
    """Open a vote."""
    return _line(settings, chosen, e.VoteOpened(chosen.dossier, tuple(chosen.proposal), _today(), chosen.until))


def count(settings: Settings, chosen: Namespace) -> int:
    """Count a vote."""
    result = done(settings, lambda register: register.count(chosen.dossier, _today()))
    if chosen.json:
        counts = {c.proposal: [c.in_favour, c.against, c.blank] for c in result.counts}
        show.as_json({"ballots": result.ballots, "counts": counts})
        return 0
    rows = [(c.proposal, str(c.in_favour), str(c.against), str(c.blank)) for c in result.counts]
    show.table(("proposition", "pour", "contre", "ni l'un ni l'autre"), rows)
    show.say(f"{how_many(result.ballots, 'bulletin')}.")
    return 0


def envelopes(settings: Settings, chosen: Namespace) -> int:
    """Print sheets to put in envelopes; the codes are in that file and nowhere else."""
    target: Path = chosen.output
    if target.exists():
        raise OperatorRefusal(f"« {target} » existe déjà : donnez un autre nom.")
    refuse_unwritable(target)
    pairs = [_pair() for _ in range(chosen.count)]

    async def printed(register: Register) -> None:
        book = await register.book()
        dossier = book.dossiers.get(chosen.dossier)
        if dossier is None:
            raise OperatorRefusal(SENTENCES["debate-no-dossier"])
        until = say_date(dossier.opened.closes_on, Language.FR)
        address = _address(settings)
        pdf = await asyncio.to_thread(
            sheets_pdf, dossier.opened.title, pairs, list(SORTS.values()), address, until=until
        )
        # The sheets and the list first: codes that nobody can print, or hand out, would count as envelopes for ever.
        with writing(target, "Rien n'est imprimé."):
            lists_of(settings).open(chosen.dossier)
            write_once(target, pdf)
        try:
            await register.print_codes(chosen.dossier, pairs, _today())
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    done(settings, printed)
    if chosen.json:
        show.as_json({"file": os.fspath(target), "envelopes": len(pairs)})
        return 0
    show.say(
        f"{how_many(len(pairs), 'enveloppe')} dans {target}. Imprimez, mettez sous pli à deux, mélangez, puis détruisez ce fichier."
    )
    return 0


def ballot(settings: Settings, chosen: Namespace) -> int:
    """Print the blank ballot of a vote, the same for everybody."""
    refuse_unwritable(chosen.output)

    async def printed(register: Register) -> bytes:
        dossier = (await register.book()).dossiers.get(chosen.dossier)
        if dossier is None or dossier.vote is None:
            raise OperatorRefusal(SENTENCES["debate-no-vote"])
        texts = dict(proposals_of(dossier, await register.texts(wanted_texts(dossier))))
        rows = [(number, texts.get(number, "")) for number in dossier.vote.proposals]
        until = say_date(dossier.vote.closes_on, Language.FR)
        return ballot_pdf(dossier.opened.title, rows, list(CHOICES.values()), _address(settings), until=until)

    pdf = done(settings, printed)
    with writing(chosen.output):
        chosen.output.write_bytes(pdf)
    if chosen.json:
        show.as_json({"file": os.fspath(chosen.output)})
    else:
        show.say(f"Bulletin écrit dans {chosen.output} : copiez-le autant qu'il faut.")
    return 0


def _address(settings: Settings) -> list[str]:
    return ["Débat public", *(part.strip() for part in settings.contact_post.split("|") if part.strip())]


def desk(settings: Settings, chosen: Namespace) -> int:
    """Give a desk a code with which it types in letters; shown once."""
    code = token.draw(secrets.token_bytes(token.RANDOM_BYTES))
    until = _today() + timedelta(days=_DESK_DAYS)
    if chosen.envelopes:  # another list, which the process of the debate cannot read
        Desks(settings.home / "envelopes").add(code, until)
    else:
        done(settings, lambda register: register.add_desk(code, chosen.label, until))
    if chosen.json:
        show.as_json({"code": code, "until": until.isoformat()})
    else:
        show.say(f"Code du guichet « {chosen.label} », à recopier maintenant : {code} (jusqu'au {until:%d/%m/%Y})")
    return 0


def waiting(settings: Settings, chosen: Namespace) -> int:
    """Show to a moderator the texts that are held or contested, with what is said of them."""

    async def found(register: Register) -> list[dict[str, str]]:
        voices = [v for one in (await register.book()).dossiers.values() for v in one.voices.values()]
        due = [v for v in voices if v.waits or (v.contested is not None and v.contest_answer is None)]
        wanted = [v.said.text for v in due] + [v.contested.text for v in due if v.contested]
        texts = await register.texts(wanted)
        return [
            {
                "contribution": v.said.contribution,
                "dossier": v.said.dossier,
                "text": texts[v.said.text].body,
                "contest": texts[v.contested.text].body if v.contested else "",
            }
            for v in due
        ]

    lines = done(settings, found)
    if chosen.json:
        show.as_json({"waiting": lines})
        return 0
    for line in lines:
        show.say(f"{line['contribution']} ({line['dossier']})\n{line['text']}\n{line['contest']}".rstrip() + "\n")
    show.say(f"{how_many(len(lines), 'texte', 'textes')} à lire.")
    return 0


def publish(settings: Settings, chosen: Namespace) -> int:
    """Publish what came before today."""
    lines = done(settings, lambda register: register.publish(_today()))
    if chosen.json:
        show.as_json({"lines": lines})
    else:
        show.say(f"{how_many(lines, 'ligne publiée', 'lignes publiées')}.")
    return 0


def export(settings: Settings, chosen: Namespace) -> int:
    """Write the whole log in one signed file."""
    refuse_unwritable(chosen.output)

    async def taken(register: Register) -> tuple[bytes, str]:
        return await register.export(), str(register.public_key)

    data, key = done(settings, taken)
    with writing(chosen.output):
        chosen.output.write_bytes(data)
    if chosen.json:
        show.as_json({"file": os.fspath(chosen.output), "key": key})
    else:
        show.say(f"Le débat est dans {chosen.output}. Sa clé publique : {key}")
    return 0


def verify(settings: Settings, chosen: Namespace) -> int:
    """Check a file of the debate under a public key; needs no instance."""
    witnesses = [log_key(one) for one in chosen.witness]
    read = checked_export(chosen.file, log_key(chosen.key_of_log), witnesses)
    signed = {one.key for one in read.cosigned}
    if missing := [one.name for one in witnesses if one not in signed]:
        raise OperatorRefusal(f"« {missing[0]} » n'a pas cosigné ce fichier.")
    if chosen.json:
        show.as_json({"lines": read.book.size, "dossiers": len(read.book.dossiers), "texts": len(read.texts)})
        return 0
    sizes = ((read.book.size, "ligne"), (len(read.book.dossiers), "dossier"), (len(read.texts), "texte"))
    show.say(f"Vérifié : {', '.join(how_many(*one) for one in sizes)}.")
    for one in read.cosigned:
        when = datetime.fromtimestamp(one.at_seconds or 0, UTC)
        show.say(f"Cosigné par {one.key.name}, le {when:%d/%m/%Y à %H:%M} UTC.")
    return 0


def bring(settings: Settings, chosen: Namespace) -> int:
    """Bring in the proposals of a Decidim platform, each with its address there."""
    with reading(chosen.file):
        data = chosen.file.read_bytes()

    async def brought(register: Register) -> int:
        book = await register.book()
        if chosen.dossier not in book.dossiers:
            raise OperatorRefusal(SENTENCES["debate-no-dossier"])
        known = {v.said.source for one in book.dossiers.values() for v in one.voices.values()}
        events, texts = imported(data, chosen.dossier, _today(), secrets.token_bytes, known)
        await register.append(events, texts)
        return len(events)

    try:
        number = done(settings, brought)
    except NotAnExport as fault:
        raise OperatorRefusal(f"Ce fichier n'est pas un export de propositions de Decidim : {fault}.") from None
    if chosen.json:
        show.as_json({"proposals": number})
    else:
        words = how_many(number, "proposition reprise", "propositions reprises")
        show.say(f"{words}, chacune avec son adresse d'origine.")
    return 0


def _pair() -> tuple[str, str]:
    return (
        token.draw(secrets.token_bytes(token.RANDOM_BYTES)),
        token.draw(secrets.token_bytes(token.RANDOM_BYTES)),
    )
