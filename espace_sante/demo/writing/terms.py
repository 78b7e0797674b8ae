"""Codes our documents carry: types of document, professions, places of care. Values only.

Source: JDV_J07 (types), JDV_J01 and TRE_R95 (professions), JDV_J02 (places), JDV_J04 (settings) of the CI-SIS.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

LOINC = "2.16.840.1.113883.6.1"
_TYPES = "1.2.250.1.213.1.1.4.12"
_PROFESSIONS = "1.2.250.1.213.1.1.4.5"
_OTHERS = "1.2.250.1.213.1.6.1.109"


@dataclass(frozen=True, slots=True)
class Code:
    """A code, the OID of its system and its words."""

    code: str
    system: str
    display: str


def loinc(code: str, display: str) -> Code:
    """Return a LOINC code."""
    return Code(code, LOINC, display)


TYPES = MappingProxyType(
    {
        **{
            code: loinc(code, display)
            for code, display in (
                ("11369-6", "Historique des vaccinations"),
                ("11488-4", "CR ou fiche de consultation ou de visite"),
                ("11490-0", "Lettre de liaison à la sortie d'un établissement de soins"),
                ("11502-2", "CR d'examens biologiques"),
                ("11506-3", "CR ou fiche de suivi de soins par auxiliaire médical"),
                ("15507-7", "CR de passage aux urgences"),
                ("18748-4", "CR d'imagerie médicale"),
                ("28617-9", "Bilan bucco-dentaire"),
                ("34112-3", "CR hospitalier (séjour)"),
                ("34120-6", "Bilan par professionnel de santé"),
                ("51851-4", "Document administratif"),
                ("52040-3", "Document encapsulant une image d'illustration non DICOM"),
                ("57833-6", "Prescription de produits de santé"),
                ("60591-5", "Synthèse médicale"),
                ("60593-1", "Dispensation médicamenteuse"),
                ("68599-0", "Synthèse psychiatrique"),
                ("74465-6", "Questionnaire patient"),
                ("75492-9", "CR d'acte diagnostique à visée préventive ou de dépistage"),
                ("78513-9", "CR de consultation en ophtalmologie"),
                ("83869-8", "Plan personnalisé de prévention"),
                ("83901-9", "Bilan psychologique"),
                ("87273-9", "Note de vaccination"),
                ("89601-9", "Certificat médical"),
            )
        },
        **{
            code: Code(code, _TYPES, display)
            for code, display in (
                ("ATTEST-DROITS-AM", "Attestation de droits à l'assurance maladie"),
                ("ATTEST-HEBGT", "Attestation d'hébergement"),
                ("DOCPAT02", "Traitement ou document de soins déposé par le patient"),
                ("DOCPAT04", "Imagerie déposée par le patient"),
                ("EXPPAT_1", "Volontés et droits du patient"),
                ("EXPPAT_2", "Autre document du patient"),
                ("EXPPAT_3", "Directives anticipées"),
                ("FICHE-CONTACTS", "Fiche contacts"),
                ("PRESC-KINE", "Prescription d'actes de kinésithérapie"),
                ("REMB", "Données de remboursement"),
                ("SYNTH", "Synthèse"),
            )
        },
    }
)
SPECIALTIES = MappingProxyType(
    {
        "Médecin généraliste": Code("G15_10/SM54", _PROFESSIONS, "Médecin - Médecine Générale (SM)"),
        "Médecin régulateur (SAMU)": Code("G15_10/CAPA02", _PROFESSIONS, "Médecin - Aide médicale urgente (CAPA)"),
        "Cardiologue": Code("G15_10/SM04", _PROFESSIONS, "Médecin - Cardiologie et maladies vasculaires (SM)"),
        "Biologiste médical": Code("G15_10/SM03", _PROFESSIONS, "Médecin - Biologie médicale (SM)"),
        "Infirmière": Code("G15_60", _PROFESSIONS, "Infirmier"),
        "Radiologue": Code("G15_10/SM44", _PROFESSIONS, "Médecin - Radio-diagnostic (SM)"),
        "Pharmacienne": Code("G15_21/A", _PROFESSIONS, "Pharmacien titulaire d'officine"),
        "Diététicien": Code("G15_95", _PROFESSIONS, "Diététicien"),
        "Sage-femme": Code("G15_50", _PROFESSIONS, "Sage-Femme"),
        "Masseur-kinésithérapeute": Code("G15_70", _PROFESSIONS, "Masseur-Kinésithérapeute"),
        "Chirurgienne-dentiste": Code("G15_40", _PROFESSIONS, "Chirurgien-Dentiste"),
        "Établissement de santé": Code("G15_10/SM59", _PROFESSIONS, "Médecin - Médecine d'urgence (SM)"),
        "Gériatre": Code("G15_10/SM18", _PROFESSIONS, "Médecin - Gériatrie (SM)"),
        "Psychiatre": Code("G15_10/SM42", _PROFESSIONS, "Médecin - Psychiatrie (SM)"),
        "Psychologue": Code("93", _OTHERS, "Psychologue"),
        "Pédiatre": Code("G15_10/SM40", _PROFESSIONS, "Médecin - Pédiatrie (SM)"),
        "Ophtalmologue": Code("G15_10/SM38", _PROFESSIONS, "Médecin - Ophtalmologie (SM)"),
        "Orthophoniste": Code("G15_91", _PROFESSIONS, "Orthophoniste"),
        "Pédicure-podologue": Code("G15_80", _PROFESSIONS, "Pédicure-Podologue"),
    }
)
