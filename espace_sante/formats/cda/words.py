"""French words for what the standard says in codes and element names; each is translated where it is shown.

A code that is not here is shown as it stands, so nothing is silently dropped.
Source: HL7 V3 vocabulary (NullFlavor, ObservationInterpretation, ActStatus, ActMood, ActRelationshipType,
ParticipationType), CI-SIS value sets; UCUM for units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from espace_sante.kernel.i18n import mark

MISSING = MappingProxyType({
    "NI": mark("non renseigné"),
    "UNK": mark("inconnu"),
    "ASKU": mark("demandé, mais inconnu"),
    "NAV": mark("pas encore disponible"),
    "NASK": mark("non demandé"),
    "MSK": mark("masqué par l’auteur du document"),
    "NA": mark("sans objet"),
    "OTH": mark("autre"),
    "NINF": mark("sans limite basse"),
    "PINF": mark("sans limite haute"),
    "TRC": mark("traces"),
    "QS": mark("quantité suffisante"),
    "INV": mark("valeur non valable"),
    "UNC": mark("non codé"),
    "DER": mark("à calculer"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flag:
    """How a result reads: a sign, a word, and whether it must be noticed. Colour is never alone to say it."""

    sign: str
    word: str
    noticed: bool = True


FLAGS = MappingProxyType({
    "H": Flag("▲", mark("Élevé")),
    "HH": Flag("▲▲", mark("Très élevé")),
    "HU": Flag("▲▲", mark("Nettement élevé")),
    "L": Flag("▼", mark("Bas")),
    "LL": Flag("▼▼", mark("Très bas")),
    "LU": Flag("▼▼", mark("Nettement bas")),
    "A": Flag("!", mark("Anormal")),
    "AA": Flag("!!", mark("Très anormal")),
    ">": Flag("▲", mark("Au-dessus de ce que l’appareil mesure")),
    "<": Flag("▼", mark("Au-dessous de ce que l’appareil mesure")),
    "HX": Flag("▲", mark("Au-dessus du seuil haut")),
    "LX": Flag("▼", mark("Au-dessous du seuil bas")),
    "N": Flag("✓", mark("Normal"), noticed=False),
    "U": Flag("↗", mark("En hausse"), noticed=False),
    "D": Flag("↘", mark("En baisse"), noticed=False),
    "B": Flag("+", mark("En amélioration"), noticed=False),
    "W": Flag("−", mark("En aggravation"), noticed=True),
    "S": Flag("S", mark("Sensible"), noticed=False),
    "R": Flag("R", mark("Résistant"), noticed=False),
    "I": Flag("I", mark("Intermédiaire"), noticed=False),
    "MS": Flag("MS", mark("Moyennement sensible"), noticed=False),
    "VS": Flag("VS", mark("Très sensible"), noticed=False),
    "POS": Flag("+", mark("Positif"), noticed=False),
    "NEG": Flag("−", mark("Négatif"), noticed=False),
    "DET": Flag("+", mark("Détecté"), noticed=False),
    "ND": Flag("−", mark("Non détecté"), noticed=False),
    "IND": Flag("?", mark("Indéterminé"), noticed=False),
})  # fmt: skip

STATUSES = MappingProxyType({
    "completed": mark("terminé"),
    "active": mark("en cours"),
    "aborted": mark("interrompu"),
    "cancelled": mark("annulé"),
    "new": mark("à venir"),
    "held": mark("en attente"),
    "suspended": mark("suspendu"),
    "obsolete": mark("remplacé"),
    "nullified": mark("annulé, saisi par erreur"),
    "normal": mark("sans particularité"),
})  # fmt: skip

MOODS = MappingProxyType({
    "INT": mark("prévu"),
    "RQO": mark("demandé"),
    "PRP": mark("proposé"),
    "PRMS": mark("promis"),
    "APT": mark("rendez-vous"),
    "ARQ": mark("rendez-vous demandé"),
    "GOL": mark("objectif"),
    "DEF": mark("définition"),
    "OPT": mark("choix possible"),
})  # fmt: skip

RELATIONS = MappingProxyType({
    "RSON": mark("Motif"),
    "CAUS": mark("Cause de"),
    "MFST": mark("Se manifeste par"),
    "SPRT": mark("À l’appui"),
    "GEVL": mark("Évalue"),
    "SAS": mark("Commence après"),
    "RPLC": mark("Remplace"),
    "XFRM": mark("Transforme"),
    "PRCN": mark("Condition"),
    "TRIG": mark("Déclencheur"),
})  # fmt: skip

MEALS = MappingProxyType({
    "AC": mark("avant le repas"), "ACM": mark("avant le petit-déjeuner"), "ACD": mark("avant le déjeuner"),
    "ACV": mark("avant le dîner"), "PC": mark("après le repas"), "PCM": mark("après le petit-déjeuner"),
    "PCD": mark("après le déjeuner"), "PCV": mark("après le dîner"), "HS": mark("au coucher"),
    "IC": mark("entre les repas"), "ICM": mark("entre petit-déjeuner et déjeuner"),
    "ICD": mark("entre déjeuner et dîner"), "ICV": mark("entre dîner et coucher"), "C": mark("au repas"),
    "CM": mark("au petit-déjeuner"), "CD": mark("au déjeuner"), "CV": mark("au dîner"), "WAKE": mark("au réveil"),
    "MORN": mark("le matin"), "NOON": mark("à midi"), "AFT": mark("l’après-midi"), "EVE": mark("le soir"),
    "NIGHT": mark("la nuit"),
})  # fmt: skip

# Statements, parts people had in them, and elements that hold a value; by their name in the standard.
NAMES = MappingProxyType({
    "entry": mark("Donnée"), "entryRelationship": mark("Donnée liée"), "component": mark("Partie"),
    "act": mark("Acte"), "observation": mark("Observation"), "organizer": mark("Ensemble"),
    "procedure": mark("Intervention"), "encounter": mark("Rencontre"),
    "substanceAdministration": mark("Traitement"), "supply": mark("Fourniture"),
    "observationMedia": mark("Fichier joint"), "regionOfInterest": mark("Zone d’une image"),
    "consumable": mark("Produit"), "product": mark("Produit"), "manufacturedProduct": mark("Produit"),
    "manufacturedMaterial": mark("Produit"), "manufacturerOrganization": mark("Fabricant"),
    "performer": mark("Réalisé par"), "author": mark("Auteur"), "informant": mark("Informateur"),
    "participant": mark("Participant"), "participantRole": mark("Participant"), "playingEntity": mark("Désignation"),
    "playingDevice": mark("Appareil"), "scopingEntity": mark("Organisme"), "assignedEntity": mark("Professionnel"),
    "assignedAuthor": mark("Professionnel"), "assignedPerson": mark("Personne"),
    "assignedAuthoringDevice": mark("Logiciel ou appareil"), "representedOrganization": mark("Structure"),
    "relatedEntity": mark("Personne liée"), "relatedPerson": mark("Personne liée"),
    "relatedSubject": mark("Personne concernée"), "subject": mark("Personne concernée"),
    "specimen": mark("Échantillon"), "specimenRole": mark("Échantillon"),
    "specimenPlayingEntity": mark("Échantillon"), "referenceRange": mark("Valeurs de référence"),
    "observationRange": mark("Valeurs de référence"), "precondition": mark("Condition"), "criterion": mark("Condition"),
    "reference": mark("Renvoi"), "externalDocument": mark("Autre document"), "externalAct": mark("Autre acte"),
    "externalObservation": mark("Autre observation"), "asContent": mark("Contenu"),
    "asSpecializedKind": mark("Classe de médicament"), "generalizedMedicineClass": mark("Classe de médicament"),
    "ingredient": mark("Composition"), "containerPackagedMedicine": mark("Conditionnement"),
    "id": mark("Identifiant"), "code": mark("Code"), "text": mark("Texte"), "title": mark("Titre"),
    "name": mark("Nom"), "desc": mark("Description"), "value": mark("Valeur"), "statusCode": mark("État"),
    "effectiveTime": mark("Date"), "time": mark("Date"), "birthTime": mark("Date de naissance"),
    "expirationTime": mark("Date de péremption"), "priorityCode": mark("Priorité"), "methodCode": mark("Méthode"),
    "targetSiteCode": mark("Endroit du corps"), "approachSiteCode": mark("Endroit d’administration"),
    "routeCode": mark("Voie d’administration"), "doseQuantity": mark("Dose"), "rateQuantity": mark("Débit"),
    "maxDoseQuantity": mark("Dose maximale"), "repeatNumber": mark("Nombre de fois"), "quantity": mark("Quantité"),
    "administrationUnitCode": mark("Unité d’administration"), "independentInd": mark("Indépendant"),
    "expectedUseTime": mark("Durée d’utilisation"), "lotNumberText": mark("Numéro de lot"),
    "formCode": mark("Forme"), "capacityQuantity": mark("Contenance"), "telecom": mark("Téléphone ou adresse électronique"),
    "addr": mark("Adresse"), "functionCode": mark("Fonction"), "modeCode": mark("Moyen"),
    "signatureCode": mark("Signature"), "administrativeGenderCode": mark("Sexe"),
    "standardIndustryClassCode": mark("Secteur"), "sequenceNumber": mark("Rang"), "languageCode": mark("Langue"),
    "confidentialityCode": mark("Confidentialité"), "manufacturerModelName": mark("Modèle"),
    "softwareName": mark("Logiciel"), "uncertaintyCode": mark("Incertitude"), "dischargeDispositionCode": mark("Sortie"),
    "interpretationCode": mark("Interprétation"), "nullFlavor": mark("Pourquoi rien n’est dit"), "isModifiable": mark("Modifiable"),
})  # fmt: skip

SYSTEMS = MappingProxyType({
    "2.16.840.1.113883.6.1": "LOINC", "2.16.840.1.113883.6.96": "SNOMED CT", "2.16.840.1.113883.6.3": "CIM-10",
    "2.16.840.1.113883.6.73": "ATC", "1.2.250.1.213.2.3.1": "CIS", "1.2.250.1.213.2.3.2": "CIP",
    "1.2.250.1.213.2.5": "CCAM", "1.2.250.1.213.2.7": "NABM", "0.4.0.127.0.16.1.1.2.1": "EDQM",
})  # fmt: skip

# Units that are words in French; `1` says that there is none.
UNITS = MappingProxyType({
    "1": "", "s": mark("secondes"), "min": mark("minutes"), "h": mark("heures"), "d": mark("jours"),
    "wk": mark("semaines"), "mo": mark("mois"), "a": mark("ans"), "Cel": "°C", "mm[Hg]": "mmHg",
    "[ppm]": "ppm", "[pH]": "pH", "[drp]": mark("gouttes"), "{tablet}": mark("comprimés"),
})  # fmt: skip
_UCUM = (("10*", "10^"), ("[IU]", "UI"), ("[iU]", "UI"), ("{", ""), ("}", ""))
_MICRO = re.compile(r"(?<![A-Za-z])u(?=(?:g|m|L|l|mol|kat|U|UI|Eq)(?![A-Za-z]))")


def unit_in_words(unit: str) -> str:
    """Return a UCUM unit as a person writes it; what is not known stays as it is."""
    if unit in UNITS:
        return UNITS[unit]
    for written, said in _UCUM:
        unit = unit.replace(written, said)
    unit = _MICRO.sub("µ", unit)
    return f"{unit[:-2]}/jour" if unit.endswith("/d") else unit
