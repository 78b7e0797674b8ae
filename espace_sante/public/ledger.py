"""What the service costs and who pays for it, line by line: the values of the ledger, and what a line may say.

A line names organisations and contracts, never a person. Nothing is ever rewritten: a correction is a line that names the one it
corrects, and both stay to be read. Guarantee: G14. Source: D15; docs/specs/ledger.md; docs/decisions/0068.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from espace_sante.kernel.decided import HOW, reference_of
from espace_sante.kernel.i18n import mark
from espace_sante.kernel.refusal import OperatorRefusal


class Nature(StrEnum):
    """What a line is about, in the words shown to everybody."""

    BUDGET = mark("budget")
    FUNDING = mark("financement")
    CONTRACT = mark("contrat")
    SPENDING = mark("dépense")


class Post(StrEnum):
    """What money is for."""

    NONE = ""
    STAFF = mark("personnel")
    HOSTING = mark("hébergement")
    HARDWARE = mark("matériel")
    MAIL = mark("courrier")
    PRINTING = mark("impression")
    COUNTER = mark("guichet")
    PHONE = mark("téléphone")
    SOFTWARE = mark("logiciel")
    SECURITY = mark("sécurité")
    TRAINING = mark("formation")
    DEBATE = mark("débat")
    OTHER = mark("autre")


class Way(StrEnum):
    """Through which channel the acts paid for were done; none: not for one channel alone."""

    NONE = ""
    WEB = mark("web")
    SOFTWARE = mark("logiciel")
    COUNTER = mark("guichet")
    PAPER = mark("papier")
    PHONE = mark("téléphone")


# What acts without a screen cost: shown apart (PAR, D10).
PAPER_POSTS = (Post.MAIL, Post.PRINTING)
SCREENLESS_POSTS = (*PAPER_POSTS, Post.COUNTER, Post.PHONE)
COLUMNS = (
    *("numero", "inscrit_le", "nature", "poste", "voie", "demarche", "objet", "organisme", "financeur", "marche"),
    *("debut", "fin", "centimes", "etp_centiemes", "corrige", "motif", "source", "decision", "empreinte"),
)
# What the lines of the first version have: they name no decision, and their seals hold as they are.
COLUMNS_BEFORE = tuple(one for one in COLUMNS if one != "decision")
MOST_CENTS = 10**13
MOST_LETTERS = 300
# A cell that a spreadsheet would run, a number of social security (13 or 15 digits; a SIRET has 14), an address, a phone.
_RUNS = re.compile(r"[=+\-@\t\r]")
# As people write them: a number by groups, a department of Corsica (2A, 2B), a telephone from abroad.
_PERSONAL = re.compile(
    r"(?<!\d)(?<!\d[ .])[12378](?:[ .]?\d){12}(?:(?:[ .]?\d){2})?(?![ .]?\d)"
    r"|(?<!\d)[12378](?:[ .]?\d){4}[ .]?2[ .]?[ABab](?:[ .]?\d){6}"
    r"|\S+@\S+\.\w"
    r"|(?<!\d)(?:(?:\+|00)33[ .]?(?:\(0\))?[ .]?|0)[1-9](?:[ .-]?\d\d){4}(?!\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a line says, before it has a place in the ledger. Amounts in cents of a euro; staff in hundredths of a full-time job.

    `decision`: what was decided, in one of the forms of `kernel.decided`; empty only in a line written before decisions were asked.
    """

    nature: Nature
    post: Post
    what: str
    start: date
    end: date
    cents: int
    way: Way = Way.NONE
    act: str = ""
    paid_to: str = ""
    funded_by: str = ""
    contract: str = ""
    staff_hundredths: int = 0
    source: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: its number, the day it was written, what it says, the line it corrects (0: none), and why.

    `seal` binds it to every line before it: no line can be changed or taken out unseen.
    """

    number: int
    written_on: date
    said: Said
    corrects: int = 0
    reason: str = ""
    seal: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the line as it is published, its seal last."""
        said = self.said
        return (
            *(str(self.number), self.written_on.isoformat(), said.nature.value, said.post.value, said.way.value),
            *(said.act, said.what, said.paid_to, said.funded_by, said.contract),
            *(said.start.isoformat(), said.end.isoformat(), str(said.cents), str(said.staff_hundredths)),
            *(str(self.corrects) if self.corrects else "", self.reason, said.source, said.decision, self.seal),
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every line in order, corrected ones included."""

    entries: tuple[Entry, ...] = ()

    @property
    def seal(self) -> str:
        """The seal of the last line: who noted it sees any later change of what stood before."""
        return self.entries[-1].seal if self.entries else ""

    @property
    def corrected(self) -> dict[int, int]:
        """By the number of a corrected line, that of the line that corrects it."""
        return {entry.corrects: entry.number for entry in self.entries if entry.corrects}

    @property
    def in_force(self) -> tuple[Entry, ...]:
        """The lines that count: those no other corrects."""
        corrected = self.corrected
        return tuple(entry for entry in self.entries if entry.number not in corrected)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A ledger that does not hold together, and from which line on: shown as such, never summed up."""

    line: int
    why: str


def seal_of(before: str, cells: tuple[str, ...]) -> str:
    """Return the seal of a line: SHA-256 of the seal before it and of its cells but the seal, as a JSON array.

    A line without a decision is sealed without that cell, as it was when there was none.
    """
    kept = cells[:-1] if cells[-2] else cells[:-2]
    said = json.dumps([before, *kept], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def refuse_badly_said(said: Said) -> None:
    """Raise OperatorRefusal, which says what is wrong with a line and changes nothing."""
    for name, text in (("objet", said.what), ("organisme", said.paid_to), ("financeur", said.funded_by)):
        refuse_words(name, text)
    refuse_words("marché", said.contract)
    refuse_words("démarche", said.act)
    refuse_words("décision", said.decision)
    _refuse(bool(said.decision) and reference_of(said.decision) is None, HOW)
    _refuse(not said.what, "Dites à quoi sert cette ligne (objet).")
    _refuse(said.end < said.start, "La fin vient avant le début.")
    _refuse(abs(said.cents) > MOST_CENTS, "Ce montant est trop grand : cent milliards d'euros au plus.")
    _refuse(
        said.cents < 0 and said.nature is not Nature.SPENDING, "Seule une dépense peut être négative (remboursement)."
    )
    _refuse((said.post is Post.NONE) is not (said.nature is Nature.FUNDING), "Un poste, sauf pour un financement.")
    _refuse(said.nature is Nature.FUNDING and not said.funded_by, "Un financement dit qui paie (financeur).")
    _refuse(said.nature is Nature.CONTRACT and not said.contract, "Un contrat dit son numéro de marché.")
    _refuse(
        bool(said.staff_hundredths) and said.post is not Post.STAFF,
        "Un effectif ne se dit que pour le poste personnel.",
    )
    _refuse(not 0 <= said.staff_hundredths <= 10_000_000, "Cet effectif n'est pas possible.")


def refuse_words(name: str, text: str) -> None:
    """Raise OperatorRefusal for words that cannot be published as they are."""
    _refuse(len(text) > MOST_LETTERS, f"« {name} » est trop long : {MOST_LETTERS} lettres au plus.")
    _refuse(not text.isprintable(), f"« {name} » contient un caractère qui ne s'écrit pas.")
    _refuse(text != text.strip(), f"« {name} » commence ou finit par une espace.")
    _refuse(bool(_RUNS.match(text)), f"« {name} » ne peut pas commencer par = + - ou @ : un tableur l'exécuterait.")
    _refuse(
        bool(_PERSONAL.search(text)),
        f"« {name} » contient un numéro de sécurité sociale, une adresse électronique ou un téléphone. Ce registre est public :"
        " il ne nomme personne.",
    )


def _refuse(wrong: bool, sentence: str) -> None:
    if wrong:
        raise OperatorRefusal(f"{sentence} Rien n'est inscrit.")
