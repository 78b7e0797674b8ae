"""One witness at work: examines a demand, writes down what it is about to say, then says it. One demand at a time.

The order is the promise: on disk first, signed after. A witness killed between the two has said nothing, and will say nothing else.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from espace_sante.journal.add_checkpoint import AddCheckpoint
from espace_sante.journal.notes import Checkpoint, NoteRefused, cosign, parse_note
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.witness.alarm import Alarm, Fault, raise_alarm, standing_alarm
from espace_sante.witness.folder import Log, WitnessFolder
from espace_sante.witness.rules import Accept, Fork, Refuse, answer, instant, origin_of

# Given a log and a checkpoint it signed: the note we hold that contradicts it, or None.
Contradiction: TypeAlias = Callable[[Log, Checkpoint], bytes | None]
_log = logging.getLogger("espace_sante.witness")


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature, already on disk: the line to answer."""

    line: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A demand that may be cosigned, of a log that is followed."""

    log: Log
    accepted: Accept


class Watch:
    """A witness on its folder, whose lock the caller holds."""

    def __init__(
        self, folder: WitnessFolder, now_seconds: Callable[[], int], contradiction: Contradiction | None = None
    ) -> None:
        self.folder = folder
        self._private = folder.private_key()
        self._now = now_seconds
        self._contradiction = contradiction
        self._turn = threading.Lock()

    def examine(self, content: bytes) -> Examined | Refuse:
        """Say whether a demand may be cosigned; a proof that the log lied is kept, and ends its cosignatures."""
        try:
            asked = AddCheckpoint.parse(content)
            origin = origin_of(asked.note)
        except NoteRefused as refused:
            return Refuse(400, str(refused))
        with self._turn:
            return self._examined(asked, origin)

    def cosign(self, content: bytes) -> Cosigned | Refuse:
        """Cosign a demand if it still may be: compare, write, then sign, without anybody in between."""
        try:
            asked = AddCheckpoint.parse(content)
            origin = origin_of(asked.note)
        except NoteRefused as refused:
            return Refuse(400, str(refused))
        with self._turn:
            examined = self._examined(asked, origin)
            return examined if isinstance(examined, Refuse) else self._signed(examined)

    def alarmed(self, alarm: Alarm, log: Log) -> None:
        """Write an alarm and say it aloud; cosigning of this log ends here."""
        if raise_alarm(log.folder, alarm):
            _log.error("ALARME (%s, taille %d) : %s %s", alarm.origin, alarm.size, alarm.sentence, alarm.detail)
            _log.error("Ce journal n'est plus signé. La preuve est dans %s.", log.folder / "alarme.json")

    def _examined(self, asked: AddCheckpoint, origin: str) -> Examined | Refuse:
        try:
            log = self.folder.log(origin)
            if log is None:
                return Refuse(404, "this log is not followed")
            known = self.folder.known(log)
            answered = answer(asked, log.key, known)
        except OperatorRefusal as damaged:
            _log.error("%s", damaged)
            return Refuse(500, "the state of this witness is damaged")
        if not isinstance(answered, Fork):
            answered = self._contradicted(log, asked, answered)
        if isinstance(answered, Fork):
            self._forked(log, answered)
            return Refuse(409, "another root of this size is known", known.checkpoint.size if known else 0)
        if any(standing_alarm(one.folder) for one in self._of_one_journal(log)):
            return Refuse(403, "an alarm stands against this log: it is cosigned no more")
        return answered if isinstance(answered, Refuse) else Examined(log, answered)

    def _contradicted(self, log: Log, asked: AddCheckpoint, answered: Accept | Refuse) -> Accept | Refuse | Fork:
        if self._contradiction is None or (isinstance(answered, Refuse) and answered.status in (400, 403)):
            return answered
        ours = self._contradiction(log, Checkpoint.parse(parse_note(asked.note).text))
        return answered if ours is None else Fork(ours, asked.note)

    def _of_one_journal(self, log: Log) -> list[Log]:
        """A journal and its index are one: what is wrong with one ends the cosignatures of both."""
        origin = log.key.name.removesuffix("/index")
        found = [self.folder.log(name) for name in (origin, origin + "/index")]
        return [one for one in found if one is not None]

    def _forked(self, log: Log, fork: Fork) -> None:
        theirs = Checkpoint.parse(parse_note(fork.theirs).text)
        self.alarmed(
            Alarm(Fault.FORK, log.key.name, theirs.size, self._now(), "", ours=fork.ours, theirs=fork.theirs), log
        )

    def _signed(self, examined: Examined) -> Cosigned | Refuse:
        known = self.folder.known(examined.log)
        at_seconds = instant(self._now(), known)
        if at_seconds is None:
            _log.error(
                "L'horloge de cet ordinateur a reculé : rien n'est signé tant qu'elle n'est pas remise à l'heure."
            )
            return Refuse(503, "the clock stepped back")
        line = str(cosign(examined.accepted.checkpoint, self.folder.name, self._private, at_seconds))
        cosigned = examined.accepted.note + line.encode()
        if known is None or (known.checkpoint, known.at_seconds) != (examined.accepted.checkpoint, at_seconds):
            self.folder.remember(examined.log, cosigned)
        return Cosigned(line)
