"""The decision and its public table, compared over the product of facts."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path
from uuid import UUID

import pytest

from espace_sante.access import rules
from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.order import OrderStanding
from espace_sante.access.outcomes import RULES
from espace_sante.access.reading import visible_lines
from espace_sante.access.request import (
    ActId,
    ActorKind,
    AppUse,
    Channel,
    Context,
    Decision,
    Effect,
    Permit,
    Power,
    PowerRole,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.consent.apps import AppGrant
from espace_sante.consent.death import Death, DemandStanding
from espace_sante.consent.emergency import NO_EMERGENCY, BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import REPRESENTATIVES, Recipient, RecipientKind, at, named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.support import Standing
from espace_sante.identity.scopes import Scopes, parse_scopes
from espace_sante.kernel.ids import AppGrantId, DocumentId, GlassId, GrantId, MaskId, Rpps
from tests.oracles.decision_table import FACTS, WHO, WILL, Answer, Line, answer_to, product, read_table, sifted

TABLE = Path(rules.__file__).with_name("table.csv")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HIM, ANOTHER = Rpps("10000000017"), Rpps("10000000025")
HERE, ELSEWHERE = "990000001", "990000002"
JOB = "G15_10"
THIS, OTHER = DocumentId(UUID(int=1)), DocumentId(UUID(int=2))
CATEGORY, OTHER_CATEGORY = 4, 7
HIMSELF = named(HIM)
APP = AppGrantId(UUID(int=55))
DEATH = Death(date(2026, 11, 1), "12", NOW - DAY, "one", "another")
GRANT, GLASS = GrantId(UUID(int=77)), GlassId(UUID(int=66))

KINDS = {
    "personne": ActorKind.PERSON,
    "professionnel": ActorKind.PRACTITIONER,
    "agent": ActorKind.AGENT,
    "exploitant": ActorKind.OPERATOR,
    "logiciel d'essai": ActorKind.SANDBOX,
    "aidant": ActorKind.HELPER,
}
ACTS = {
    "entrer un coupon": ActId.RECEIVE_COUPON,
    "s'occuper d'une page": ActId.HANDLE_PAGE,
    "tenir les feuilles": ActId.KEEP_SHEETS,
    "ouvrir": ActId.OPEN_SPACE,
    "refuser": ActId.REFUSE_SPACE,
    "déposer": ActId.DEPOSIT_DOCUMENT,
    "lister": ActId.LIST_DOCUMENTS,
    "lire": ActId.READ_DOCUMENT,
    "écrire une donnée": ActId.WRITE_RESOURCE,
    "lire des données": ActId.READ_RESOURCE,
    "autoriser": ActId.GRANT_ACCESS,
    "limiter": ActId.LIMIT_GRANT,
    "nommer un administrateur": ActId.NAME_ADMINISTRATOR,
    "retirer": ActId.WITHDRAW_ACCESS,
    "masquer": ActId.MASK,
    "montrer de nouveau": ActId.UNMASK,
    "bloquer": ActId.BLOCK,
    "débloquer": ActId.UNBLOCK,
    "garder ensemble": ActId.KEEP_EPISODE,
    "défaire un épisode": ActId.END_EPISODE,
    "accepter les dépôts": ActId.ACCEPT_DEPOSITS,
    "refuser les dépôts": ActId.REFUSE_DEPOSITS,
    "laisser relire": ActId.LET_AUTHORS_READ,
    "ne plus laisser relire": ActId.STOP_AUTHORS_READING,
    "montrer les nouveaux": ActId.SHOW_NEW_DOCUMENTS,
    "cacher les nouveaux": ActId.HIDE_NEW_DOCUMENTS,
    "desceller": ActId.UNSEAL_SPACE,
    "sceller": ActId.SEAL_SPACE,
    "permettre un usage": ActId.ALLOW_SECONDARY_USE,
    "arrêter un usage": ActId.END_SECONDARY_USE,
    "lire le journal": ActId.READ_JOURNAL,
    "fermer": ActId.CLOSE_SPACE,
    "inviter": ActId.INVITE,
    "demander un accès": ActId.REQUEST_ACCESS,
    "présenter une carte": ActId.USE_ACCESS_CARD,
    "ouvrir l'urgence": ActId.BREAK_GLASS,
    "confirmer l'urgence": ActId.CONFIRM_EMERGENCY,
    "annoncer": ActId.ANNOUNCE_DOCUMENT,
    "contester": ActId.CONTEST_ACCESS,
    "signaler une erreur": ActId.REPORT_MISTAKE,
    "voir les dossiers": ActId.LIST_CASES,
    "répondre à un dossier": ActId.ANSWER_CASE,
    "confirmer une réponse": ActId.CONFIRM_CASE_ANSWER,
    "permettre l'assistance": ActId.ALLOW_SUPPORT,
    "finir l'assistance": ActId.END_SUPPORT,
    "ouvrir l'assistance": ActId.OPEN_SUPPORT,
    "lire l'assistance": ActId.READ_SUPPORT,
    "dire pour l'urgence": ActId.SET_EMERGENCY_WILL,
    "refuser l'urgence": ActId.REFUSE_EMERGENCY,
    "faire une carte": ActId.ISSUE_ACCESS_CARD,
    "arrêter une carte": ActId.REVOKE_ACCESS_CARD,
    "accepter une demande": ActId.ACCEPT_REQUEST,
    "refuser une demande": ActId.DECLINE_REQUEST,
    "rouvrir": ActId.REOPEN_SPACE,
    "effacer l'archive": ActId.ERASE_CONTENT,
    "reprendre un refus": ActId.REVERSE_REFUSAL,
    "emporter le journal": ActId.EXPORT_JOURNAL,
    "prouver le journal": ActId.PROVE_JOURNAL,
    "constater une remise": ActId.RECORD_DELIVERY,
    "constater un retour": ActId.RECORD_RETURN,
    "voir les lettres": ActId.LIST_LETTERS,
    "renouveler un compte": ActId.RENEW_ACCOUNT,
    "imprimer une lettre": ActId.PRINT_LETTER,
    "poster une lettre": ActId.POST_LETTER,
    "donner l'adresse": ActId.GIVE_ADDRESS,
    "retirer l'adresse": ActId.REMOVE_ADDRESS,
    "changer le contact": ActId.CHANGE_CONTACT,
    "retirer le contact": ActId.REMOVE_CONTACT,
    "vérifier le contact": ActId.CONFIRM_CONTACT,
    "choisir les avis": ActId.CHOOSE_NOTICES,
    "attendre un accès": ActId.EXPECT_ACCESS,
    "demander les rappels": ActId.ASK_REMINDERS,
    "arrêter les rappels": ActId.STOP_REMINDERS,
    "choisir les lettres": ActId.CHOOSE_LETTERS,
    "noter une lettre revenue": ActId.RETURN_LETTER,
    "noter une réquisition": ActId.RECORD_ORDER,
    "confirmer une réquisition": ActId.CONFIRM_ORDER,
    "prolonger une réquisition": ActId.PROLONG_ORDER,
    "voir les réquisitions": ActId.LIST_ORDERS,
    "lister pour la justice": ActId.LIST_ORDERED,
    "lire pour la justice": ActId.READ_ORDERED,
    "ouvrir un essai": ActId.OPEN_SANDBOX,
    "permettre une application": ActId.AUTHORISE_APP,
    "finir une application": ActId.END_APP,
    "permettre après un décès": ActId.ALLOW_AFTER_DEATH,
    "refuser après un décès": ActId.REFUSE_AFTER_DEATH,
    "contester un décès": ActId.CONTEST_DEATH,
    "noter un décès": ActId.RECORD_DEATH,
    "demander après un décès": ActId.DEMAND_AFTER_DEATH,
    "lister après un décès": ActId.LIST_AFTER_DEATH,
    "lire après un décès": ActId.READ_AFTER_DEATH,
    "noter un représentant": ActId.RECORD_REPRESENTATION,
    "confirmer un représentant": ActId.CONFIRM_REPRESENTATION,
    "finir un représentant": ActId.END_REPRESENTATION,
    "contester un représentant": ActId.CONTEST_REPRESENTATION,
    "nommer un aidant": ActId.NAME_HELPER,
    "vérifier un mandat": ActId.CHECK_MANDATE,
    "accepter un mandat": ActId.ACCEPT_MANDATE,
    "voir un mandat": ActId.READ_MANDATE,
    "finir un mandat": ActId.END_MANDATE,
    "nommer une personne de confiance": ActId.NAME_TRUSTED_PERSON,
    "reprendre une personne de confiance": ActId.END_TRUSTED_PERSON,
}
STATES = {
    "aucun": None,
    "ouvert": SpaceState.OPEN,
    "en fermeture": SpaceState.CLOSING,
    "fermé": SpaceState.CLOSED,
    "archivé": SpaceState.ARCHIVED,
    "chaîne de l'institution": SpaceState.INSTITUTION,
}
CHANNELS = {
    "web": Channel.WEB,
    "logiciel": Channel.API,
    "guichet": Channel.COUNTER,
    "papier": Channel.PAPER,
    "téléphone": Channel.PHONE,
}
PROOFS = {
    "aucune": Proof.NONE,
    "contact connu": Proof.CONTACT,
    "formulaire signé": Proof.SIGNED_FORM,
    "identité vue": Proof.IDENTITY_SEEN,
    "connexion": Proof.LOGIN,
    "connexion professionnelle": Proof.PROFESSIONAL,
}
LETTERS = {ActId.WRITE_RESOURCE: "c"}
# What the object is: category, document, emergency asked for.
OBJECTS: Mapping[str, tuple[int | None, UUID | None, GlassKind | Standing | OrderStanding | DemandStanding | None]] = {
    "rien": (None, None, None),
    "une catégorie": (CATEGORY, None, None),
    "un document": (CATEGORY, THIS, None),
    "un document sans catégorie": (None, THIS, None),
    "une urgence auprès d'elle": (None, None, GlassKind.BEDSIDE),
    "un appel d'urgence": (None, None, GlassKind.REGULATOR),
    "une assistance permise": (None, None, Standing.ALLOWED),
    "une assistance demandée par lui": (None, None, Standing.ASKED_BY_HIM),
    "une assistance demandée par un autre": (None, None, Standing.ASKED_BY_ANOTHER),
    "une assistance ouverte avec lui": (None, None, Standing.OPENED_WITH_HIM),
    "une réquisition demandée par lui": (None, None, OrderStanding.ASKED_BY_HIM),
    "une réquisition demandée par un autre": (None, None, OrderStanding.ASKED_BY_ANOTHER),
    "une réquisition confirmée": (None, None, OrderStanding.CONFIRMED),
    "une réquisition qui ne le couvre pas": (None, None, OrderStanding.OUTSIDE),
    "une demande d'héritier confirmée": (None, None, DemandStanding.CONFIRMED),
    "une demande d'héritier qui ne le couvre pas": (None, None, DemandStanding.OUTSIDE),
}
EFFECTS = {"immédiat": Effect.IMMEDIATE, "provisoire": Effect.PROVISIONAL, "commence": Effect.STARTS}


def _grant(
    scope: Scope,
    to: Recipient = HIMSELF,
    starts: datetime = NOW - DAY,
    ends: datetime = NOW + DAY,
    *,
    sees: bool = False,
) -> tuple[Grant, ...]:
    return (Grant(GRANT, to, scope, "soins", starts, ends, "then", sees_hidden=sees),)


def _team(*members: Rpps) -> Recipient:
    return Recipient(RecipientKind.TEAM, "", frozenset(members), "Équipe")


EVERYTHING = Scope(ScopeKind.EVERYTHING)
GRANTS: Mapping[str, tuple[Grant, ...]] = {
    "aucune": (),
    "à un autre": _grant(EVERYTHING, named(ANOTHER)),
    "pas commencée": _grant(EVERYTHING, starts=NOW + timedelta(microseconds=1)),
    "terminée à cet instant": _grant(EVERYTHING, ends=NOW),
    # The other list is filled, so that reading the wrong one would be seen.
    "sans catégorie aucune": _grant(Scope(ScopeKind.CATEGORIES, documents=frozenset({THIS}))),
    "sans document aucun": _grant(Scope(ScopeKind.DOCUMENTS, categories=frozenset({CATEGORY}))),
    "tout depuis cet instant": _grant(EVERYTHING, starts=NOW),
    "une autre catégorie": _grant(Scope(ScopeKind.CATEGORIES, categories=frozenset({OTHER_CATEGORY}))),
    "cette catégorie": _grant(Scope(ScopeKind.CATEGORIES, categories=frozenset({CATEGORY}))),
    "un autre document": _grant(Scope(ScopeKind.DOCUMENTS, documents=frozenset({OTHER}))),
    "ce document": _grant(Scope(ScopeKind.DOCUMENTS, documents=frozenset({THIS}))),
    "tout": _grant(EVERYTHING),
    "tout à sa structure": _grant(EVERYTHING, at(HERE)),
    "tout à une autre structure": _grant(EVERYTHING, at(ELSEWHERE)),
    "tout à son équipe": _grant(EVERYTHING, _team(ANOTHER, HIM)),
    "tout à une autre équipe": _grant(EVERYTHING, _team(ANOTHER)),
    "tout comme administrateur": _grant(EVERYTHING, sees=True),
    "tout par un représentant": (replace(_grant(EVERYTHING)[0], by_law=True),),
}
MASK = MaskId(UUID(int=88))
MASKS: Mapping[str, tuple[Mask, ...]] = {
    "aucun": (),
    "ce document à tous": (Mask(MASK, THIS, None, None),),
    "ce document à lui": (Mask(MASK, THIS, None, named(HIM)),),
    "ce document à un autre": (Mask(MASK, THIS, None, named(ANOTHER)),),
    "ce document à sa structure": (Mask(MASK, THIS, None, at(HERE)),),
    "cette catégorie à tous": (Mask(MASK, None, CATEGORY, None),),
    "cette catégorie à lui": (Mask(MASK, None, CATEGORY, named(HIM)),),
    "ne nomme rien": (Mask(MASK, None, None, None),),
    "ce document à ses représentants": (Mask(MASK, THIS, None, REPRESENTATIVES),),
    "cette catégorie à ses représentants": (Mask(MASK, None, CATEGORY, REPRESENTATIVES),),
}
BLOCKS: Mapping[str, tuple[Block, ...]] = {
    "aucun": (),
    "lui pour tout": (Block(named(HIM), BlockKind.EVERYTHING),),
    "lui pour tout sauf l'urgence": (Block(named(HIM), BlockKind.EVERYTHING_BUT_EMERGENCY),),
    "lui pour lire": (Block(named(HIM), BlockKind.READING),),
    "lui pour lire sauf en urgence": (Block(named(HIM), BlockKind.READING_BUT_EMERGENCY),),
    "lui pour ses dépôts": (Block(named(HIM), BlockKind.DEPOSITS),),
    "sa structure pour tout": (Block(at(HERE), BlockKind.EVERYTHING),),
    "un autre pour tout": (Block(named(ANOTHER), BlockKind.EVERYTHING),),
}


FOR_THIS = parse_scopes("patient/*.cruds")
# Of the same types, and of other things than those asked for.
FOR_ANOTHER = parse_scopes(
    "patient/DocumentReference.cruds?type=00000-0 patient/Binary.cruds?type=00000-0 patient/Observation.cruds?category=imaging"
)
APPS: Mapping[str, Scopes | None] = {
    "aucune": None,
    "pour cela": FOR_THIS,
    "pour autre chose": FOR_ANOTHER,
    "sans ce droit": parse_scopes("user/Condition.cruds"),
    "finie": FOR_THIS,
}


POWER = UUID(int=44)


def _power(*acts: ActId, read: bool = True, hidden: bool = False, **bounds: datetime) -> Power:
    starts, ends = bounds.get("starts", NOW - DAY), bounds.get("ends", NOW + DAY)
    return Power(POWER, PowerRole.HELPER, frozenset(acts), read, hidden, starts, ends)


def _represents(joint: frozenset[ActId], until: datetime | None) -> Power:
    role = PowerRole.REPRESENTATIVE
    return Power(POWER, role, frozenset(ActId), True, True, NOW - DAY, NOW + DAY, joint, until)


# Naming an act that no mandate may name gives nothing: the most generous one names them all.
POWERS: Mapping[str, Power | None] = {
    "aucun": None,
    "le permet": _power(*ActId),
    "ne le permet pas": _power(read=False, hidden=True),
    "le permet, cachés compris": _power(*ActId, hidden=True, starts=NOW),
    "fini à cet instant": _power(*ActId, ends=NOW),
    "pas commencé": _power(*ActId, starts=NOW + timedelta(microseconds=1)),
    "représente": _represents(frozenset(), None),
    "représente à deux": _represents(frozenset(ActId), NOW),
    "représente, l'autre le veut aussi": _represents(frozenset(ActId), NOW + DAY),
}


def _glass(who: Rpps = HIM, ends: datetime = NOW + DAY) -> tuple[BrokenGlass, ...]:
    return (BrokenGlass(GLASS, who, GlassKind.BEDSIDE, NOW - DAY, ends),)


WANTED = EmergencyWill(bedside=True, scope=EVERYTHING)
ELSE_WANTED = EmergencyWill(bedside=True, scope=Scope(ScopeKind.CATEGORIES, frozenset({OTHER_CATEGORY})))
EMERGENCIES: Mapping[str, tuple[EmergencyWill, tuple[BrokenGlass, ...]]] = {
    "aucune": (NO_EMERGENCY, ()),
    "voulue, pas ouverte": (WANTED, ()),
    "ouverte": (WANTED, _glass()),
    "ouverte, cachés compris": (EmergencyWill(bedside=True, hidden=True, scope=EVERYTHING), _glass()),
    "ouverte pour une autre catégorie": (ELSE_WANTED, _glass()),
    "ouverte mais plus voulue": (EmergencyWill(hidden=True, scope=EVERYTHING), _glass()),
    "ouverte mais métier exclu": (WANTED, _glass()),
    "terminée": (WANTED, _glass(ends=NOW)),
    "ouverte par un autre": (WANTED, _glass(ANOTHER)),
}
SHOWN = {
    "permet": (True, True),
    "refuse": (False, False),
    "ne permet que depuis": (True, False),
    "ne permet plus": (False, True),
}


@cache
def _matrices(grid: str, excluded: bool) -> Matrices:
    today, then = SHOWN[grid]
    kinds = frozenset() if excluded else frozenset(GlassKind)
    rows = [Row(frozenset({CATEGORY, OTHER_CATEGORY} if shown else ()), emergency=kinds) for shown in (today, then)]
    return Matrices(Matrix("now", {JOB: rows[0]}), {"then": Matrix("then", {JOB: rows[1]})})


@lru_cache(maxsize=100_000)  # all of them would be millions
def _rights(deposits: str, authors: str, chest: str, known: str, shown: str, *words: str, app: str) -> Rights | None:
    grant, mask, block, emergency = words
    will, glasses = EMERGENCIES[emergency]
    return (
        None
        if known == "inconnues"
        else Rights(
            deposits == "acceptés",
            GRANTS[grant],
            MASKS[mask],
            BLOCKS[block],
            authors_read=authors == "oui",
            chest=chest == "oui",
            shown=frozenset({THIS}) if shown == "oui, montré depuis" else frozenset(),
            presumed=known == "présumées",
            emergency=will,
            glasses=glasses,
            sandbox=known == "d'essai",
            heirs_refused=known == "d'un décès, avec un non",
            death=DEATH if known.startswith("d'un décès") else None,
            apps=(_app(),) if app not in ("aucune", "finie") else (),
        )
    )


def _app() -> AppGrant:
    return AppGrant(APP, "carnet", "Carnet", "Carnet SAS", FOR_THIS, False, NOW - DAY, NOW + DAY)


def _thing(act: ActId, will: Mapping[str, str]) -> Thing:
    category, document, kind = OBJECTS[will["objet"]]
    return Thing(
        category,
        document,
        "11502-2",
        author=will["déposé par lui"] == "oui",
        born_hidden=will["né caché"] != "non",
        withheld=will["retenu"] == "oui",
        emergency=kind if isinstance(kind, GlassKind) else None,
        support=kind if isinstance(kind, Standing) else None,
        order=kind if isinstance(kind, OrderStanding) else None,
        after_death=kind if isinstance(kind, DemandStanding) else None,
        types=("Observation",) if act in (ActId.READ_RESOURCE, ActId.WRITE_RESOURCE) else (),
        letter=LETTERS.get(act, "") or ("s" if document is None else "r") * (act is ActId.READ_RESOURCE),
    )


def _asked(who: Mapping[str, str], will: Mapping[str, str]) -> tuple[Subject, ActId, Thing, Context]:
    words = (
        "dépôts",
        "auteurs relisent",
        "coffre",
        "volontés",
        "né caché",
        "autorisation",
        "masque",
        "blocage",
        "urgence",
    )
    scopes = APPS[will["application"]]
    rights = _rights(*(will[word] for word in words), app=will["application"])
    excluded = will["urgence"] == "ouverte mais métier exclu"
    holder, behalf = who["titulaire"] == "oui", who["pour elle"] == "oui"
    app = AppUse(scopes, APP) if scopes is not None else None
    subject = Subject(KINDS[who["qui"]], HIM, holder, behalf, HERE, JOB, app, POWERS[will["mandat"]])
    context = Context(
        STATES[who["espace"]],
        rights,
        CHANNELS[who["canal"]],
        PROOFS[who["preuve"]],
        _matrices(will["grille"], excluded),
    )
    act = ACTS[who["démarche"]]
    return subject, act, _thing(act, will), context


def _decided(who: Mapping[str, str], will: Mapping[str, str]) -> Decision:
    return rules.decide(*_asked(who, will), NOW)


def _says(decision: Decision, answer: Answer) -> bool:
    """Compare a decision with a line's answer, down to the permission named."""
    if answer.decision == "refusé":
        return decision == Refuse(answer.rule)
    used = {"grant": GRANT, "emergency": GLASS, "mandate": POWER, "representative": POWER}.get(answer.rule)
    return decision == Permit(answer.rule, EFFECTS[answer.effect], used, answer.notify == "oui")


def _differences(
    lines: list[Line], pairs: Iterable[tuple[dict[str, str], Iterable[dict[str, str]]]]
) -> tuple[int, list[str]]:
    """Ask both for each combination; return how many were compared and the first differences."""
    count, found = 0, []
    for who, wills in pairs:
        left = sifted(lines, who)
        for will in wills:
            count += 1
            answer, decision = answer_to(left, will), _decided(who, will)
            if not _says(decision, answer):
                found.append(f"{who} {will}: {decision} against {answer}")
                if len(found) > 20:
                    return count, found
    return count, found


# A professional as he signs in, on an open space: the one whose answers depend on all she wants.
READER = {"qui": "professionnel", "pour elle": "non", "titulaire": "non", "espace": "ouvert", "canal": "web"}
READER |= {"preuve": "connexion professionnelle"}
HERSELF = READER | {"qui": "personne", "titulaire": "oui", "preuve": "connexion"}
FOR_HER = READER | {"qui": "agent", "pour elle": "oui", "canal": "guichet", "preuve": "identité vue"}
STAFF = READER | {"qui": "exploitant", "preuve": "connexion"}
HELPING = READER | {"qui": "personne", "preuve": "connexion"}
BY_TRADE = HELPING | {"qui": "aidant"}
ON_TRIAL = READER | {"qui": "logiciel d'essai", "canal": "logiciel", "preuve": "aucune"}
USUAL = {
    "application": ("aucune",),
    "mandat": ("aucun",),
    "retenu": ("non",),
    "volontés": ("connues",),
    "dépôts": ("acceptés",),
}
LISTING = USUAL | {"objet": ("rien",), "déposé par lui": ("non",), "né caché": ("non",), "auteurs relisent": ("non",)}


def _full() -> Iterable[tuple[dict[str, str], Iterable[dict[str, str]]]]:
    yield READER | {"démarche": "lire"}, product(WILL, USUAL | {"objet": ("un document",)})
    yield READER | {"démarche": "lister"}, product(WILL, USUAL | {"objet": ("une catégorie",)})
    yield READER | {"démarche": "lister"}, product(WILL, LISTING)


def _drawn(
    seed: int, whos: int, wills: int, of_a_reader: int
) -> Iterable[tuple[dict[str, str], Iterable[dict[str, str]]]]:
    drawn = random.Random(seed)

    def will() -> dict[str, str]:
        facts = {name: drawn.choice(FACTS[name]) for name in WILL}
        return facts | {"application": drawn.choice((*("aucune",) * 6, *FACTS["application"]))}

    for who in drawn.sample(list(product(WHO)), whos):
        yield who, [will() for _ in range(wills)]
    for act in FACTS["démarche"]:
        yield READER | {"démarche": act}, [will() for _ in range(of_a_reader)]


# What somebody is given something by: her permission, an emergency, an author's rule, a word of hers about the act itself.
PLAIN = {name: values[0] for name, values in FACTS.items() if name in WILL} | {"autorisation": "tout"}
IN_EMERGENCY = {"autorisation": "aucune", "urgence": "ouverte"}
AS_AUTHOR = {"autorisation": "aucune", "déposé par lui": "oui", "auteurs relisent": "oui"}
GIVEN: tuple[tuple[Mapping[str, str], str, Mapping[str, str]], ...] = (
    (READER, "lire", {"objet": "un document"}),
    (READER, "lire", {"objet": "un document"} | IN_EMERGENCY),
    (READER, "lire", {"objet": "un document"} | AS_AUTHOR),
    (READER, "lister", {"objet": "une catégorie"}),
    (READER, "lister", {"objet": "une catégorie"} | IN_EMERGENCY),
    (READER, "lister", {}),
    (READER, "lister", IN_EMERGENCY),
    (READER, "annoncer", {"objet": "un document"}),
    (READER, "déposer", {}),
    (READER, "demander un accès", {}),
    (READER, "présenter une carte", {}),
    (READER, "ouvrir l'urgence", {"objet": "une urgence auprès d'elle", "urgence": "voulue, pas ouverte"}),
    (READER, "confirmer l'urgence", {"objet": "une urgence auprès d'elle", "urgence": "voulue, pas ouverte"}),
    (HERSELF, "lire", {"objet": "un document"}),
    (HERSELF, "autoriser", {}),
    (HERSELF, "permettre une application", {}),
    (READER, "permettre une application", {}),
    (HERSELF, "lire", {"objet": "un document", "application": "pour cela"}),
    (READER, "lister", {"application": "pour cela"}),
    (HERSELF, "lire des données", {"objet": "un document", "application": "pour cela"}),
    (READER, "écrire une donnée", {"application": "pour cela"}),
    (HERSELF | {"espace": "aucun"}, "ouvrir", {}),
    (HERSELF | {"espace": "archivé"}, "rouvrir", {}),
    (FOR_HER, "lire", {"objet": "un document"}),
    (FOR_HER, "retirer", {}),
    (HELPING, "accepter un mandat", {}),
    (HELPING, "retirer", {"mandat": "le permet"}),
    (BY_TRADE, "accepter un mandat", {}),
    (BY_TRADE, "voir un mandat", {"mandat": "ne le permet pas"}),
    (BY_TRADE, "déposer", {"mandat": "le permet"}),
    (BY_TRADE, "autoriser", {"mandat": "le permet, cachés compris"}),
    (BY_TRADE, "lister", {"mandat": "le permet"}),
    (HELPING, "lire", {"mandat": "le permet", "objet": "un document"}),
    (BY_TRADE, "lire", {"mandat": "le permet, cachés compris", "objet": "un document"}),
    (STAFF, "inviter", {}),
    (STAFF, "constater une remise", {}),
    (STAFF, "voir les dossiers", {}),
    (STAFF, "répondre à un dossier", {}),
    (STAFF, "confirmer une réponse", {}),
    (STAFF, "ouvrir l'assistance", {"objet": "une assistance permise"}),
    (STAFF, "lire l'assistance", {"objet": "une assistance ouverte avec lui"}),
    (STAFF, "noter une réquisition", {}),
    (STAFF, "voir les réquisitions", {}),
    (STAFF, "confirmer une réquisition", {"objet": "une réquisition demandée par un autre"}),
    (STAFF, "prolonger une réquisition", {"objet": "une réquisition confirmée"}),
    (STAFF, "prolonger une réquisition", {"objet": "une réquisition demandée par un autre"}),
    (STAFF, "lister pour la justice", {"objet": "une réquisition confirmée"}),
    (STAFF, "lire pour la justice", {"objet": "une réquisition confirmée"}),
    (STAFF | {"espace": "archivé"}, "lire pour la justice", {"objet": "une réquisition confirmée"}),
    (STAFF, "noter un décès", {}),
    (FOR_HER | {"canal": "web", "preuve": "connexion"}, "noter un décès", {}),
    (STAFF, "demander après un décès", {"volontés": "d'un décès"}),
    (STAFF, "lister après un décès", {"volontés": "d'un décès", "objet": "une demande d'héritier confirmée"}),
    (STAFF, "lire après un décès", {"volontés": "d'un décès", "objet": "une demande d'héritier confirmée"}),
    (STAFF, "imprimer une lettre", {"volontés": "d'un décès"}),
    (HERSELF, "contester un décès", {"volontés": "d'un décès"}),
    (FOR_HER | {"espace": "archivé"}, "contester un décès", {"volontés": "d'un décès"}),
    (ON_TRIAL | {"espace": "aucun"}, "ouvrir un essai", {}),
    (ON_TRIAL, "écrire une donnée", {"volontés": "d'essai"}),
    (ON_TRIAL, "lire des données", {"volontés": "d'essai"}),
    (ON_TRIAL, "lire", {"volontés": "d'essai", "objet": "un document"}),
)


def _near(given: Mapping[str, str], names: Iterable[str] = WILL) -> Iterable[dict[str, str]]:
    """Every combination that at most two of the facts named set apart from one by which something is given."""
    for one, other in combinations(names, 2):
        for value in FACTS[one]:
            yield from (dict(given) | {one: value, other: more} for more in FACTS[other])


@pytest.mark.parametrize(("by", "act", "apart"), GIVEN)
def test_the_table_and_the_decision_agree_wherever_two_facts_may_take_away_what_is_given(
    by: Mapping[str, str], act: str, apart: Mapping[str, str]
) -> None:
    who, given = {**by, "démarche": act}, {**PLAIN, **apart}
    assert isinstance(_decided(who, given), Permit)
    others = [(other, (given,)) for other in _near(who, [name for name in WHO if name != "démarche"])]
    _, differences = _differences(read_table(TABLE), [(who, _near(given)), *others])
    assert differences == []


@pytest.mark.parametrize("apart", [apart for _, act, apart in GIVEN if act == "lire"])
def test_a_line_is_shown_exactly_where_its_document_may_be_read_by_another_rule_than_its_author_s(
    apart: Mapping[str, str],
) -> None:
    who = READER | {"démarche": "lire"}
    for will in _near({**PLAIN, **apart}):
        subject, act, thing, context = _asked(who, will | {"déposé par lui": "non"})
        line = visible_lines(subject.reader, context, NOW)
        if subject.app is not None:
            line = rules.visible(subject, context, NOW, "DocumentReference")
        shown = line(thing.category, thing.document, thing.type_code, thing.born_hidden, thing.withheld)
        assert shown is isinstance(rules.decide(subject, act, thing, context, NOW), Permit), will


def test_the_table_and_the_decision_agree_on_a_sample_of_all_facts() -> None:
    seed = 20261
    count, differences = _differences(read_table(TABLE), _drawn(seed, 1_000, 20, 300))
    print(f"seed {seed}, {count} combinations")
    assert differences == []


def _decided_by(line: Line, lines: list[Line], drawn: random.Random) -> dict[str, str] | None:
    """Draw facts that fit a line, then change, while an earlier line fits them too, one fact by which it does."""
    may = {name: sorted(asked or FACTS[name]) for name, asked in line.asks.items()}
    facts = {name: drawn.choice(values) for name, values in may.items()}
    for _ in range(100):
        before = next(one for one in lines if one.matches(facts, (*WHO, *WILL)))
        if before is line:
            return facts
        out = [
            (name, value) for name, asked in before.asks.items() if asked for value in may[name] if value not in asked
        ]
        if not out:
            return None
        name, value = drawn.choice(out)
        facts[name] = value
    return None


def test_each_line_of_the_table_decides_something_and_the_decision_agrees_with_it() -> None:
    seed, lines = 20263, read_table(TABLE)
    drawn = random.Random(seed)
    for line in lines:
        found = [facts for _ in range(20) if (facts := _decided_by(line, lines, drawn))]
        assert found, f"line {line.number} of the table decides nothing"
        pairs = [({name: facts[name] for name in WHO}, ({name: facts[name] for name in WILL},)) for facts in found]
        _, differences = _differences(lines, pairs)
        assert differences == []
        assert line.used, line.number
    print(f"seed {seed}, {len(lines)} lines")


# One combination in so many is compared; all of them by `make decisions`.
ONE_IN = int(os.environ.get("DECISIONS_ONE_IN", "16"))
SEED = int(os.environ.get("DECISIONS_SEED", "20262"))


@pytest.mark.slow
def test_the_table_and_the_decision_agree_on_what_a_professional_meets() -> None:
    drawn, whole = random.Random(SEED), 0

    def some(wills: Iterable[dict[str, str]]) -> Iterable[dict[str, str]]:
        nonlocal whole
        for will in wills:
            whole += 1
            if drawn.random() * ONE_IN < 1:
                yield will

    compared, differences = _differences(read_table(TABLE), ((who, some(wills)) for who, wills in _full()))
    print(f"seed {SEED}, {compared} combinations of {whole}")
    assert differences == []
    assert whole == 2_592_000, "docs/specs/decision.md tells this number"


@pytest.mark.slow
def test_the_table_and_the_decision_agree_in_every_other_circumstance() -> None:
    # Every circumstance, each with some wills drawn: all by `make decisions`.
    circumstances = len(list(product(WHO))) // ONE_IN
    count, differences = _differences(read_table(TABLE), _drawn(SEED, circumstances, 12, 1440 // ONE_IN))
    print(f"seed {SEED}, {count} combinations")
    assert differences == []


def test_the_last_line_of_the_table_refuses_everything() -> None:
    last = read_table(TABLE)[-1]
    assert set(last.asks.values()) == {None}
    assert last.answer.decision == "refusé"


def test_every_rule_of_the_table_is_a_rule_of_the_decision_and_the_reverse() -> None:
    assert {line.answer.rule for line in read_table(TABLE)} == set(RULES)


def test_every_act_kind_channel_proof_and_state_stands_in_the_table() -> None:
    assert set(ACTS.values()) == set(ActId)
    assert set(KINDS.values()) == set(ActorKind)
    assert set(CHANNELS.values()) == set(Channel)
    assert set(PROOFS.values()) == set(Proof)
    assert set(STATES.values()) == {None, *SpaceState}
    assert {name: set(values) for name, values in FACTS.items()} == {
        "qui": set(KINDS),
        "pour elle": {"oui", "non"},
        "titulaire": {"oui", "non"},
        "démarche": set(ACTS),
        "espace": set(STATES),
        "canal": set(CHANNELS),
        "preuve": set(PROOFS),
        "objet": set(OBJECTS),
        "déposé par lui": {"oui", "non"},
        "né caché": {"non", "oui", "oui, montré depuis"},
        "retenu": {"oui", "non"},
        "volontés": {"connues", "inconnues", "présumées", "d'essai", "d'un décès", "d'un décès, avec un non"},
        "dépôts": {"acceptés", "refusés"},
        "auteurs relisent": {"oui", "non"},
        "coffre": {"oui", "non"},
        "autorisation": set(GRANTS),
        "grille": set(SHOWN),
        "masque": set(MASKS),
        "blocage": set(BLOCKS),
        "urgence": set(EMERGENCIES),
        "application": set(APPS),
        "mandat": set(POWERS),
    }
