"""One frozen settings object, read once at start from the environment and from one file; never a secret.

Each field comes from `ESPACE_SANTE_<FIELD>` or, failing that, from `$ESPACE_SANTE_HOME/espace-sante.toml`, or has the
default below. Secrets (passwords, keys) are read from files of the state folder only, by those who use them.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from espace_sante.kernel.loopback import LOOPBACK
from espace_sante.kernel.refusal import OperatorRefusal

PREFIX = "ESPACE_SANTE_"
FILE_NAME = "espace-sante.toml"


class Environment(StrEnum):
    """Where the instance runs: a trial may keep its keys on its own machine, production may not."""

    TRIAL = "trial"
    PRODUCTION = "production"


class OpeningPolicy(StrEnum):
    """When a space opens: only by a yes, or also by six weeks of silence after a proven delivery (French law of 2022)."""

    CONSENT = "consent"
    SIX_WEEK_PRESUMPTION = "six-week-presumption"


class MailSecurity(StrEnum):
    """How what is said to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def _setting(default: Any, unit: str, sentence: str, *, least: int | None = None, most: int | None = None) -> Any:
    return field(default=default, metadata={"unit": unit, "sentence": sentence, "least": least, "most": most})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of an instance, each with its type, unit, default and sentence.

    Built by `load_settings`, which checks bounds; a test may build one directly.
    """

    environment: Environment = _setting(
        Environment.TRIAL, "trial ou production", "Essai (clés gardées sur la machine, et dit à l'écran) ou production."
    )
    home: Path = _setting(
        Path("var"), "dossier", "Dossier d'état : bases, clés, objets, journaux techniques, sauvegardes exclues."
    )
    port: int = _setting(8000, "port", "Port d'écoute, sur 127.0.0.1 seulement.", least=0, most=65535)
    public_url: str = _setting("", "adresse", "Adresse publique ; vide : http://127.0.0.1:<port>.")
    postgres_bin: str = _setting(
        "auto",
        "auto, system, wheel ou dossier",
        "Programmes de PostgreSQL : ceux du système s'il y en a, sinon ceux fournis.",
    )
    postgres_shared_buffers_megabytes: int = _setting(
        32, "Mio", "Mémoire partagée de chacune des trois bases.", least=8, most=65536
    )
    postgres_connections: int = _setting(
        60, "connexions", "Nombre de connexions à chacune des trois bases.", least=20, most=1000
    )
    keepers: int = _setting(1, "processus", "Nombre de gardiens des clés.", least=1, most=16)
    web_processes: int = _setting(2, "processus", "Nombre de processus web.", least=1, most=64)
    uid_base: int = _setting(
        64100,
        "numéro",
        "Premier numéro d'utilisateur et de groupe des processus, quand root démarre.",
        least=1000,
        most=4000000000,
    )
    batch_max: int = _setting(128, "demandes", "Nombre de demandes dans un lot envoyé au gardien.", least=1, most=128)
    session_minutes: int = _setting(
        480, "minutes", "Durée d'une session, depuis l'identification, même quand elle sert.", least=1, most=720
    )
    idle_minutes: int = _setting(
        30, "minutes", "Temps sans rien demander après lequel une session finit, à une minute près.", least=1, most=720
    )
    counter_idle_minutes: int = _setting(15, "minutes", "Le même temps, pour un agent au guichet.", least=1, most=720)
    account_unused_days: int = _setting(
        90,
        "jours",
        "Jours sans se connecter après lesquels le compte d'un agent ou d'un aidant professionnel est suspendu.",
        least=1,
        most=366,
    )
    development_provider: bool = _setting(
        True, "oui ou non", "Fournisseur d'identité d'essai : sur l'adresse locale seulement, jamais en production."
    )
    document_bytes: int = _setting(100_000_000, "octets", "Taille d'un document.", least=1)
    inline_bytes: int = _setting(
        10_000_000, "octets", "Taille d'un document envoyé dans le corps d'une demande FHIR.", least=1
    )
    resource_bytes: int = _setting(
        1_000_000, "octets", "Taille d'une ressource FHIR autre qu'un document.", least=1, most=1_500_000
    )
    xml_bytes: int = _setting(50_000_000, "octets", "Taille d'un document XML.", least=1)
    xml_depth: int = _setting(100, "niveaux", "Profondeur d'un document XML.", least=1)
    archive_files: int = _setting(200, "fichiers", "Nombre de fichiers d'une archive.", least=1)
    archive_bytes: int = _setting(100_000_000, "octets", "Taille d'une archive dépliée.", least=1)
    archive_ratio: int = _setting(
        100, "fois", "Rapport entre la taille dépliée et la taille reçue d'une archive.", least=1
    )
    image_pixels: int = _setting(100_000_000, "pixels", "Nombre de pixels d'une image.", least=1)
    preview_seconds: int = _setting(10, "secondes", "Temps pour dessiner des pages d'un document.", least=1, most=120)
    preview_megabytes: int = _setting(512, "Mo", "Mémoire du processus qui dessine un document.", least=256, most=8192)
    preview_processes: int = _setting(
        2, "documents", "Documents dessinés en même temps par chaque processus web.", least=1, most=64
    )
    preview_pixels: int = _setting(
        50_000_000, "pixels", "Nombre de pixels d'une image dont on montre les pages.", least=1
    )
    bundle_entries: int = _setting(5_000, "entrées", "Nombre d'entrées d'un Bundle FHIR.", least=1)
    bundle_bytes: int = _setting(20_000_000, "octets", "Taille d'un Bundle FHIR.", least=1)
    form_bytes: int = _setting(1_000_000, "octets", "Taille d'un formulaire, fichiers non compris.", least=1)
    url_bytes: int = _setting(8_192, "octets", "Longueur d'une adresse demandée.", least=256)
    title_characters: int = _setting(250, "caractères", "Longueur du titre d'un document.", least=1)
    page_size: int = _setting(200, "résultats", "Nombre de résultats d'une page de recherche.", least=1)
    uploads_per_minute: int = _setting(30, "dépôts par minute", "Dépôts d'une personne ou d'un professionnel.", least=1)
    software_uploads_per_second: int = _setting(50, "dépôts par seconde", "Dépôts d'un logiciel de soins.", least=1)
    new_persons_per_hour: int = _setting(
        60,
        "personnes par heure",
        "Personnes qu'un professionnel commence à lire en une heure, au plus, pour chaque gardien. Publié.",
        least=1,
    )
    new_persons_per_day: int = _setting(
        300,
        "personnes par jour",
        "Personnes qu'un professionnel commence à lire en un jour, au plus, pour chaque gardien. Publié.",
        least=1,
    )
    agent_gives_per_day: int = _setting(
        60,
        "démarches par jour",
        "Démarches qui donnent quelque chose, faites par un agent pour des personnes en un jour ; au-delà, un second agent les fait.",
        least=1,
    )
    # Long enough that whoever was beside her at the counter is gone, short enough that she remembers: a choice of this project.
    pressure_letter_days: int = _setting(
        6,
        "jours",
        "Jours entre une visite où un second agent a dû venir et la lettre qui dit à la personne ce qui a été donné.",
        least=2,
        most=30,
    )
    # Seven hours at a counter, one person every seven minutes: a choice of this project, not a measure.
    agent_new_persons_per_day: int = _setting(
        60,
        "personnes par jour",
        "Personnes pour qui un agent fait imprimer une lecture en un jour ; au-delà, un autre agent la fait.",
        least=1,
    )
    # A mail room at work, one page every two minutes: a choice of this project, not a measure.
    agent_pages_per_day: int = _setting(
        200,
        "feuilles par jour",
        "Feuilles de la file du courrier qu'un agent ouvre en un jour ; au-delà, un autre agent les ouvre.",
        least=1,
    )
    grant_days_default: int = _setting(30, "jours", "Durée proposée d'une autorisation.", least=1)
    grant_days_max: int = _setting(365, "jours", "Durée la plus longue d'une autorisation.", least=1)
    emergency_delay_minutes: int = _setting(
        30, "minutes", "Attente d'un accès d'urgence ouvert loin de la personne, sans second professionnel.", least=1
    )
    emergency_hours: int = _setting(24, "heures", "Durée d'un accès d'urgence.", least=1, most=168)
    review_days: int = _setting(8, "jours", "Délai pour relire un accès d'urgence.", least=1, most=30)
    card_days_max: int = _setting(365, "jours", "Durée la plus longue d'une carte d'accès.", least=1)
    order_days_max: int = _setting(
        365, "jours", "Délai le plus long avant qu'une lecture sur décision de justice soit dite.", least=1, most=1096
    )
    orders_per_day: int = _setting(
        10,
        "décisions",
        "Décisions de justice notées en un jour, au plus ; au-delà, tout est refusé.",
        least=1,
        most=1000,
    )
    idempotency_days: int = _setting(
        7, "jours", "Temps pendant lequel une demande répétée reçoit la première réponse.", least=1
    )
    fold_threshold: int = _setting(8, "lignes", "Lignes de résumé déposées avant que le gardien les range.", least=1)
    invitation_days: int = _setting(90, "jours", "Durée pendant laquelle une invitation attend sa réponse.", least=1)
    reproposal_months: int = _setting(
        24,
        "mois",
        "Temps au moins entre deux propositions d'un espace à une même personne, quand elle n'a pas répondu. Publié.",
        least=1,
        most=240,
    )
    contact_phone: str = _setting(
        "",
        "numéro",
        "Téléphone gratuit où l'on joint l'organisme sans écran, imprimé sur les lettres. Vide : le guichet seul.",
    )
    contact_post: str = _setting(
        "",
        "lignes séparées par |",
        "Nom et adresse postale de l'organisme, avec la mention Libre réponse, en tête des lettres et sur leurs coupons. Vide :"
        " le guichet seul.",
    )
    mail_host: str = _setting(
        "",
        "nom de machine",
        "Serveur qui fait partir les messages électroniques (SMTP). Vide : aucun ne part, une lettre part.",
    )
    mail_port: int = _setting(587, "port", "Port de ce serveur.", least=1, most=65535)
    mail_security: MailSecurity = _setting(
        MailSecurity.STARTTLS,
        "starttls, tls ou none",
        "Chiffrement vers ce serveur ; « none » n'est accepté que sur l'adresse locale.",
    )
    mail_user: str = _setting(
        "", "compte", "Compte sur ce serveur ; son mot de passe est le fichier keys/mail-password. Vide : sans compte."
    )
    mail_sender: str = _setting(
        "", "adresse électronique", "Adresse d'où partent les messages, où reviennent ceux qui ne trouvent personne."
    )
    mail_name: str = _setting(
        "Espace",
        "nom",
        "Nom qui va avec cette adresse. Il ne dit ni la santé, ni le soin : il se lit sur un écran verrouillé.",
    )
    notices_per_minute: int = _setting(
        120,
        "messages par minute",
        "Messages électroniques et SMS qui partent en une minute, au plus.",
        least=1,
        most=6000,
    )
    notice_lease_seconds: int = _setting(
        120,
        "secondes",
        "Temps après lequel un message pris pour partir, et dont rien n'a été dit, est pris de nouveau.",
        least=1,
        most=3600,
    )
    opening_policy: OpeningPolicy = _setting(
        OpeningPolicy.CONSENT,
        "consent ou six-week-presumption",
        "Quand un espace s'ouvre : par un oui seulement ; ou aussi, scellé, après six semaines de silence depuis une remise"
        " prouvée, et vingt jours pour le courrier. Publié.",
    )
    erasure_seconds: int = _setting(60, "secondes", "Intervalle entre deux passages de l'effacement des clés.", least=1)
    purge_minutes: int = _setting(
        10,
        "minutes",
        "Intervalle entre deux nettoyages (sessions finies, réponses répétées, clés orphelines).",
        least=1,
    )
    key_backup_days: int = _setting(
        30, "jours", "Âge au-delà duquel une sauvegarde des clés est détruite.", least=1, most=30
    )
    checkpoint_seconds: int = _setting(
        60, "secondes", "Intervalle entre deux publications du journal public.", least=1, most=3600
    )
    padding_multiple: int = _setting(
        16,
        "lignes",
        "Chaque publication du journal public a un multiple de ce nombre de lignes : des lignes factices complètent.",
        least=1,
        most=4096,
    )
    journal_origin: str = _setting(
        "",
        "nom",
        "Nom du journal public, que ses signatures portent et qui ne change plus ensuite ; vide : l'adresse publique sans"
        " « https:// », suivie de /journal.",
    )

    @property
    def address(self) -> str:
        """Return the address people type, without a final slash."""
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """Return the names under which this instance is asked: its public one, and those of this machine."""
        return LOOPBACK | {urlsplit(self.address).hostname or ""}

    @property
    def origin(self) -> str:
        """Return the name under which a new public journal begins."""
        return self.journal_origin or self.address.partition("://")[2] + "/journal"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings of an instance from its environment, then from its file, then from the defaults.

    Raises OperatorRefusal with a French sentence for an unknown word of the file, a value of the wrong type or out of
    bounds, and for a development provider anywhere but on the loopback address of a trial.
    """
    home = Path(environ.get(PREFIX + "HOME") or "var").absolute()
    given = {"home": str(home)} | _read_file(home / FILE_NAME)
    given |= {
        each.name: environ[PREFIX + each.name.upper()]
        for each in fields(Settings)
        if PREFIX + each.name.upper() in environ
    }
    types = get_type_hints(Settings)
    values = {
        each.name: _parse(each, types[each.name], given[each.name]) for each in fields(Settings) if each.name in given
    }
    settings = replace(Settings(**values), home=home)
    _refuse_open_development_provider(settings)
    _refuse_mail_in_clear(settings)
    return settings


def _read_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise OperatorRefusal(f"Le fichier de réglages {path} ne se lit pas : {fault}.") from None
    known = {each.name for each in fields(Settings)} - {"home"}
    for word in found:
        if word not in known:
            raise OperatorRefusal(f"Le fichier de réglages {path} contient un mot inconnu : {word}.")
    return found


def _parse(each: Field[Any], wanted: type | UnionType, given: Any) -> Any:
    value: Any = None
    if wanted is bool:
        value = {"true": True, "1": True, "oui": True, "false": False, "0": False, "non": False}.get(str(given).lower())
    elif wanted is int:
        value = int(given) if str(given).strip().removeprefix("-").isdecimal() and not isinstance(given, bool) else None
    elif isinstance(wanted, type) and issubclass(wanted, StrEnum):
        value = wanted(given) if given in list(wanted) else None
    elif isinstance(given, str):
        value = Path(given) if wanted is Path else given
    if value is None:
        raise OperatorRefusal(f"Le réglage {each.name} attend : {each.metadata['unit']} ; reçu : {given!r}.")
    least, most = each.metadata["least"], each.metadata["most"]
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = f"au moins {least}" + (f" et au plus {most}" if most is not None else "")
        raise OperatorRefusal(
            f"Le réglage {each.name} doit valoir {bounds} ({each.metadata['unit']}) ; reçu : {value}."
        )
    return value


def _refuse_open_development_provider(settings: Settings) -> None:
    if not settings.development_provider:
        return
    if settings.environment is Environment.PRODUCTION:
        raise OperatorRefusal(
            "Le fournisseur d'identité d'essai est interdit en production : réglez development_provider à « non »."
        )
    if urlsplit(settings.address).hostname not in LOOPBACK:
        raise OperatorRefusal(
            "Le fournisseur d'identité d'essai ne sert que sur l'adresse locale (127.0.0.1) : changez public_url"
            " ou réglez development_provider à « non »."
        )


def _refuse_mail_in_clear(settings: Settings) -> None:
    if not settings.mail_host:
        return
    if settings.mail_security is MailSecurity.NONE and settings.mail_host not in LOOPBACK:
        raise OperatorRefusal(
            "Vers un autre hôte, les messages partent chiffrés : réglez mail_security à starttls ou tls."
        )
    if "@" not in settings.mail_sender:
        raise OperatorRefusal("Le réglage mail_sender attend l'adresse électronique d'où partent les messages.")


def markdown() -> str:
    """Return docs/operate/settings.md: every setting with its type, unit, default, bounds and sentence."""
    lines = [
        "# Réglages",
        "",
        "<!-- Écrit par `python -m espace_sante.kernel.settings --markdown` ; ne pas modifier à la main. -->",
        "",
        "Chaque réglage se donne par une variable d'environnement `ESPACE_SANTE_…` ou dans le fichier"
        f" `$ESPACE_SANTE_HOME/{FILE_NAME}` (le nom en minuscules ; la variable l'emporte). Aucun n'est un secret :"
        " mots de passe et clés sont des fichiers du dossier d'état.",
        "",
        "| réglage | variable | type, unité | par défaut | bornes | ce qu'il fait |",
        "|---|---|---|---|---|---|",
    ]
    types = get_type_hints(Settings)
    for each in fields(Settings):
        least, most = each.metadata["least"], each.metadata["most"]
        bounds = " ".join([f"≥ {least}" if least is not None else "", f"≤ {most}" if most is not None else ""]).strip()
        lines.append(
            f"| `{each.name}` | `{PREFIX}{each.name.upper()}` | {types[each.name].__name__}, {each.metadata['unit']} |"
            f" {_shown(each)} | {bounds or '–'} | {each.metadata['sentence']} |"
        )
    return "\n".join(lines) + "\n"


def _shown(each: Field[Any]) -> str:
    assert each.default is not MISSING
    if isinstance(each.default, bool):
        return "oui" if each.default else "non"
    return f"`{each.default}`" if str(each.default) else "vide"


def main() -> int:
    """Print the page of settings, or compare it with the file given; exit 1 when they differ."""
    parser = argparse.ArgumentParser(prog="python -m espace_sante.kernel.settings")
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--markdown", action="store_true", help="écrit la page des réglages sur la sortie")
    choice.add_argument("--check", type=Path, metavar="FICHIER", help="compare la page avec ce fichier")
    chosen = parser.parse_args()
    if chosen.markdown:
        print(markdown(), end="")
        return 0
    if chosen.check.read_text(encoding="utf-8") == markdown():
        return 0
    print(f"{chosen.check} n'est plus à jour : python -m espace_sante.kernel.settings --markdown > {chosen.check}")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
