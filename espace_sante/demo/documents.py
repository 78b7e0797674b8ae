"""The documents of the demonstration, all written by us: text, PDF, a small CDA, a drawn image. Same call, same bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid5
from xml.sax.saxutils import escape

from espace_sante.formats.letter import plain_letter

# Drawn once, so that the same document always has the same identifier.
_NAMES = UUID("7d1a5f0e-2f4b-4c7d-9a36-0d3b6f1c8e52")
_INS_TRIAL = "1.2.250.1.213.1.4.10"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as she is written in a document."""

    ins: str
    birth_name: str
    first_given: str
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: who deposits it (provider's id), for whom, and what it is. `created` is an RFC 3339 instant."""

    person: str
    author: str
    title: str
    category: int
    type_code: str
    created: str
    media_type: str
    make: Callable[[Someone], bytes]

    @property
    def unique_id(self) -> str:
        """Its identifier, the same at each start."""
        return f"urn:uuid:{uuid5(_NAMES, f'{self.person}|{self.author}|{self.title}')}"


def text(*lines: str) -> Callable[[Someone], bytes]:
    """Return what writes a plain text."""
    return lambda someone: ("\n".join((f"{someone.first_given} {someone.birth_name}", "", *lines)) + "\n").encode()


def pdf(title: str, *paragraphs: str, results: tuple[tuple[str, str, str], ...] = ()) -> Callable[[Someone], bytes]:
    """Return what writes a PDF, with a table of results (what, value, usual values) when there is one."""
    table = (("Analyse", "Résultat", "Valeurs usuelles"), results) if results else None
    return lambda someone: plain_letter(
        title, [f"{someone.first_given} {someone.birth_name}", *paragraphs], table, lines=("Document inventé",)
    )


def cda(title: str, code: str, display: str, *paragraphs: str) -> Callable[[Someone], bytes]:
    """Return what writes a small CDA R2 document with one section of text."""

    def write(someone: Someone) -> bytes:
        body = "".join(f"<paragraph>{escape(paragraph)}</paragraph>" for paragraph in paragraphs)
        born = someone.birth_date.replace("-", "")
        values = {
            "id": str(uuid5(_NAMES, title + someone.ins)).upper(),
            "title": escape(title),
            "code": escape(code),
            "display": escape(display),
            "body": body,
            "born": born,
            "ins": someone.ins,
            "system": _INS_TRIAL,
            "family": escape(someone.birth_name),
            "given": escape(someone.first_given),
            "sex": {"M": "M", "F": "F"}.get(someone.sex, "U"),
        }
        return _CDA.format_map(values).encode()

    return write


def drawing(side: int = 160) -> Callable[[Someone], bytes]:
    """Return what draws an image: a clear disc on a dark ground, as an X-ray film would show a coin."""

    def draw(_: Someone) -> bytes:
        centre, radius = side / 2, side / 3
        rows = b"".join(
            b"\0"
            + bytes(
                230 - int(abs(x - centre) / 2) if (x - centre) ** 2 + (y - centre) ** 2 < radius**2 else 20 + y // 8
                for x in range(side)
            )
            for y in range(side)
        )
        header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)

    return draw


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


_CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <realmCode code="FR"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <id root="2.25.1" extension="{id}"/>
  <code code="{code}" codeSystem="2.16.840.1.113883.6.1" displayName="{display}"/>
  <title>{title}</title>
  <effectiveTime value="20260310093000+0100"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="fr-FR"/>
  <recordTarget>
    <patientRole>
      <id root="{system}" extension="{ins}"/>
      <patient>
        <name><family qualifier="BR">{family}</family><given>{given}</given></name>
        <administrativeGenderCode code="{sex}" codeSystem="2.16.840.1.113883.5.1"/>
        <birthTime value="{born}"/>
      </patient>
    </patientRole>
  </recordTarget>
  <component>
    <structuredBody>
      <component>
        <section>
          <title>{title}</title>
          <text>{body}</text>
        </section>
      </component>
    </structuredBody>
  </component>
</ClinicalDocument>
"""

# One line a document reads better here than the formatter's twelve.
# fmt: off
PAPERS = (
    Paper("karim", "labo", "Bilan sanguin de mars", 4, "11502-2", "2026-03-12T08:15:00+01:00", "application/pdf",
          pdf("Bilan sanguin", "Prélèvement du 12 mars 2026, à jeun.",
              results=(("Glycémie à jeun", "1,32 g/L", "0,70 à 1,10"), ("Hémoglobine glyquée", "7,1 %", "moins de 6,0"),
                       ("Créatinine", "9,4 mg/L", "7 à 12")))),
    Paper("karim", "diallo", "Ordonnance de mars", 2, "57833-6", "2026-03-14T10:00:00+01:00", "application/pdf",
          pdf("Ordonnance", "Metformine 850 mg : un comprimé matin et soir pendant trois mois.",
              "Contrôle de l'hémoglobine glyquée dans trois mois.")),
    Paper("karim", "guerin", "Compte rendu de consultation", 5, "11488-4", "2026-03-10T09:30:00+01:00", "text/xml",
          cda("Compte rendu de consultation", "11488-4", "Compte rendu de consultation",
              "Diabète de type 2 connu depuis 2021.", "Fond d'œil sans particularité.", "Prochain rendez-vous dans un an.")),
    Paper("karim", "roux", "Conseils d'alimentation", 8, "", "2026-04-02T14:00:00+02:00", "text/plain",
          text("Trois repas réguliers.", "Des légumes à chaque repas.", "Marcher trente minutes par jour.")),
    Paper("jeanne", "diallo", "Renouvellement de traitement", 2, "57833-6", "2026-02-20T11:00:00+01:00", "application/pdf",
          pdf("Ordonnance", "Amlodipine 5 mg : un comprimé le matin pendant six mois.")),
    Paper("jeanne", "lopez", "Suivi des soins à domicile", 2, "", "2026-05-05T08:00:00+02:00", "text/plain",
          text("Tension : 13/8.", "Pansement refait, cicatrisation en cours.")),
    Paper("lucie", "faure", "Consultation du quatrième mois", 5, "11488-4", "2026-04-15T15:00:00+02:00", "application/pdf",
          pdf("Consultation du quatrième mois", "Tout va bien. Prochaine consultation dans quatre semaines.")),
    Paper("lucie", "tran", "Image de l'échographie", 3, "18748-4", "2026-04-16T10:00:00+02:00", "image/png", drawing()),
    Paper("khadija", "guerin", "Compte rendu de spécialiste", 5, "11488-4", "2026-01-22T09:00:00+01:00", "application/pdf",
          pdf("Compte rendu", "Consultation demandée par la patiente. Pas de traitement.")),
    Paper("ondine", "labo", "Dosage du fer", 4, "11502-2", "2026-05-20T08:00:00+02:00", "application/pdf",
          pdf("Dosage du fer", results=(("Ferritine", "14 µg/L", "15 à 150"), ("Fer sérique", "0,5 mg/L", "0,6 à 1,7")))),
    Paper("solange", "benali", "Liste des médicaments délivrés", 2, "", "2026-05-28T17:00:00+02:00", "text/plain",
          text("Paracétamol 1 g, si besoin.", "Vitamine D, une ampoule par trimestre.")),
    Paper("timeo", "tran", "Radiographie de la cheville", 3, "18748-4", "2026-05-11T18:00:00+02:00", "image/png", drawing(200)),
    Paper("gisele", "diallo", "Certificat d'aptitude", 7, "", "2026-03-03T12:00:00+01:00", "application/pdf",
          pdf("Certificat", "Pas de contre-indication à la pratique de la marche.")),
)
# fmt: on
