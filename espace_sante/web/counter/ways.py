"""The three ways by which an act reaches an agent: who is where, what must have been checked, what is said and ticked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from espace_sante.access.request import Channel, Proof
from espace_sante.actions.act import Field, FieldKind
from espace_sante.consent.ties import Tie
from espace_sante.kernel.i18n import mark


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its address, the channel and the proof it gives, what is checked first, and what is ticked once read back.

    `fields`: what the paper bears besides the answers, for what is entered after a failure or a visit.
    `first_words`: what is said before anything is asked, when it is not the act's own.
    `aids`: who may carry the words between her and the agent, ("", words) for nobody; the first act is the same for all.
    """

    word: str
    path: str
    channel: Channel
    proof: Proof
    title: str
    note: str
    checked: str
    read_back: str
    first_words: str = ""
    aids: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def is_late(self) -> bool:
        """Say whether what comes by it was written on a numbered sheet first."""
        return bool(self.fields)


# What is noted of who carried the words; the act, its proof and its effect are the same. Source: inclusion.md, subject 6.
_RELAY, _INTERPRETER = "relais", "interprete"
WAYS = (
    Way(
        "guichet",
        "/guichet",
        Channel.COUNTER,
        Proof.IDENTITY_SEEN,
        mark("La personne est devant vous"),
        mark("Vous faites la démarche avec elle. Vous ne voyez pas ses documents : ils s’impriment pour elle."),
        mark("J’ai vu sa pièce d’identité, et elle est d’accord."),
        mark("Je lui ai lu ce texte à voix haute. Elle l’a vu, et elle a dit oui."),
        aids=(
            ("direct", mark("Elle-même")),
            (_INTERPRETER, mark("Un interprète, dans sa langue ou en langue des signes")),
        ),
    ),
    Way(
        "courrier",
        "/guichet/courrier",
        Channel.PAPER,
        Proof.SIGNED_FORM,
        mark("Un formulaire est arrivé par courrier"),
        mark("Recopiez le formulaire signé. Le numéro de la feuille ne sert qu’une fois."),
        mark("Le formulaire est signé, et son numéro correspond."),
        mark("J’ai comparé chaque réponse avec le papier signé."),
    ),
    Way(
        "feuille",
        "/guichet/feuille",
        Channel.PAPER,
        Proof.SIGNED_FORM,
        mark("Une feuille numérotée est à entrer"),
        mark(
            "Écrite pendant une panne ou une visite. Ce qui retire vaut tout de suite ; ce qui donne attend qu’un autre agent entre la même"
            " feuille."
        ),
        mark("La feuille est signée. Son numéro et son jour sont écrits dessus."),
        mark("J’ai comparé chaque réponse avec la feuille signée."),
        fields=(
            Field("sheet", mark("Le numéro de la feuille"), help=mark("Dix chiffres, en haut de la feuille.")),
            Field("written", mark("Le jour écrit sur la feuille"), FieldKind.DATE),
        ),
    ),
    Way(
        "telephone",
        "/guichet/telephone",
        Channel.PHONE,
        Proof.CONTACT,
        mark("La personne est au téléphone"),
        mark("Retirer, refuser, cacher, bloquer, fermer : tout de suite. Le reste commence seulement, et se signe."),
        mark("J’ai reconnu son numéro, et elle m’a donné un élément personnel."),
        mark("Je lui ai relu ce texte et ses réponses. Elle a dit oui."),
        mark("Je vous rappelle au numéro que nous connaissons, puis je vous demande votre date de naissance."),
        (
            ("direct", mark("Elle-même")),
            (_RELAY, mark("Un service relais, pour une personne sourde ou qui ne parle pas")),
            (_INTERPRETER, mark("Un interprète, dans sa langue")),
        ),
    ),
)
BY_WORD: Mapping[str, Way] = MappingProxyType({way.word: way for way in WAYS})
BY_PATH: Mapping[str, Way] = MappingProxyType({way.path: way for way in WAYS})
# Asked of the agent himself before each act; whoever is tied to her does nothing for her. Source: inclusion.md HLP-15.
NO_TIE = "no"
TIES = (
    (NO_TIE, mark("Non")),
    (Tie.FAMILY.value, mark("Oui : famille, ou proche")),
    (Tie.EMPLOYER.value, mark("Oui : je travaille pour elle, ou elle pour moi")),
    (Tie.PROPERTY.value, mark("Oui : un logement, un terrain, un héritage")),
    (Tie.MONEY.value, mark("Oui : assurance, banque, dette, vente")),
    (Tie.OTHER.value, mark("Oui : autre chose")),
)
NUMBERS = (
    ("ins", mark("Numéro de sécurité sociale (INS)")),
    ("local", mark("Numéro donné au guichet")),
    ("code", mark("Code de la lettre d’invitation")),
)
