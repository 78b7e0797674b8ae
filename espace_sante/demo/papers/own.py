"""What people deposit themselves, categories 8, 9, 11, 13, 14, 15, and what their counters and carers add there."""

# fmt: off
from __future__ import annotations

from espace_sante.demo.paper import Paper
from espace_sante.demo.writing.images import page, tiff
from espace_sante.demo.writing.plain import pdf, rtf, text

_PAID = ("Soin", "Payé", "Remboursé")

PAPERS: tuple[Paper, ...] = (
    Paper("joseph", "joseph", "Directives anticipées de Joseph", 11, "EXPPAT_3", "2026-03-20T16:00",
          pdf("Je refuse d'être maintenu en vie par une machine s'il n'y a plus d'espoir.",
              "Je veux que la douleur soit soulagée.", "Lu à voix haute et signé.")),
    Paper("irina", "irina", "Directives anticipées d'Irina", 11, "EXPPAT_3", "2026-05-05T20:00",
          rtf("Je veux tous les traitements utiles.", "Ma sœur parlera pour moi si je ne le peux plus.")),
    Paper("bernard", "bernard", "Mes souhaits", 13, "EXPPAT_1", "2026-05-08T19:00",
          text("Me parler lentement et me laisser écrire.", "Prévenir ma mère par téléphone : elle n'a pas d'écran.")),
    Paper("farah", "farah", "Personne à prévenir", 13, "FICHE-CONTACTS", "2026-02-15T10:00",
          text("Mon amie Inès, par l'association.", "Personne d'autre.")),
    Paper("paulette", "moreau", "Contacts de Paulette", 13, "FICHE-CONTACTS", "2026-05-18T10:30",
          text("Léon, son curateur : pour l'argent et les papiers, pas pour les soins.", "Sa voisine, pour les clés.")),
    Paper("karim", "karim", "Remboursements de mars", 14, "REMB", "2026-04-05T21:00",
          pdf("Relevé copié par Karim.", head=_PAID,
              results=(("Consultation", "30,00 €", "19,00 €"), ("Analyses", "41,20 €", "24,72 €")))),
    Paper("lucie", "lucie", "Remboursements de la grossesse", 14, "REMB", "2026-05-20T21:00",
          pdf("Relevé copié par Lucie.", head=_PAID, results=(("Échographie", "73,00 €", "73,00 €"),))),
    Paper("ondine", "ondine", "Questionnaire avant la diététicienne", 15, "74465-6", "2026-05-22T18:00",
          text("Combien de repas par jour ? Trois.", "Fatigue ? Oui, le soir.", "Viande ? Une fois par semaine.")),
    Paper("adrien", "adrien", "Questionnaire de santé d'Adrien", 15, "74465-6", "2026-04-19T22:00",
          pdf(head=("Question", "Réponse"), results=(("Tabac", "non"), ("Sport", "une fois par semaine"),
                                                     ("Sommeil", "six heures, un nouveau-né à la maison")))),
    Paper("adrien", "adrien", "Attestation de droits", 9, "ATTEST-DROITS-AM", "2026-04-18T22:00",
          pdf("Droits ouverts jusqu'au 31 décembre 2026.", "Enfants rattachés : trois.")),
    Paper("alain", "lopez", "Adresse de domiciliation", 9, "ATTEST-HEBGT", "2026-04-24T18:40",
          tiff((page("Guichet de la mairie de Saint-Aubin", "Attestation de domiciliation", "",
                     "Alain reçoit son courrier au guichet.", "Valable un an."),))),
    Paper("osman", "hopital", "Papiers d'admission", 9, "51851-4", "2026-02-17T10:30",
          pdf("Admis sans numéro de sécurité sociale.", "Numéro local donné au guichet.")),
    Paper("hugo", "hugo", "Comment me parler", 8, "EXPPAT_2", "2026-05-01T12:00",
          text("Je suis sourd. Écrivez, ou faites venir un interprète.", "Ne m'appelez pas.")),
    Paper("timeo", "timeo", "Mon carnet d'entraînement", 8, "DOCPAT02", "2026-05-30T21:00",
          rtf("Lundi : vélo.", "Mercredi : natation.", "Pas de course avant l'accord du kinésithérapeute.")),
    Paper("bernard", "bernard", "Mes remboursements d'orthophonie", 14, "REMB", "2026-05-29T19:00",
          pdf(head=_PAID, results=(("Séance", "33,80 €", "20,28 €"),))),
)
