"""Category 4: what the laboratory sends. Every figure is the invented result of an invented person."""

# fmt: off
from __future__ import annotations

from espace_sante.demo.paper import Paper
from espace_sante.demo.writing.blocks import Paragraph, Result, Results, Section
from espace_sante.demo.writing.cda import around, self_presentable, structured
from espace_sante.demo.writing.images import page, tiff
from espace_sante.demo.writing.plain import pdf
from espace_sante.demo.writing.terms import Code, loinc

CHEMISTRY, BLOOD = loinc("18719-5", "Biochimie"), loinc("18723-7", "Hématologie")
_HBA1C, _GLUCOSE = loinc("4548-4", "HbA1c"), loinc("14749-6", "Glucose à jeun")
_CREATININE, _LDL = loinc("14682-9", "Créatinine"), loinc("22748-8", "Cholestérol LDL")
_HDL, _TRIGLYCERIDES = loinc("14646-4", "Cholestérol HDL"), loinc("14927-8", "Triglycérides")
_FERRITIN, _IRON = loinc("2276-4", "Ferritine"), loinc("14798-3", "Fer sérique")
_TSH, _POTASSIUM = loinc("3016-3", "TSH"), loinc("2823-3", "Potassium")
_HAEMOGLOBIN, _WHITE = loinc("718-7", "Hémoglobine"), loinc("6690-2", "Leucocytes")
_PLATELETS, _CRP = loinc("777-3", "Plaquettes"), loinc("1988-5", "Protéine C réactive")


def part(title: str, *rows: Result, more: str = "", note: str = "", code: Code = CHEMISTRY) -> Section:
    """Return a sub-chapter: its table of results, then a sentence."""
    words = (Paragraph(more, note),) if more else ()
    models = ("1.3.6.1.4.1.19376.1.3.3.2.2", "1.2.250.1.213.1.1.2.71")
    return Section(title, code, (Results("Analyse", rows, code, laboratory=True), *words), templates=models)


def chapter(*parts: Section) -> Section:
    """Return a chapter, which holds its sub-chapters, as the French model has it."""
    code, models = parts[0].code, ("1.3.6.1.4.1.19376.1.3.3.2.1", "1.2.250.1.213.1.1.2.70")
    return Section(code.display, code, (), parts, models)


def _march(glucose: str) -> Section:
    return chapter(
        part(
            "Suivi du diabète",
            Result(_HBA1C, "6.8", "%", "%", "4.0", "6.0"),
            Result(_GLUCOSE, glucose, "mmol/L", "mmol/L", "3.9", "6.1"),
            Result(_CREATININE, "82", "umol/L", "µmol/L", "60", "110"),
            more="Prélèvement fait à jeun, au laboratoire.",
            note="Valeurs de référence inventées, d'un adulte inventé.",
        ),
        part(
            "Bilan lipidique",
            Result(_LDL, "2.9", "mmol/L", "mmol/L", "", "3.0"),
            Result(_HDL, "1.2", "mmol/L", "mmol/L", "1.0", ""),
            Result(_TRIGLYCERIDES, "1.9", "mmol/L", "mmol/L", "", "1.7"),
        ),
    )


_COUNT = (
    Result(_HAEMOGLOBIN, "10.9", "g/dL", "g/dL", "12.0", "16.0"),
    Result(_WHITE, "7.1", "10*9/L", "G/L", "4.0", "10.0"),
    Result(_PLATELETS, "231", "10*9/L", "G/L", "150", "400"),
)
_WHOLE = (
    Result(_HAEMOGLOBIN, "14.2", "g/dL", "g/dL", "13.0", "17.0"),
    Result(_WHITE, "11.8", "10*9/L", "G/L", "4.0", "10.0"),
)

PAPERS: tuple[Paper, ...] = (
    Paper("karim", "labo", "Bilan sanguin de mars", 4, "11502-2", "2026-03-12T08:30",
          structured(_march("9.4"), act=CHEMISTRY)),
    Paper("karim", "labo", "Bilan sanguin de mars, corrigé", 4, "11502-2", "2026-03-13T11:05",
          structured(_march("7.4"), act=CHEMISTRY), replaces="Bilan sanguin de mars"),
    Paper("ondine", "labo", "Dosage du fer", 4, "11502-2", "2026-05-20T08:00",
          structured(chapter(part("Bilan du fer",
                                  Result(_FERRITIN, "14", "ug/L", "µg/L", "15", "150"),
                                  Result(_IRON, "9", "umol/L", "µmol/L", "11", "30"))),
                     chapter(part("Numération", *_COUNT, code=BLOOD)), act=CHEMISTRY)),
    Paper("ondine", "labo", "Numération sanguine", 4, "11502-2", "2026-02-11T08:15",
          self_presentable(chapter(part("Numération", *_COUNT, code=BLOOD)), act=BLOOD)),
    Paper("jeanne", "labo", "Prise de sang d'avril", 4, "11502-2", "2026-04-09T07:50",
          structured(chapter(part("Ionogramme",
                                  Result(_POTASSIUM, "4.1", "mmol/L", "mmol/L", "3.5", "5.0"),
                                  Result(_CREATININE, "97", "umol/L", "µmol/L", "45", "90"),
                                  more="Comparer au prochain prélèvement.")), act=CHEMISTRY)),
    Paper("lucie", "labo", "Analyses du sixième mois", 4, "11502-2", "2026-05-06T09:00",
          around(pdf(results=(("Hémoglobine", "11,4 g/dL", "11,0 à 14,0"), ("Plaquettes", "201 G/L", "150 à 400"))),
                 act=BLOOD)),
    Paper("irina", "labo", "Dosage de la thyroïde", 4, "11502-2", "2026-01-19T08:40",
          structured(chapter(part("Thyroïde", Result(_TSH, "5.6", "m[IU]/L", "mUI/L", "0.4", "4.0"))), act=CHEMISTRY)),
    Paper("pierre", "labo", "Prise de sang à l'hôpital", 4, "11502-2", "2026-03-26T06:30",
          structured(chapter(part("Numération", *_WHOLE, code=BLOOD)),
                     chapter(part("Inflammation", Result(_CRP, "48", "mg/L", "mg/L", "", "5"))), act=BLOOD)),
    Paper("alain", "labo", "Analyses demandées par la permanence", 4, "11502-2", "2026-04-22T10:10",
          pdf("Résultats remis au guichet, à la demande d'Alain.",
              results=(("Hémoglobine", "13,6 g/dL", "13,0 à 17,0"), ("CRP", "3 mg/L", "moins de 5")))),
    Paper("salome", "labo", "Suivi hormonal", 4, "11502-2", "2026-04-02T08:20",
          tiff((page("Laboratoire du Val", "Suivi hormonal", "", "Estradiol : 420 pmol/L", "Testostérone : 0,9 nmol/L"),
                page("Laboratoire du Val", "Suite", "", "Prochain prélèvement dans six mois.")))),
)
