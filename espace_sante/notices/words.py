"""The words of each kind of notice, written once. A way that has less room says less, never something else.

No word says what is in her space, who read it, or what it is kept for: a mail is read over a shoulder, a message on a locked
screen. No link, no code, no name, no number. French is the source; plain French and English follow in the catalogues.
Guarantee: G11. Source: docs/decisions/0067; inclusion.md VOX-03; security-controls.md C39.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from espace_sante.kernel.i18n import mark
from espace_sante.notices.kinds import Kind
from espace_sante.notices.short import short

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of one kind. `name`: as she chooses it; `screen`: on her pages; `message`: in a mail or a short message.

    `title`, `first`, `todo`: of the letter: its title, its first line, and what she may do, until when.
    """

    name: str
    screen: str
    message: str
    title: str
    first: str
    todo: str


WORDS = MappingProxyType(
    {
        Kind.EMERGENCY: Words(
            mark("Quelqu’un a ouvert mon espace en urgence"),
            mark("Quelqu’un a ouvert votre espace en urgence, sans vous demander avant."),
            mark("Quelqu’un a ouvert votre espace sans vous demander avant. Regardez dès que possible."),
            mark("Votre espace a été ouvert en urgence"),
            mark("Quelqu’un a ouvert votre espace en urgence, sans vous demander avant."),
            mark(
                "Vous ne vous y attendiez pas ? Dites-le à tout moment : en ligne, au guichet, par courrier ou par téléphone."
            ),
        ),
        Kind.FIRST_ACCESS: Words(
            mark("Quelqu’un lit mon espace pour la première fois"),
            mark("Quelqu’un a lu dans votre espace pour la première fois. Vous y attendiez-vous ?"),
            mark("Quelqu’un a lu dans votre espace pour la première fois. Dites-nous si vous vous y attendiez."),
            mark("Un premier accès à votre espace"),
            mark("Quelqu’un a lu dans votre espace pour la première fois."),
            mark(
                "Vous vous y attendiez ? Ne faites rien. Sinon, dites-le à tout moment : vous pouvez bloquer cette personne,"
                " et nous cherchons pourquoi elle a lu."
            ),
        ),
        Kind.ACCESS: Words(
            mark("Quelqu’un lit encore mon espace"),
            mark("Quelqu’un que vous aviez déjà vu a lu de nouveau dans votre espace."),
            mark("Quelqu’un a lu de nouveau dans votre espace."),
            mark("Des accès à votre espace"),
            mark("Quelqu’un a lu de nouveau dans votre espace."),
            mark("Vous ne vous y attendiez pas ? Dites-le à tout moment."),
        ),
        Kind.DOCUMENT: Words(
            mark("Quelque chose est ajouté à mon espace"),
            mark("Quelque chose a été ajouté à votre espace."),
            mark("Il y a du nouveau dans votre espace."),
            mark("Du nouveau dans votre espace"),
            mark("Quelque chose a été ajouté à votre espace."),
            mark("Pour le lire : en ligne, ou au guichet qui vous l’imprime sans le lire."),
        ),
        Kind.REQUEST: Words(
            mark("Quelqu’un demande à lire mon espace"),
            mark("Quelqu’un demande à lire dans votre espace. Il attend votre réponse."),
            mark("Quelqu’un attend une réponse de vous. Sans réponse, c’est non."),
            mark("Quelqu’un demande à lire dans votre espace"),
            mark("Quelqu’un demande à lire dans votre espace. Sans réponse de vous, c’est non."),
            mark(
                "Répondez oui ou non : en ligne, au guichet ou par courrier. Un non se dit aussi par téléphone. Rien ne vous oblige à"
                " répondre."
            ),
        ),
        Kind.DONE: Words(
            mark("Quelqu’un a fait une démarche pour moi"),
            mark("Une démarche a été faite pour vous, ou avec votre carte."),
            mark("Une démarche a été faite en votre nom. Vérifiez que vous l’aviez demandée."),
            mark("Une démarche faite en votre nom"),
            mark("Une démarche a été faite pour vous, ou avec votre carte."),
            mark(
                "Vous ne l’aviez pas demandée ? Dites-le vite, au guichet ou par téléphone : nous cherchons qui l’a faite."
            ),
        ),
        Kind.CONTACT: Words(
            mark("L’endroit où l’on m’écrit a changé"),
            mark("L’adresse ou le numéro où nous vous écrivons a changé."),
            mark("L’adresse ou le numéro où nous vous écrivons a changé. Si ce n’est pas vous, dites-le vite."),
            mark("Nous ne vous écrivons plus au même endroit"),
            mark("L’adresse ou le numéro où nous vous écrivons a changé."),
            mark("Ce n’était pas vous ? Dites-le vite, au guichet ou par téléphone."),
        ),
        Kind.ANSWER: Words(
            mark("L’organisme me répond"),
            mark("Une réponse à votre demande vous attend."),
            mark("Une réponse à votre demande vous attend."),
            mark("La réponse à votre demande"),
            mark("Nous avons répondu à votre demande."),
            mark(
                "La réponse ne vous convient pas ? Vous pouvez nous le dire, au guichet, par courrier ou par téléphone."
            ),
        ),
        Kind.MANDATE: Words(
            mark("Quelqu’un m’aide : un mandat commence ou finit"),
            mark("Un mandat commence, ou finit bientôt."),
            mark("Un mandat qui vous concerne commence, ou finit bientôt."),
            mark("Un mandat commence, ou finit bientôt"),
            mark("Un mandat permet à quelqu’un de faire des démarches pour vous : il commence, ou finit bientôt."),
            mark("Vous pouvez l’arrêter à tout moment, sans dire pourquoi."),
        ),
        Kind.LETTER: Words(
            mark("Une lettre que j’ai demandée"),
            mark("Une lettre que vous avez demandée part, ou vous attend au guichet."),
            mark("Une lettre que vous avez demandée part, ou vous attend au guichet."),
            mark("La lettre que vous avez demandée"),
            mark("Voici la lettre que vous avez demandée."),
            mark("Vous pouvez l’arrêter à tout moment."),
        ),
    }
)

# The same for every kind: a list of subjects in a mailbox, or on a server on the way, tells nothing apart.
MAIL_SUBJECT = mark("Un avis vous attend")
_MAIL_FIRST = mark("Bonjour,")
_MAIL_WHERE = mark(
    "Pour savoir quoi : ouvrez votre espace comme vous le faites d’habitude, venez au guichet, ou appelez-nous."
)
# How she knows that it is us, and that what asks for more is not.
RECOGNISE = (
    mark("Dans nos messages, il n’y a jamais de lien, jamais de pièce jointe, jamais de code pour entrer."),
    mark("Nous ne vous demandons jamais un code, un mot de passe ou de l’argent."),
    mark("Un message qui le fait ne vient pas de nous. N’y répondez pas, et dites-le-nous."),
)
_NO_ANSWER = mark("Personne ne lit les réponses à ce message.")
_CHOOSE = mark(
    "Vous choisissez ce que nous vous écrivons, et comment : page « Mes avis », au guichet, ou par un formulaire signé."
)
_SMS_TAIL = mark("Jamais de lien dans nos messages.")

_PROVING_MAIL = mark(
    "Vous avez donné cette adresse pour recevoir vos avis. Pour dire que c’est bien la vôtre, écrivez ces trois mots"
    " dans votre espace, ou dites-les au guichet : %(words)s."
)
_PROVING_NOT_YOU = mark(
    "Ces mots n’ouvrent rien. Vous n’avez rien demandé ? Ne faites rien : nous ne vous écrirons plus."
)
_PROVING_SMS = mark(
    "%(code)s est le nombre à écrire dans votre espace, ou à dire au guichet, pour recevoir vos avis ici. Il n’ouvre rien."
)


def mail_text(kinds: tuple[Kind, ...], say: Say) -> str:
    """Return the whole text of a mail about these kinds, each said once, in the order given."""
    said = [say(WORDS[kind].message) for kind in dict.fromkeys(kinds)]
    parts = [say(_MAIL_FIRST), "\n".join(said), say(_MAIL_WHERE)]
    return "\n\n".join([*parts, "\n".join(map(say, RECOGNISE)), f"{say(_CHOOSE)}\n{say(_NO_ANSWER)}"]) + "\n"


def sms_text(kinds: tuple[Kind, ...], say: Say) -> str:
    """Return the one short message about these kinds: the first of them is the one it names."""
    return short(f"{say(WORDS[kinds[0]].message)} {say(_SMS_TAIL)}")


def proving_mail(word: str, say: Say) -> str:
    """Return the text of the mail that proves a mailbox: three plain words, which open nothing."""
    parts = (say(_MAIL_FIRST), say(_PROVING_MAIL) % {"words": word}, say(_PROVING_NOT_YOU))
    return "\n\n".join([*parts, "\n".join(map(say, RECOGNISE)), say(_NO_ANSWER)]) + "\n"


def proving_sms(word: str, say: Say) -> str:
    """Return the short message that proves a number."""
    return short(say(_PROVING_SMS) % {"code": word})
