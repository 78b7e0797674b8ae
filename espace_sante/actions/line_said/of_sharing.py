"""What a line says of whom she lets read, of what she hides, of her cards and her answers to requests.

By act: what you did; what someone did; what you asked and was refused; what someone asked and was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from espace_sante.kernel.i18n import mark

WORDS: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "authorise_app": (
            mark("Vous avez permis l’application %(app)s."),
            mark("%(who)s a noté que vous permettez l’application %(app)s."),
            mark("Vous avez voulu permettre une application."),
            mark("%(who)s a voulu ouvrir ou permettre une application."),
        ),
        "end_app": (
            mark("Vous avez arrêté l’application %(app)s."),
            mark("%(who)s a arrêté l’application %(app)s, à votre demande."),
            mark("Vous avez voulu arrêter une application."),
            mark("%(who)s a voulu arrêter une application."),
        ),
        "grant_access": (
            mark("Vous avez autorisé %(whom)s à lire."),
            mark("%(who)s a noté que vous autorisez %(whom)s à lire."),
            mark("Vous avez voulu autoriser quelqu’un à lire."),
            mark("%(who)s a voulu autoriser quelqu’un à lire."),
        ),
        "limit_grant": (
            mark("Vous avez réduit une autorisation de %(whom)s."),
            mark("%(who)s a réduit une autorisation de %(whom)s, à votre demande."),
            mark("Vous avez voulu réduire une autorisation."),
            mark("%(who)s a voulu réduire une autorisation."),
        ),
        "name_administrator": (
            mark("Vous avez nommé administrateur %(whom)s : il lit aussi ce que vous cachez à tous."),
            mark("%(who)s a noté que vous nommez administrateur %(whom)s : il lit aussi ce que vous cachez à tous."),
            mark("Vous avez voulu nommer un administrateur."),
            mark("%(who)s a voulu nommer un administrateur."),
        ),
        "withdraw_access": (
            mark("Vous avez retiré à %(whom)s l’autorisation de lire."),
            mark("%(who)s a retiré à %(whom)s, à votre demande, l’autorisation de lire."),
            mark("Vous avez voulu retirer une autorisation."),
            mark("%(who)s a voulu retirer une autorisation."),
        ),
        "mask": (
            mark("Vous avez caché %(what)s."),
            mark("%(who)s a caché %(what)s, à votre demande."),
            mark("Vous avez voulu cacher quelque chose."),
            mark("%(who)s a voulu cacher quelque chose."),
        ),
        "unmask": (
            mark("Vous avez montré de nouveau %(what)s."),
            mark("%(who)s a montré de nouveau %(what)s, à votre demande."),
            mark("Vous avez voulu montrer de nouveau quelque chose."),
            mark("%(who)s a voulu montrer de nouveau quelque chose."),
        ),
        "keep_episode": (
            mark("Vous avez gardé des documents ensemble : %(what)s."),
            mark("%(who)s a gardé des documents ensemble, à votre demande : %(what)s."),
            mark("Vous avez voulu garder des documents ensemble."),
            mark("%(who)s a voulu garder des documents ensemble."),
        ),
        "end_episode": (
            mark("Vous avez défait %(what)s."),
            mark("%(who)s a défait %(what)s, à votre demande."),
            mark("Vous avez voulu défaire un épisode de soins."),
            mark("%(who)s a voulu défaire un épisode de soins."),
        ),
        "block": (
            mark("Vous avez bloqué %(whom)s."),
            mark("%(who)s a bloqué %(whom)s, à votre demande."),
            mark("Vous avez voulu bloquer un professionnel."),
            mark("%(who)s a voulu bloquer un professionnel."),
        ),
        "unblock": (
            mark("Vous avez débloqué %(whom)s."),
            mark("%(who)s a débloqué %(whom)s, à votre demande."),
            mark("Vous avez voulu débloquer un professionnel."),
            mark("%(who)s a voulu débloquer un professionnel."),
        ),
        "set_emergency_will": (
            mark("Vous avez dit ce qui peut être lu en urgence."),
            mark("%(who)s a noté vos réponses pour l’urgence."),
            mark("Vous avez voulu dire ce qui peut être lu en urgence."),
            mark("%(who)s a voulu noter des réponses pour l’urgence."),
        ),
        "refuse_emergency": (
            mark("Vous avez dit que personne ne lit en urgence."),
            mark("%(who)s a noté, à votre demande, que personne ne lit en urgence."),
            mark("Vous avez voulu dire que personne ne lit en urgence."),
            mark("%(who)s a voulu noter que personne ne lit en urgence."),
        ),
        "issue_access_card": (
            mark("Vous avez fait une carte d’accès."),
            mark("%(who)s a fait une carte d’accès pour vous."),
            mark("Vous avez voulu faire une carte d’accès."),
            mark("%(who)s a voulu faire une carte d’accès."),
        ),
        "receive_coupon": (
            mark("Vous avez répondu non, par un coupon."),
            mark("%(who)s a lu votre coupon : vous avez répondu non, rien ne change."),
            mark("Vous avez voulu répondre par un coupon."),
            mark("%(who)s a voulu entrer un coupon de vous."),
        ),
        "use_access_card": (
            mark("Vous avez présenté une carte."),
            mark("%(who)s a présenté une carte que vous avez faite."),
            mark("Vous avez voulu présenter une carte."),
            mark("%(who)s a présenté une carte que vous avez faite, sans succès."),
        ),
        "revoke_access_card": (
            mark("Vous avez arrêté une carte d’accès."),
            mark("%(who)s a arrêté une carte d’accès, à votre demande."),
            mark("Vous avez voulu arrêter une carte d’accès."),
            mark("%(who)s a voulu arrêter une carte d’accès."),
        ),
        "request_access": (
            mark("Vous avez demandé un accès."),
            mark("%(who)s vous demande un accès."),
            mark("Vous avez voulu demander un accès."),
            mark("%(who)s a voulu vous demander un accès."),
        ),
        "accept_request": (
            mark("Vous avez dit oui à la demande de %(whom)s."),
            mark("%(who)s a noté votre oui à la demande de %(whom)s."),
            mark("Vous avez voulu dire oui à une demande."),
            mark("%(who)s a voulu noter un oui à une demande."),
        ),
        "decline_request": (
            mark("Vous avez dit non à la demande de %(whom)s."),
            mark("%(who)s a noté votre non à la demande de %(whom)s."),
            mark("Vous avez voulu dire non à une demande."),
            mark("%(who)s a voulu noter un non à une demande."),
        ),
    }
)
