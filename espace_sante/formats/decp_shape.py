"""The shape of the essential data of public procurement, version 2.0.3: the fields of the official schema, under their own names.

Stricter than the schema in one thing: a date exists. Source: see `decp.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec import Struct as _Struct


class Struct(_Struct):
    """A part of the file: its lists never hold the same thing twice."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, tuple) and any(one in value[:place] for place, one in enumerate(value)):
                raise ValueError("twice the same")


Id = Annotated[str, Meta(min_length=1, max_length=16)]
Siret = Annotated[str, Meta(pattern="^[0-9]{14}$")]
What = Annotated[str, Meta(max_length=1000)]
Months = Annotated[int, Meta(ge=1)]
Ordinal = Annotated[int, Meta(ge=1)]
Amount = Annotated[float, Meta(ge=1)]
Share = Annotated[float, Meta(ge=0, le=1)]
Zero = Annotated[float, Meta(ge=0)]
KindOfNumber = Literal["SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "HORS-UE"]


class Buyer(Struct):
    """Who buys, by his SIRET."""

    id: Siret


class Party(Struct):
    """A company, by a number."""

    typeIdentifiant: KindOfNumber
    id: str


class Holder(Struct):
    """Who holds a contract."""

    titulaire: Party


class Concessionaire(Struct):
    """Who holds a concession."""

    concessionnaire: Party


class Techniques(Struct):
    """How it was bought."""

    technique: Annotated[
        tuple[
            Literal[
                "Accord-cadre",
                "Concours",
                "Système de qualification",
                "Système d'acquisition dynamique",
                "Catalogue électronique",
                "Enchère électronique",
                "Sans objet",
            ],
            ...,
        ],
        Meta(min_length=1),
    ]


class Ways(Struct):
    """How it is carried out."""

    modaliteExecution: Annotated[
        tuple[Literal["Tranches", "Bons de commande", "Marchés subséquents", "Sans objet"], ...], Meta(min_length=1)
    ]


class Prices(Struct):
    """How its price moves."""

    typePrix: Annotated[
        tuple[Literal["Définitif ferme", "Définitif actualisable", "Définitif révisable", "Provisoire"], ...],
        Meta(min_length=1),
    ]


class Social(Struct):
    """What a contract asks for people."""

    considerationSociale: Annotated[
        tuple[
            Literal[
                "Clause sociale",
                "Critère social",
                "Marché réservé",
                "Pas de considération sociale",
            ],
            ...,
        ],
        Meta(min_length=1),
    ]


class ConcessionSocial(Struct):
    """What a concession asks for people."""

    considerationSociale: Annotated[
        tuple[Literal["Clause sociale", "Critère social", "Concession réservée", "Pas de considération sociale"], ...],
        Meta(min_length=1),
    ]


class Environment(Struct):
    """What it asks for the environment."""

    considerationEnvironnementale: Annotated[
        tuple[
            Literal["Clause environnementale", "Critère environnemental", "Pas de considération environnementale"],
            ...,
        ],
        Meta(min_length=1),
    ]


class Place(Struct):
    """Where it is carried out."""

    code: str
    typeCode: Literal[
        "Code postal",
        "Code commune",
        "Code arrondissement",
        "Code canton",
        "Code département",
        "Code région",
        "Code pays",
    ]


class Subcontract(Struct):
    """Part of it given to another."""

    id: Ordinal
    sousTraitant: Party
    dureeMois: Months
    dateNotification: date
    datePublicationDonnees: date
    montant: Amount
    variationPrix: Literal["Ferme", "Actualisable", "Révisable"]


class HeldSubcontract(Struct):
    """The same, as lists hold it."""

    acteSousTraitance: Subcontract


class SubcontractChange(Struct):
    """What changed of it."""

    id: Ordinal
    dateNotificationModificationSousTraitance: date
    datePublicationDonnees: date
    dureeMois: Months | msgspec.UnsetType = msgspec.UNSET
    montant: Amount | msgspec.UnsetType = msgspec.UNSET


class HeldSubcontractChange(Struct):
    """The same, as lists hold it."""

    modificationActeSousTraitance: SubcontractChange


class Change(Struct):
    """What changed of a contract."""

    id: Ordinal
    dateNotificationModification: date
    datePublicationDonneesModification: date
    dureeMois: Months | msgspec.UnsetType = msgspec.UNSET
    montant: Amount | msgspec.UnsetType = msgspec.UNSET
    titulaires: Annotated[tuple[Holder, ...], Meta(min_length=1)] | msgspec.UnsetType = msgspec.UNSET


class HeldChange(Struct):
    """The same, as lists hold it."""

    modification: Change


class Contract(Struct, forbid_unknown_fields=True, kw_only=True):
    """One contract."""

    id: Id
    acheteur: Buyer
    nature: Literal["Marché", "Marché de partenariat", "Marché de défense ou de sécurité"]
    objet: What
    codeCPV: Annotated[str, Meta(pattern="^[0-9]{8}(-[0-9])?$")]
    techniques: Techniques
    modalitesExecution: Ways
    idAccordCadre: Id | msgspec.UnsetType = msgspec.UNSET
    marcheInnovant: bool
    ccag: Literal[
        "Travaux",
        "Maitrise d'œuvre",
        "Fournitures courantes et services",
        "Marchés industriels",
        "Prestations intellectuelles",
        "Techniques de l'information et de la communication",
        "Pas de CCAG",
    ]
    offresRecues: Annotated[int, Meta(ge=1)]
    attributionAvance: bool
    tauxAvance: Share | msgspec.UnsetType = msgspec.UNSET
    typeGroupementOperateurs: Literal["Conjoint", "Solidaire", "Pas de groupement"]
    sousTraitanceDeclaree: bool
    actesSousTraitance: Annotated[tuple[HeldSubcontract, ...], Meta(min_length=1)] | msgspec.UnsetType = msgspec.UNSET
    procedure: Literal[
        "Procédure adaptée",
        "Appel d'offres ouvert",
        "Appel d'offres restreint",
        "Procédure avec négociation",
        "Marché passé sans publicité ni mise en concurrence préalable",
        "Dialogue compétitif",
    ]
    lieuExecution: Place
    dureeMois: Months
    dateNotification: date
    datePublicationDonnees: date
    montant: Amount
    typesPrix: Prices
    formePrix: Literal["Unitaire", "Forfaitaire", "Mixte"]
    origineUE: Share | msgspec.UnsetType = msgspec.UNSET
    origineFrance: Share | msgspec.UnsetType = msgspec.UNSET
    titulaires: Annotated[tuple[Holder, ...], Meta(min_length=1)]
    considerationsSociales: Social
    considerationsEnvironnementales: Environment
    modificationsActesSousTraitance: (
        Annotated[tuple[HeldSubcontractChange, ...], Meta(min_length=1)] | msgspec.UnsetType
    ) = msgspec.UNSET
    modifications: Annotated[tuple[HeldChange, ...], Meta(min_length=1)] | msgspec.UnsetType = msgspec.UNSET


class Fee(Struct):
    """What users pay."""

    intituleTarif: Annotated[str, Meta(max_length=256)]
    tarif: Zero


class HeldFee(Struct):
    """The same, as lists hold it."""

    tarif: Fee


class YearOfConcession(Struct):
    """One year of a concession."""

    datePublicationDonneesExecution: date
    depensesInvestissement: Zero
    tarifs: Annotated[tuple[HeldFee, ...], Meta(min_length=1)]


class HeldYear(Struct):
    """The same, as lists hold it."""

    donneesAnnuelles: YearOfConcession


class ConcessionChange(Struct):
    """What changed of a concession."""

    id: Ordinal
    dateSignatureModification: date
    datePublicationDonneesModification: date
    dureeMois: Months | msgspec.UnsetType = msgspec.UNSET
    valeurGlobale: Amount | msgspec.UnsetType = msgspec.UNSET


class HeldConcessionChange(Struct):
    """The same, as lists hold it."""

    modification: ConcessionChange


class Concession(Struct, forbid_unknown_fields=True, kw_only=True):
    """One concession."""

    id: Id
    autoriteConcedante: Buyer
    nature: Literal[
        "Concession de travaux",
        "Concession de service",
        "Concession de service public",
        "Délégation de service public",
    ]
    objet: What
    procedure: Literal[
        "Procédure négociée ouverte",
        "Procédure non négociée ouverte",
        "Procédure négociée restreinte",
        "Procédure non négociée restreinte",
    ]
    dureeMois: Months
    dateSignature: date
    datePublicationDonnees: date
    dateDebutExecution: date
    valeurGlobale: Amount
    montantSubventionPublique: Zero
    donneesExecution: tuple[HeldYear, ...] | msgspec.UnsetType = msgspec.UNSET
    concessionnaires: Annotated[tuple[Concessionaire, ...], Meta(min_length=1)]
    considerationsSociales: ConcessionSocial
    considerationsEnvironnementales: Environment
    modifications: Annotated[tuple[HeldConcessionChange, ...], Meta(min_length=1)] | msgspec.UnsetType = msgspec.UNSET


class Lists(Struct, rename={"contrat_concession": "contrat-concession"}):
    """Both lists."""

    marche: tuple[Contract, ...] | None = None
    contrat_concession: tuple[Concession, ...] | None = None


class File(Struct):
    """A whole file."""

    marches: Lists
