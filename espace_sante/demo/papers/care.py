"""Categories 2 and 8: prescriptions, dispensations, home care, advice."""

# fmt: off
from __future__ import annotations

from espace_sante.demo.paper import Paper
from espace_sante.demo.papers.reports import drugs, signs
from espace_sante.demo.writing.blocks import section
from espace_sante.demo.writing.cda import around, structured
from espace_sante.demo.writing.images import jpeg, page
from espace_sante.demo.writing.plain import pdf, rtf, text
from espace_sante.demo.writing.terms import loinc

_PRESCRIBED, _GIVEN = ("57828-6", "Prescription"), ("60590-7", "Dispensation")
_PRESCRIPTION, _CARE = loinc("57833-6", "Prescription"), loinc("11506-3", "Soins à domicile")

PAPERS: tuple[Paper, ...] = (
    Paper("jeanne", "diallo", "Renouvellement de traitement", 2, "57833-6", "2026-02-20T11:00",
          structured(drugs("Ordonnance", _PRESCRIBED, ("Amlodipine 5 mg", "un comprimé le matin pendant six mois")),
                     act=_PRESCRIPTION)),
    Paper("jeanne", "lopez", "Suivi des soins à domicile", 2, "11506-3", "2026-05-05T08:00",
          structured(signs("130", "80", "72"),
                     section("Soins", ("29545-1", "Soins"), "Pansement refait, cicatrisation en cours."), act=_CARE)),
    Paper("jeanne", "benali", "Médicaments délivrés à Jeanne", 2, "60593-1", "2026-02-21T09:15",
          text("Amlodipine 5 mg : deux boîtes.", "Expliqué : le matin, avec un verre d'eau.")),
    Paper("karim", "diallo", "Ordonnance de mars", 2, "57833-6", "2026-03-20T09:50",
          structured(drugs("Ordonnance", _PRESCRIBED, ("Metformine 1 g", "un comprimé matin et soir, trois mois"),
                           ("Ramipril 5 mg", "un comprimé le matin, trois mois")), act=_PRESCRIPTION)),
    Paper("karim", "roux", "Conseils d'alimentation", 8, "", "2026-04-02T14:00",
          rtf("Trois repas réguliers.", "Des légumes à chaque repas.", "Marcher trente minutes par jour.")),
    Paper("khadija", "ferrand", "Ordonnance de 2021", 2, "57833-6", "2026-01-12T16:40",
          around(pdf("Traitement arrêté depuis.", "Conservé à la demande de Khadija."), act=_PRESCRIPTION)),
    Paper("solange", "moreau", "Ordonnance de Solange", 2, "57833-6", "2026-05-27T10:00",
          structured(drugs("Ordonnance", _PRESCRIBED, ("Paracétamol 1 g", "si besoin, trois fois par jour au plus"),
                           ("Vitamine D", "une ampoule par trimestre")), act=_PRESCRIPTION)),
    Paper("solange", "benali", "Liste des médicaments délivrés", 2, "60593-1", "2026-05-28T17:00",
          text("Paracétamol 1 g, si besoin.", "Vitamine D, une ampoule par trimestre.")),
    Paper("timeo", "moreau", "Ordonnance de kinésithérapie", 2, "PRESC-KINE", "2026-05-12T09:00",
          pdf("Dix séances de rééducation de la cheville droite.")),
    Paper("timeo", "klein", "Séances de rééducation", 8, "", "2026-05-26T18:00",
          text("Trois séances faites.", "Appui complet, saut encore douloureux.")),
    Paper("salome", "moreau", "Ordonnance de Salomé", 2, "57833-6", "2026-04-02T09:00",
          structured(drugs("Ordonnance", _PRESCRIBED, ("Estradiol gel", "deux doses par jour, six mois")),
                     act=_PRESCRIPTION)),
    Paper("osman", "lopez", "Pansements d'Osman", 2, "11506-3", "2026-02-20T12:00",
          jpeg(page("Cabinet des Quatre-Vents", "Feuille de soins tenue à la main", "", "Lundi : pansement fait.",
                    "Mercredi : pansement fait.", "Vendredi : cicatrisé."), 620, 480)),
    Paper("alain", "lopez", "Soins à la permanence", 2, "11506-3", "2026-04-24T18:30",
          text("Pansement du pied, chaussures propres données.", "Revient vendredi.")),
)
