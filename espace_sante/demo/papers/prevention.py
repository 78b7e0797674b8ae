"""Categories 6, 7, 10, 12: screening, certificates, profiles, vaccinations."""

# fmt: off
from __future__ import annotations

from espace_sante.demo.paper import Paper
from espace_sante.demo.papers.reports import drugs
from espace_sante.demo.writing.blocks import Dose, Doses, Items, section
from espace_sante.demo.writing.cda import around, structured
from espace_sante.demo.writing.plain import pdf, text
from espace_sante.demo.writing.terms import loinc

_VACCINES, _PLAN = ("11369-6", "Vaccinations"), ("18776-5", "Plan de soins")
_FOUND, _ALLERGIES, _DRUGS = ("18782-3", "Résultats"), ("48765-2", "Allergies"), ("10160-0", "Traitements")
_VACCINATION, _SCREENING = loinc("11369-6", "Vaccination"), loinc("75492-9", "Dépistage")
_FLU, _TETANUS = "Grippe", "Diphtérie, tétanos, poliomyélite"

PAPERS: tuple[Paper, ...] = (
    Paper("jeanne", "benali", "Vaccin contre la grippe", 12, "87273-9", "2025-10-21T10:00",
          structured(section("Vaccination", _VACCINES, Doses((Dose("Vaccin inventé G", _FLU, "2025-10-21"),))),
                     act=_VACCINATION)),
    Paper("adrien", "diallo", "Carnet de vaccination d'Adrien", 12, "11369-6", "2026-04-20T18:00",
          structured(section("Vaccinations", _VACCINES, Doses((
              Dose("Vaccin inventé T", _TETANUS, "2011-03-02"), Dose("Vaccin inventé T", _TETANUS, "2026-04-20"),
              Dose("Vaccin inventé R", "Rougeole, oreillons, rubéole", "1999-06-14"),
          )), "Prochain rappel en 2036."), act=_VACCINATION)),
    Paper("lucie", "faure", "Vaccin contre la coqueluche", 12, "87273-9", "2026-05-14T15:10",
          structured(section("Vaccination", _VACCINES, Doses((Dose("Vaccin inventé C", "Coqueluche", "2026-05-14"),))),
                     act=_VACCINATION)),
    Paper("dylan", "hopital", "Vaccination contre l'hépatite B", 12, "87273-9", "2026-03-18T09:30",
          text("Première dose faite.", "Deuxième dose dans un mois.")),
    Paper("irina", "moreau", "Dépistage du sein", 6, "75492-9", "2026-05-04T09:20",
          structured(section("Résultat", _FOUND, "Examen sans anomalie."),
                     section("Suite", _PLAN, "Prochaine invitation dans deux ans."), act=_SCREENING)),
    Paper("pierre", "diallo", "Dépistage du côlon", 6, "75492-9", "2026-02-02T10:00",
          around(pdf("Test négatif.", "Prochain test dans deux ans."), act=_SCREENING)),
    Paper("adrien", "dumas", "Bilan des dents d'Adrien", 6, "28617-9", "2026-03-30T12:00",
          pdf(head=("Dent", "État"), results=(("16", "carie à soigner"), ("26", "soignée"), ("les autres", "saines")))),
    Paper("gisele", "diallo", "Certificat d'aptitude", 7, "89601-9", "2026-03-03T12:00",
          pdf("Pas de contre-indication à la pratique de la marche.")),
    Paper("timeo", "moreau", "Certificat d'absence de contre-indication", 7, "89601-9", "2025-09-08T09:00",
          around(pdf("Pas de contre-indication à la pratique du basket en compétition."))),
    Paper("hugo", "hugo", "Certificat de surdité", 7, "89601-9", "2024-06-11T09:00",
          pdf("Copie déposée par Hugo : surdité depuis la naissance.")),
    Paper("joseph", "diallo", "Profil médical de Joseph", 10, "60591-5", "2026-03-19T15:00",
          structured(section("Allergies", _ALLERGIES, "Iode."),
                     drugs("Traitements", _DRUGS, ("Collyre", "une goutte le soir")),
                     section("À savoir", _PLAN, "Aveugle : se nommer en entrant, dire ce qu'on va faire."))),
    Paper("paulette", "moreau", "Profil médical de Paulette", 10, "60591-5", "2026-05-18T10:20",
          structured(section("Allergies", _ALLERGIES, "Aucune connue."),
                     section("À savoir", _PLAN, Items(("Laisser le temps de répondre.", "S'adresser à elle d'abord."))))),
    Paper("salome", "moreau", "Plan de prévention de Salomé", 6, "83869-8", "2026-04-02T09:30",
          structured(section("Ce qui est prévu", _PLAN, Items(("Vaccins à jour", "Dépistages selon les organes présents")))))
    ,
)
