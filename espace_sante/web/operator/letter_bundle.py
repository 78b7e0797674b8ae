"""What one printing gives: a slip without a name, the letters, and the files that go with some of them. Guarantee: G10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from espace_sante.formats.mail import Sheet, mail_pdf
from espace_sante.keeper.demand import Letter, PrintedAnswer
from espace_sante.kernel.i18n import Language, mark, say_short_moment
from espace_sante.web.operator.letter_files import archive, companions
from espace_sante.web.operator.letter_words import Writer


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one printing gives: a file to print (PDF), and by name the files that go with some letters."""

    pdf: bytes
    files: Mapping[str, bytes]

    def as_file(self, name: str, at: datetime) -> tuple[bytes, str, str]:
        """Return one file to keep (bytes, media type, name): the PDF alone, or an archive of all."""
        if not self.files:
            return self.pdf, "application/pdf", f"{name}.pdf"
        return archive({f"{name}.pdf": self.pdf, **self.files}, at), "application/zip", f"{name}.zip"


@dataclass(frozen=True, slots=True)
class Made:
    """One letter ready to be drawn: its printing, what was released of it, its words, the files that go with it."""

    printed: PrintedAnswer
    letter: Letter
    sheet: Sheet
    files: Mapping[str, bytes]


def made(writer: Writer, printed: Sequence[PrintedAnswer]) -> list[Made]:
    """Return every letter of several printings, in order."""
    found = []
    pairs = [(one, letter) for one in printed for letter in one.letters]
    for place, (one, letter) in enumerate(pairs, 1):
        sheet = writer.sheet(one, letter)
        name = f"{one.letter[:12].upper()}-{place}"
        found.append(Made(one, letter, sheet, companions(sheet, letter.form, name, speaks=writer.speaks)))
    return found


def bundle(writer: Writer, printed: Sequence[PrintedAnswer], at: datetime) -> Bundle:
    """Return what is to be printed, the slip then every letter, and the files that go with some of them."""
    title = writer.say(mark("Bordereau du %(when)s")) % {"when": say_short_moment(at, Language.FR)}
    letters = made(writer, printed)
    slip = [(writer.number(one.printed), slip_line(writer, one)) for one in letters]
    files = {name: data for one in letters for name, data in one.files.items()}
    return Bundle(mail_pdf(title, slip, [one.sheet for one in letters], at=at), files)


def slip_line(writer: Writer, one: Made) -> str:
    """Return where a letter goes, what goes with it, and who may print it: no name."""
    form = one.letter.form
    said = [writer.way(one.letter)]
    if one.files:
        said.append(writer.say(mark("avec : %(files)s")) % {"files": ", ".join(one.files)})
    if form.audio and not writer.speaks:
        said.append(writer.say(mark("pas de fichier à écouter : le programme qui parle n’est pas installé")))
    if form.inside:
        said.append(writer.say(mark("jamais par un imprimeur du dehors")))
    return " ; ".join(said)
