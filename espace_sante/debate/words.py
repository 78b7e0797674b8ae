"""The closed lists of the debate, each with the words people read. Source: open letter of March 2022."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from espace_sante.kernel.i18n import mark


class Theme(StrEnum):
    """The four themes the open letter asks to debate."""

    DEVELOPMENT = "development"
    CONFIDENTIALITY = "confidentiality"
    DIGITAL_DIVIDE = "digital-divide"
    COST = "cost"


class Sort(StrEnum):
    """What a contribution is."""

    QUESTION = "question"
    PROPOSAL = "proposal"
    FOR = "for"
    AGAINST = "against"
    AMENDMENT = "amendment"


class Phase(StrEnum):
    """Where a dossier stands."""

    OPEN = "open"
    VOTING = "voting"
    CLOSED = "closed"
    ANSWERED = "answered"


class Reason(StrEnum):
    """Why a text is hidden, or held before it appears: nothing else may be a reason."""

    PERSONAL_DATA = "personal-data"
    INSULT = "insult"
    ADVERTISING = "advertising"
    OTHER_SUBJECT = "other-subject"


class Role(StrEnum):
    """Who did something on the public side of the debate: a role, never a name."""

    AUTHORITY = "authority"
    MODERATOR = "moderator"
    MODERATOR_OF_CONTESTS = "moderator-of-contests"


class Change(StrEnum):
    """What a decision may change, each of which must name its decision."""

    GUARANTEE = "guarantee"
    MATRIX = "matrix"
    COST = "cost"


class Choice(StrEnum):
    """What a ballot says of one proposal."""

    FOR = "for"
    AGAINST = "against"
    BLANK = "blank"


THEMES: Mapping[Theme, str] = MappingProxyType(
    {
        Theme.DEVELOPMENT: mark("Ce que le service doit devenir"),
        Theme.CONFIDENTIALITY: mark("Vos secrets : comment ils sont gardés"),
        Theme.DIGITAL_DIVIDE: mark("Avec ou sans écran : les mêmes droits"),
        Theme.COST: mark("Ce que cela coûte, et qui paie"),
    }
)
# Where what is written by hand is sent: the address itself is on the envelope.
TO = "Débat public, à l'adresse écrite sur votre enveloppe"
SORTS: Mapping[Sort, str] = MappingProxyType(
    {
        Sort.QUESTION: mark("Une question"),
        Sort.PROPOSAL: mark("Une proposition"),
        Sort.FOR: mark("Un argument pour"),
        Sort.AGAINST: mark("Un argument contre"),
        Sort.AMENDMENT: mark("Un changement à une proposition"),
    }
)
PHASES: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.OPEN: mark("Ouvert"),
        Phase.VOTING: mark("Vote en cours"),
        Phase.CLOSED: mark("Clos, réponse attendue"),
        Phase.ANSWERED: mark("Clos, avec réponse"),
    }
)
REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.PERSONAL_DATA: mark("Le texte semble contenir une donnée personnelle."),
        Reason.INSULT: mark("Le texte injurie, menace ou appelle à la haine."),
        Reason.ADVERTISING: mark("Le texte est une publicité."),
        Reason.OTHER_SUBJECT: mark("Le texte parle d’un autre sujet."),
    }
)
ROLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.AUTHORITY: mark("l’organisme gestionnaire"),
        Role.MODERATOR: mark("la modération"),
        Role.MODERATOR_OF_CONTESTS: mark("une autre personne de la modération"),
    }
)
CHANGES: Mapping[Change, str] = MappingProxyType(
    {
        Change.GUARANTEE: mark("Une garantie"),
        Change.MATRIX: mark("La grille des métiers"),
        Change.COST: mark("Une ligne de coût"),
    }
)
CHOICES: Mapping[Choice, str] = MappingProxyType(
    {Choice.FOR: mark("Pour"), Choice.AGAINST: mark("Contre"), Choice.BLANK: mark("Ni l’un ni l’autre")}
)
# A contribution of these sorts answers another one, and only these may.
ABOUT: Mapping[Sort, frozenset[Sort]] = MappingProxyType(
    {
        Sort.QUESTION: frozenset(),
        Sort.PROPOSAL: frozenset(),
        Sort.FOR: frozenset({Sort.PROPOSAL, Sort.AMENDMENT}),
        Sort.AGAINST: frozenset({Sort.PROPOSAL, Sort.AMENDMENT}),
        Sort.AMENDMENT: frozenset({Sort.PROPOSAL}),
    }
)
