"""Invented places of care, as our documents name them. Numbers start with 999, which no department has."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from espace_sante.demo.writing.terms import Code

_SECTORS = "1.2.250.1.71.4.2.4"
_SETTINGS = "1.2.250.1.213.1.1.4.9"
_CITY = Code("AMBULATOIRE", _SETTINGS, "Ambulatoire")
_HOSPITAL = Code("ETABLISSEMENT", _SETTINGS, "Etablissement de santé")
_SOCIAL = Code("ESSMS", _SETTINGS, "Etablissement ou Service Social ou Médico-Social")
_GROUP = Code("SA08", _SECTORS, "Cabinet de groupe")
_ALONE = Code("SA07", _SECTORS, "Cabinet individuel")
_HOUSE = Code("SA52", _SECTORS, "Maison de santé ou Pôle de santé")
_PUBLIC = Code("SA01", _SECTORS, "Etablissement public de santé")


@dataclass(frozen=True, slots=True)
class Place:
    """A place of care: its national number (type digit 1, then FINESS), what it is, in which setting, where."""

    name: str
    number: str
    facility: Code
    setting: Code
    house_number: str
    street: str

    @property
    def telephone(self) -> str:
        """A number of the range kept for fiction. Source: ARCEP, numbers for fiction (01 99 00)."""
        return f"tel:01990000{self.number[-2:]}"


PLACES = MappingProxyType(
    {
        place.name: place
        for place in (
            Place("Maison de santé des Tilleuls", "1999000001", _HOUSE, _CITY, "3", "allée des Tilleuls"),
            Place("Hôpital public du Val", "1999000002", _PUBLIC, _HOSPITAL, "1", "route du Val"),
            Place(
                "Laboratoire du Val",
                "1999000003",
                Code("SA25", _SECTORS, "Laboratoire de biologie médicale"),
                _CITY,
                "12",
                "route du Val",
            ),
            Place("Cabinet des Quatre-Vents", "1999000004", _GROUP, _CITY, "7", "place des Quatre-Vents"),
            Place("Cabinet du Moulin", "1999000005", _GROUP, _CITY, "15", "rue du Moulin"),
            Place("Centre d'imagerie du Val", "1999000006", _GROUP, _CITY, "2", "route du Val"),
            Place(
                "Pharmacie des Tilleuls",
                "1999000007",
                Code("SA33", _SECTORS, "Pharmacie d'officine"),
                _CITY,
                "5",
                "allée des Tilleuls",
            ),
            Place("Cabinet dentaire du Parc", "1999000008", _ALONE, _CITY, "9", "rue du Parc"),
            Place(
                "Établissement des Glycines",
                "1999000009",
                Code("SA17", _SECTORS, "Etablissement pour personnes âgées"),
                _SOCIAL,
                "20",
                "chemin des Glycines",
            ),
            Place("Centre médico-psychologique du Val", "1999000010", _PUBLIC, _HOSPITAL, "4", "route du Val"),
            Place("Cabinet du Parc", "1999000011", _ALONE, _CITY, "11", "rue du Parc"),
            Place("SAMU du Val", "1999000012", _PUBLIC, _HOSPITAL, "1", "route du Val"),
        )
    }
)
