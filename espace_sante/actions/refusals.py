"""What a refusal's code means outside: its kind, and its sentence in plain French. The one table of every channel.

docs/entrees-refusees.md lists the same codes; a test compares. A refusal without a code tells nothing: the answer given
for an unknown person (guarantees G3, G11).
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from espace_sante.access.request import ActId
from espace_sante.kernel.errors import Kind, Problem

NOTHING = "nothing-to-show"
NOT_DELIVERED = "not-delivered"

KINDS = MappingProxyType(
    {
        NOTHING: Kind.NOT_FOUND,
        NOT_DELIVERED: Kind.NOT_FOUND,
        "idempotency-conflict": Kind.CONFLICT,
        "unique-id-conflict": Kind.CONFLICT,
        "replacement-refused": Kind.UNPROCESSABLE,
        "submission-too-long": Kind.TOO_LARGE,
        "metadata-too-long": Kind.TOO_LARGE,
        "folder-refused": Kind.UNPROCESSABLE,
        "space-exists": Kind.CONFLICT,
        "space-archived": Kind.CONFLICT,
        "archive-years-invalid": Kind.INVALID,
        "delivery-invalid": Kind.INVALID,
        "policy-consent": Kind.CONFLICT,
        "identity-not-matched": Kind.UNPROCESSABLE,
        "identity-invalid": Kind.INVALID,
        "invitation-unknown": Kind.NOT_FOUND,
        "practitioner-invalid": Kind.INVALID,
        "grant-invalid": Kind.INVALID,
        "grant-too-long": Kind.INVALID,
        "grant-empty": Kind.INVALID,
        "category-unknown": Kind.INVALID,
        "document-unknown": Kind.NOT_FOUND,
        "mask-invalid": Kind.INVALID,
        "not-hidden": Kind.NOT_FOUND,
        "hidden-from-all": Kind.UNPROCESSABLE,
        "not-blocked": Kind.NOT_FOUND,
        "deposit-invalid": Kind.INVALID,
        "field-missing": Kind.INVALID,
        "field-invalid": Kind.INVALID,
        "document-empty": Kind.INVALID,
        "document-too-large": Kind.TOO_LARGE,
        "media-type-unsupported": Kind.UNSUPPORTED_MEDIA,
        "media-type-lies": Kind.UNPROCESSABLE,
        "text-not-utf8": Kind.UNPROCESSABLE,
        "date-in-future": Kind.UNPROCESSABLE,
        "date-invalid": Kind.INVALID,
        "characters-refused": Kind.INVALID,
        "title-too-long": Kind.INVALID,
        "patient-missing": Kind.INVALID,
        "patient-twice": Kind.INVALID,
        "hash-differs": Kind.UNPROCESSABLE,
        "body-not-json": Kind.INVALID,
        "json-too-complex": Kind.TOO_LARGE,
        "resource-invalid": Kind.INVALID,
        "unauthenticated": Kind.UNAUTHENTICATED,
        "assertion-refused": Kind.UNAUTHENTICATED,
        "too-many": Kind.TOO_MANY,
        "keeper-busy": Kind.BUSY,
        "busy": Kind.BUSY,
        "storage-full": Kind.BUSY,
        "demand-invalid": Kind.INVALID,
        "internal": Kind.INTERNAL,
        "page-unknown": Kind.NOT_FOUND,
        "form-stale": Kind.CONFLICT,
        "act-unknown": Kind.NOT_FOUND,
        "account-unknown": Kind.NOT_FOUND,
        "development-provider-off": Kind.FORBIDDEN,
        "not-acceptable": Kind.INVALID,
        "method-refused": Kind.INVALID,
        "url-too-long": Kind.TOO_LARGE,
        "body-too-large": Kind.TOO_LARGE,
        "body-type-unsupported": Kind.UNSUPPORTED_MEDIA,
        "size-differs": Kind.UNPROCESSABLE,
        "channel-refused": Kind.FORBIDDEN,
        "preview-encrypted": Kind.UNPROCESSABLE,
        "preview-damaged": Kind.UNPROCESSABLE,
        "preview-too-large": Kind.UNPROCESSABLE,
        "preview-too-long": Kind.UNPROCESSABLE,
        "preview-unsupported": Kind.UNSUPPORTED_MEDIA,
        "preview-busy": Kind.BUSY,
        "binary-unknown": Kind.UNPROCESSABLE,
        "range-unsatisfiable": Kind.INVALID,
        "xml-too-large": Kind.TOO_LARGE,
        "xml-too-complex": Kind.TOO_LARGE,
        "xml-doctype": Kind.UNPROCESSABLE,
        "xml-unreadable": Kind.UNPROCESSABLE,
        "xml-too-deep": Kind.UNPROCESSABLE,
        "not-a-cda": Kind.UNPROCESSABLE,
        "unique-id-differs": Kind.UNPROCESSABLE,
    }
)

SENTENCES = MappingProxyType(
    {
        NOTHING: "Nous n'avons rien à vous montrer pour cette personne. Demandez-lui : carte, code, ou guichet.",
        NOT_DELIVERED: "Non remis. Remettez le document à la personne.",
        "idempotency-conflict": "Cette demande porte le numéro d'une autre demande déjà faite. Rien n'a été fait.",
        "unique-id-conflict": "Un autre document porte déjà cet identifiant. Rien n'a été enregistré.",
        "submission-too-long": "Ce lot compte trop d'éléments : {maximum} au plus. Rien n'a été enregistré.",
        "folder-refused": "Les classeurs ne sont pas acceptés : envoyez les documents seuls. Rien n'a été enregistré.",
        "metadata-too-long": "Ce qui décrit ce document est trop long : {maximum} octets au plus. Rien n'a été enregistré.",
        "replacement-refused": "Ce document n'en remplace aucun que vous puissiez remplacer. Rien n'a été enregistré.",
        "space-exists": "Un espace est déjà ouvert pour cette personne.",
        "space-archived": "Votre espace est fermé et gardé en archive. Rouvrez-le d'abord, ou effacez-le.",
        "archive-years-invalid": "Une archive se garde de 1 à 10 ans.",
        "delivery-invalid": "Dites ce qui prouve la remise, et son jour. Rien n'a été noté.",
        "policy-consent": "Ici, un espace ne s'ouvre que par un oui : la date d'une remise n'est pas gardée.",
        "identity-not-matched": "L'identité écrite dans le document n'est pas celle de la personne. Rien n'a été enregistré.",
        "identity-invalid": "Cette identité est incomplète, ou son numéro est faux. Vérifiez le numéro et sa clé.",
        "invitation-unknown": "Nous ne trouvons pas d'invitation. Vérifiez le code de votre lettre, ou demandez au guichet.",
        "practitioner-invalid": "Ce numéro de professionnel n'est pas valable : il a onze chiffres (RPPS).",
        "grant-invalid": "Cette autorisation est incomplète : dites à qui, quoi, pourquoi et jusqu'à quand.",
        "grant-too-long": "La durée d'une autorisation va de 1 à {maximum} jours.",
        "grant-empty": "Vous n'avez choisi aucun document : cette autorisation ne montrerait rien.",
        "category-unknown": "Cette catégorie de documents n'existe pas.",
        "document-unknown": "Nous ne trouvons pas ce document dans votre espace.",
        "mask-invalid": "Choisissez un document, ou une catégorie : l'un des deux.",
        "not-hidden": "Vous n'avez pas caché cela ainsi. Un document peut être caché avec toute sa catégorie.",
        "hidden-from-all": "C'est caché à tous : on ne peut pas le montrer à un seul. Montrez-le à tous, ou laissez-le caché.",
        "not-blocked": "Ce professionnel n'est pas bloqué. Vérifiez son numéro.",
        "deposit-invalid": "Ce dépôt est incomplet. Rien n'a été enregistré.",
        "field-missing": "Il manque une réponse : {field}.",
        "field-invalid": "Cette réponse n'est pas valable : {field}.",
        "document-empty": "Ce document est vide. Rien n'a été enregistré.",
        "document-too-large": "Ce document est trop lourd : {maximum} octets au plus. Rien n'a été enregistré.",
        "media-type-unsupported": "Ce type de document n'est pas accepté. Types acceptés : PDF, PNG, JPEG, TIFF, texte, RTF, CDA.",
        "media-type-lies": "Ce document n'est pas du type annoncé. Rien n'a été enregistré.",
        "text-not-utf8": "Ce texte contient des caractères illisibles (il n'est pas en UTF-8). Rien n'a été enregistré.",
        "date-in-future": "La date du document est dans le futur. Rien n'a été enregistré.",
        "date-invalid": "Cette date n'est pas valable : {field}.",
        "characters-refused": "Ce texte contient des caractères invisibles ou trompeurs : {field}. Rien n'a été enregistré.",
        "title-too-long": "Ce titre est trop long : {maximum} caractères au plus.",
        "patient-missing": "Dites de quelle personne il s'agit : il manque « patient ».",
        "patient-twice": "La demande désigne deux personnes. Une seule à la fois.",
        "hash-differs": "L'empreinte annoncée n'est pas celle du document reçu. Rien n'a été enregistré.",
        "body-not-json": "Le corps de la demande n'est pas du JSON lisible.",
        "json-too-complex": "Cette demande contient trop d'éléments : {maximum} au plus. Rien n'a été enregistré.",
        "resource-invalid": "Cette ressource n'est pas valable : {field}.",
        "unauthenticated": "Identifiez-vous pour continuer.",
        "assertion-refused": "Votre identification n'a pas abouti. Recommencez.",
        "too-many": "Trop de demandes en peu de temps. Réessayez dans {seconds} secondes.",
        "keeper-busy": "Le service est momentanément occupé. Réessayez dans quelques instants. Rien n'a été perdu.",
        "busy": "Le service est momentanément occupé. Réessayez dans quelques instants. Rien n'a été perdu.",
        "storage-full": "Le service ne peut rien enregistrer en ce moment. Rien n'a été enregistré. Réessayez plus tard.",
        "demand-invalid": "Cette demande n'est pas valable.",
        "internal": "Une erreur est survenue de notre côté. Donnez cette référence au guichet : {reference}.",
        "page-unknown": "Cette page n'existe pas.",
        "form-stale": "Ce formulaire a expiré. Rechargez la page et recommencez.",
        "act-unknown": "Cette démarche n'existe pas.",
        "account-unknown": "Ce compte d'essai n'existe pas.",
        "development-provider-off": "Le fournisseur d'identité d'essai n'est pas disponible ici.",
        "not-acceptable": "Nous ne pouvons pas répondre dans le format demandé.",
        "method-refused": "Cette adresse ne répond pas à cette sorte de demande.",
        "url-too-long": "Cette adresse est trop longue : {maximum} octets au plus.",
        "body-too-large": "Cette demande est trop lourde : {maximum} octets au plus. Rien n'a été enregistré.",
        "body-type-unsupported": "Le format de cette demande n'est pas accepté : envoyez du JSON.",
        "size-differs": "La taille annoncée n'est pas celle du document reçu. Rien n'a été enregistré.",
        "channel-refused": "Cette démarche ne se fait pas par cette voie.",
        "preview-encrypted": "Ce document est protégé par un mot de passe : nous ne pouvons pas le montrer. Vous pouvez le télécharger.",
        "preview-damaged": "Ce document est abîmé, ou illisible ici : nous ne pouvons pas le montrer. Vous pouvez le télécharger.",
        "preview-too-large": "Ce document est trop grand : nous ne pouvons pas le montrer. Vous pouvez le télécharger.",
        "preview-too-long": "Ce document demande trop de temps : nous ne pouvons pas le montrer. Vous pouvez le télécharger.",
        "preview-unsupported": "Nous ne pouvons pas montrer ce type de document. Vous pouvez le télécharger.",
        "preview-busy": "D'autres documents sont en préparation. Réessayez dans quelques instants.",
        "binary-unknown": "Le fichier envoyé d'avance n'existe plus, ou n'est pas le vôtre. Envoyez-le de nouveau.",
        "range-unsatisfiable": "La partie demandée n'existe pas : ce document compte {maximum} octets.",
        "xml-too-large": "Ce document de santé est trop lourd : {maximum} octets au plus. Rien n'a été enregistré.",
        "xml-too-complex": "Ce document de santé contient trop d'éléments : {maximum} au plus. Rien n'a été enregistré.",
        "xml-doctype": "Ce document de santé contient une déclaration dangereuse (DOCTYPE). Rien n'a été enregistré.",
        "xml-unreadable": "Ce document de santé ne peut pas être lu : son XML est abîmé. Rien n'a été enregistré.",
        "xml-too-deep": "Ce document de santé est trop imbriqué : {maximum} niveaux au plus. Rien n'a été enregistré.",
        "not-a-cda": "Ce fichier XML n'est pas un document de santé CDA. Rien n'a été enregistré.",
        "unique-id-differs": "L'identifiant annoncé n'est pas celui écrit dans le document. Rien n'a été enregistré.",
    }
)


def problem_of(act: ActId, code: str, entry: str) -> Problem:
    """Return the problem a refusal is outside; without a code it says what is said of an unknown person."""
    said = code or (NOT_DELIVERED if act is ActId.DEPOSIT_DOCUMENT else NOTHING)
    return Problem(KINDS[said], said, entry=entry)


def sentence(problem: Problem, say: Callable[[str], str] = str) -> str:
    """Return the sentence of a problem, its limits filled in: in French, or as `say` puts the French words."""
    words = say(SENTENCES.get(problem.code, SENTENCES["internal"]))
    return words.format_map(_Missing(problem.fields))


class _Missing(dict[str, object]):
    """Fills in a word for a limit that is not known, so that no sentence ever fails."""

    def __missing__(self, key: str) -> str:
        return "…"
