"""A batch of letters: one file to print, and its manifest for whoever folds, counts and posts: numbers, pages, ways, no name.

Guarantee: G4, G10. Source: inclusion.md LET-08; docs/specs/batch.md; docs/decisions/0062.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson

from espace_sante.formats.mail import Sheet, mail_pdf
from espace_sante.formats.outline import title_pages
from espace_sante.kernel.canonical import canonical
from espace_sante.kernel.i18n import Language, mark, say_short_moment
from espace_sante.web.operator.letter_bundle import Made, slip_line
from espace_sante.web.operator.letter_words import Writer

PDF, MANIFEST, TABLE = "lettres.pdf", "manifeste.json", "manifeste.csv"
_COLUMNS = ("number", "place", "page", "pages", "way", "with", "checksum")


@dataclass(frozen=True, slots=True)
class Line:
    """One letter of a batch. `page`: where it begins in the file, from 1; `pages`: how many, the blank back included."""

    number: str
    place: int
    page: int
    pages: int
    way: str  # post, counter, directory
    files: tuple[str, ...]
    checksum: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: its number, its file, what goes with some letters, one line for each letter."""

    number: str
    at: datetime
    pdf: bytes
    files: Mapping[str, bytes]
    lines: tuple[Line, ...]

    def manifest(self) -> bytes:
        """Return what the batch holds as canonical JSON: no name, no address, no word of a letter."""
        lines = [{**asdict(one), "files": list(one.files)} for one in self.lines]
        return canonical(
            {
                "v": 1,
                "kind": "batch",
                "batch": self.number,
                "at": self.at.isoformat(timespec="seconds"),
                "letters": len(self.lines),
                "pages": sum(one.pages for one in self.lines),
                "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(self._data().items())},
                "lines": lines,
            }
        )

    def table(self) -> bytes:
        """Return the same lines as CSV: semicolons, UTF-8 with a mark, as office software opens it."""
        out = io.StringIO()
        rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
        rows.writerow(_COLUMNS)
        for one in self.lines:
            rows.writerow((one.number, one.place, one.page, one.pages, one.way, " ".join(one.files), one.checksum))
        return out.getvalue().encode("utf-8-sig")

    def all_files(self) -> dict[str, bytes]:
        """Return every file of the batch, by name."""
        return {**self._data(), MANIFEST: self.manifest(), TABLE: self.table()}

    def _data(self) -> dict[str, bytes]:
        return {PDF: self.pdf, **self.files}


@dataclass(frozen=True, slots=True)
class Job:
    """What one batch is drawn from: words alone, so that another process may draw it."""

    number: str
    at: datetime
    title: str
    slip: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]
    lines: tuple[Line, ...]
    files: Mapping[str, bytes]


def job_of(writer: Writer, letters: Sequence[Made], number: str, at: datetime) -> Job:
    """Return what is to be drawn for some letters, in their order."""
    title = writer.say(mark("Lot %(number)s, le %(when)s")) % {
        "number": number,
        "when": say_short_moment(at, Language.FR),
    }
    slip = tuple((writer.number(one.printed), slip_line(writer, one)) for one in letters)
    lines = tuple(
        Line(one.printed.letter[:12].upper(), place, 0, 0, _way(one), tuple(one.files), _checksum(one, place))
        for place, one in enumerate(letters, 1)
    )
    files = {name: data for one in letters for name, data in one.files.items()}
    return Job(number, at, title, slip, tuple(one.sheet for one in letters), lines, files)


def drawn(job: Job) -> Batch:
    """Draw one batch; its lines then say where each letter stands."""
    pdf = mail_pdf(job.title, job.slip, job.sheets, at=job.at)
    starts, count = title_pages(pdf)
    ends = [*starts[2:], count]  # the first title is the slip's
    lines = tuple(
        Line(one.number, one.place, start + 1, end - start, one.way, one.files, one.checksum)
        for one, start, end in zip(job.lines, starts[1:], ends, strict=True)
    )
    return Batch(job.number, job.at, pdf, job.files, lines)


def may_leave(one: Made) -> bool:
    """Say whether a letter may be printed outside: it is posted, and she did not ask that it never is."""
    return bool(one.letter.address) and one.letter.to != "author" and not one.letter.form.inside


def _way(one: Made) -> str:
    if one.letter.to == "author":
        return "directory"
    return "post" if one.letter.address else "counter"


def _checksum(one: Made, place: int) -> str:
    """Return what tells that this letter, and no other, was printed; nobody finds its words by trying.

    The whole number of the printing is in it: 80 of its bits are printed nowhere.
    """
    words = orjson.dumps({"place": place, "sheet": asdict(one.sheet)}, default=repr)
    return hashlib.sha256(bytes.fromhex(one.printed.letter) + words).hexdigest()
