"""Categories 1 and 5: syntheses, consultations, letters from the hospital."""

# fmt: off
from __future__ import annotations

from espace_sante.demo.paper import Paper
from espace_sante.demo.writing.blocks import Items, Paragraph, Result, Results, Section, Table, section
from espace_sante.demo.writing.cda import around, self_presentable, structured
from espace_sante.demo.writing.plain import booklet, pdf, rtf, text
from espace_sante.demo.writing.terms import loinc

_REASON, _STORY = ("29299-5", "Motif de la consultation"), ("10164-2", "Histoire de la maladie")
_EXAM, _PLAN = ("29545-1", "Examen physique"), ("18776-5", "Plan de soins")
_PROBLEMS, _PAST = ("11450-4", "Problèmes"), ("11348-0", "Antécédents")
_ALLERGIES, _DRUGS = ("48765-2", "Allergies"), ("10160-0", "Traitements")
_STAY, _OUT = ("8648-8", "Déroulement du séjour"), ("10183-2", "Traitement à la sortie")
_SIGNS = loinc("8716-3", "Signes vitaux")
_STAYED, _EMERGENCY = loinc("34112-3", "Séjour à l'hôpital"), loinc("15507-7", "Passage aux urgences")
_NOTES = (
    "La tension est prise au repos et notée, elle reste dans ses habitudes.",
    "Le poids est noté sur la courbe, sans commentaire.",
    "Lucie dit bien dormir, et marcher chaque jour.",
    "Les nausées du matin diminuent.",
    "Une question sur le travail : la réponse est écrite dans la marge.",
    "Les résultats du laboratoire sont lus ensemble, ligne par ligne.",
    "Le vaccin proposé est expliqué, la décision est laissée à Lucie.",
    "Un exercice de respiration est montré, puis refait à deux.",
    "Le cœur de l'enfant est écouté, son rythme est régulier.",
    "La date de la visite suivante est fixée avec elle.",
    "Un document est remis sur l'alimentation : peu de règles, toutes expliquées.",
    "Lucie demande qui lira ce carnet : elle seule, et qui elle nommera.",
    "Le projet de naissance est repris, une phrase est changée.",
    "Rien d'inquiétant n'est trouvé ce jour.",
    "La liste des numéros à appeler est relue.",
)


def signs(systolic: str, diastolic: str, pulse: str, weight: str = "") -> Section:
    """Return the section of what was measured."""
    rows = [
        Result(loinc("8480-6", "Tension, maximum"), systolic, "mm[Hg]", "mmHg"),
        Result(loinc("8462-4", "Tension, minimum"), diastolic, "mm[Hg]", "mmHg"),
        Result(loinc("8867-4", "Pouls"), pulse, "/min", "par minute"),
    ]
    if weight:
        rows.append(Result(loinc("29463-7", "Poids"), weight, "kg", "kg"))
    return Section("Mesures", _SIGNS, (Results("Mesure", tuple(rows), _SIGNS),))


def drugs(title: str, code: tuple[str, str], *rows: tuple[str, str]) -> Section:
    """Return the section of medicines: which, how to take them."""
    return section(title, code, Table(("Médicament", "Comment le prendre"), rows))


PAPERS: tuple[Paper, ...] = (
    Paper("karim", "diallo", "Consultation de suivi du diabète", 5, "11488-4", "2026-03-20T09:30",
          structured(
              section("Motif", _REASON, "Suivi du diabète."), signs("128", "76", "68", "81"),
              section("Examen", _EXAM, "Diabète de type 2 connu depuis 2021.", "Pieds sans plaie."),
              section("Suite", _PLAN, Items(("Même traitement.", "Fond d'œil cette année.", "Revoir dans trois mois."),
                                            ordered=True)))),
    Paper("karim", "diallo", "Synthèse médicale de Karim", 1, "60591-5", "2026-03-20T10:00",
          structured(
              section("Problèmes", _PROBLEMS, Items(("Diabète de type 2 (2021)", "Hypertension (2023)"))),
              section("Antécédents", _PAST, "Appendicite opérée en 1994."),
              section("Allergies", _ALLERGIES, Paragraph("Pénicilline : plaques sur la peau.",
                                                         "Dit par Karim, pas vérifié par un test.")),
              drugs("Traitements", _DRUGS, ("Metformine 1 g", "un comprimé matin et soir"),
                    ("Ramipril 5 mg", "un comprimé le matin")))),
    Paper("karim", "marchal", "Fond d'œil", 5, "78513-9", "2026-04-28T11:15",
          around(pdf("Fond d'œil sans particularité, des deux côtés.", "Prochain contrôle dans un an."))),
    Paper("karim", "vidal", "Soins des pieds", 5, "11506-3", "2026-05-12T14:00",
          text("Pas de plaie, sensibilité conservée.", "Conseils : chaussures souples, regarder ses pieds chaque soir.")),
    Paper("jeanne", "diallo", "Synthèse médicale de Jeanne", 1, "60591-5", "2026-02-20T11:30",
          structured(
              section("Problèmes", _PROBLEMS, Items(("Hypertension", "Arthrose des mains", "Fracture du poignet (2026)"))),
              section("Allergies", _ALLERGIES, "Aucune connue."),
              drugs("Traitements", _DRUGS, ("Amlodipine 5 mg", "un comprimé le matin")),
              section("Vie quotidienne", ("29762-2", "Mode de vie"), "Vit seule, son fils passe chaque semaine."))),
    Paper("jeanne", "hopital", "Passage aux urgences de Jeanne", 5, "15507-7", "2026-01-30T17:40",
          structured(
              section("Motif", _REASON, "Chute dans l'escalier."), signs("151", "84", "88"),
              section("Examen", _EXAM, "Poignet gauche douloureux, doigts mobiles."),
              section("Suite", _PLAN, Items(("Plâtre quatre semaines.", "Revoir avec une radiographie.")),
                      ), act=_EMERGENCY)),
    Paper("lucie", "faure", "Consultation du quatrième mois", 5, "11488-4", "2026-04-15T15:00",
          structured(section("Motif", _REASON, "Suivi de grossesse, quatrième mois."), signs("112", "70", "80", "64"),
                     section("Suite", _PLAN, "Tout va bien.", "Prochaine consultation dans quatre semaines."))),
    Paper("lucie", "faure", "Carnet de suivi de la grossesse", 1, "SYNTH", "2026-05-14T15:30",
          booklet("Semaine", 5, 30, _NOTES, 17.0)),
    Paper("khadija", "guerin", "Compte rendu de spécialiste", 5, "11488-4", "2026-01-22T09:00",
          structured(section("Motif", _REASON, "Palpitations, consultation demandée par la patiente."),
                     signs("118", "72", "74"), section("Suite", _PLAN, "Pas de traitement."))),
    Paper("khadija", "ferrand", "Synthèse du séjour de 2019", 1, "68599-0", "2026-01-12T16:00",
          structured(section("Histoire", _STORY, "Séjour de trois semaines en 2019.", "Sortie d'un commun accord."),
                     section("Depuis", _PLAN, "Suivi terminé en 2022. Aucun traitement depuis."))),
    Paper("khadija", "ferrand", "Dernière consultation au centre", 5, "11488-4", "2026-01-12T16:30",
          rtf("Tout va bien depuis quatre ans.", "Khadija peut rappeler quand elle veut.")),
    Paper("pierre", "hopital", "Lettre de sortie de Pierre", 5, "11490-0", "2026-04-01T14:00",
          structured(
              section("Motif", _REASON, "Infection du poumon."),
              section("Le séjour", _STAY, "Antibiotique pendant sept jours.", "Oxygène arrêté le troisième jour.",
                      inside=(section("Examens", _STAY, Items(("Scanner du thorax", "Prises de sang"))),)),
              drugs("À la sortie", _OUT, ("Amoxicilline 1 g", "trois fois par jour, encore deux jours"),
                    ("Paracétamol 1 g", "si besoin")),
              section("Suite", _PLAN, "Contrôle du scanner dans six semaines."), act=_STAYED)),
    Paper("pierre", "lenoir", "Avis de gériatrie", 5, "34112-3", "2026-03-28T10:00",
          structured(section("Examen", _EXAM, "Marche avec une canne, mémoire bonne."), signs("134", "70", "76", "72"),
                     section("Suite", _PLAN, "Kinésithérapie à domicile."), act=_STAYED)),
    Paper("farah", "hopital", "Passage aux urgences de Farah", 5, "15507-7", "2026-02-08T23:10",
          structured(section("Motif", _REASON, "Blessures."),
                     section("Examen", _EXAM, "Ecchymoses des bras, décrites dans le certificat remis en main propre."),
                     section("Suite", _PLAN, "Adresse d'une association donnée.", "Revoir en consultation."),
                     act=_EMERGENCY)),
    Paper("farah", "sorel", "Entretiens avec la psychologue", 5, "83901-9", "2026-04-10T11:00",
          pdf("Cinq entretiens depuis février.", "Le sommeil revient. Farah souhaite continuer.")),
    Paper("bernard", "abadie", "Bilan d'orthophonie", 5, "34120-6", "2026-05-07T09:00",
          self_presentable(
              section("Motif", _REASON, "Difficultés à trouver ses mots depuis l'accident de 2025."),
              section("Bilan", _EXAM, Table(("Épreuve", "Résultat"), (("Nommer des images", "32 sur 40"),
                                                                       ("Répéter", "sans erreur")))),
              section("Suite", _PLAN, "Trente séances, une par semaine."))),
    Paper("dylan", "sorel", "Entretien d'arrivée", 5, "83901-9", "2026-03-04T10:00",
          text("Dylan demande à parler chaque semaine.", "Pas d'urgence. Prochain entretien le 11 mars.")),
    Paper("paulette", "moreau", "Synthèse médicale de Paulette", 1, "60591-5", "2026-05-18T10:00",
          structured(section("Problèmes", _PROBLEMS, "Épilepsie équilibrée."),
                     section("Allergies", _ALLERGIES, "Aucune connue."),
                     drugs("Traitements", _DRUGS, ("Lamotrigine 100 mg", "un comprimé matin et soir")))),
    Paper("irina", "diallo", "Consultation de janvier", 5, "11488-4", "2026-01-22T17:00",
          structured(section("Motif", _REASON, "Fatigue."), signs("121", "78", "70"),
                     section("Suite", _PLAN, "Nouveau dosage dans trois mois."))),
    Paper("joseph", "marchal", "Consultation pour les yeux", 5, "78513-9", "2026-03-17T10:45",
          pdf("Vision inchangée.", "Joseph demande ses lettres en gros caractères.")),
)
