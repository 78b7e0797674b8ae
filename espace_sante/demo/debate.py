"""An invented debate for the demonstration: one dossier three weeks old, with what people said and what was answered.

Made through the register, as anybody's: each text spends a code of an envelope printed for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from espace_sante.debate import events as e
from espace_sante.debate.coming import Came, Written
from espace_sante.debate.register import Register
from espace_sante.debate.token import RANDOM_BYTES, draw
from espace_sante.debate.words import Reason, Role, Sort, Theme

NAME, AGE_DAYS, LASTS_DAYS, ENVELOPES = "couts", 21, 60, 40
_TITLE = "Qui paie le service, et comment le savoir ?"
_QUESTION = "Quelles dépenses doivent être publiées, et comment financer le guichet et les lettres ?"
_PROPOSAL = "Publier chaque facture payée à une entreprise, chaque mois.\n\nChacun doit pouvoir refaire l’addition."


async def fill(register: Register, today: date, random: Callable[[int], bytes]) -> tuple[str, str] | None:
    """Tell the debate once; return the two codes of an envelope left to try, None when it was told already."""
    if NAME in (await register.book()).dossiers:
        return None
    first = today - timedelta(days=AGE_DAYS)
    opened = e.DossierOpened(NAME, Theme.COST, _TITLE, _QUESTION, first, first + timedelta(days=LASTS_DAYS), True)
    await register.append([opened])
    envelopes = [(draw(random(RANDOM_BYTES)), draw(random(RANDOM_BYTES))) for _ in range(ENVELOPES)]
    await register.print_codes(NAME, envelopes, first)

    async def says(day: date, sort: Sort, text: str, about: str = "") -> str:
        written = Written(NAME, envelopes.pop()[0], sort, about, text)
        return (await register.write(written, Came(day, day))).contribution

    asked = await says(first, Sort.QUESTION, "Combien coûte une lettre, papier et poste compris ?")
    proposal = await says(first, Sort.PROPOSAL, _PROPOSAL)
    await says(first, Sort.PROPOSAL, "Garder un guichet dans chaque canton, même s’il coûte plus qu’un site.")
    second = first + timedelta(days=1)
    await register.publish(second)
    await says(second, Sort.FOR, "C’est notre argent, et les comptes d’une commune sont déjà publics.", proposal)
    await says(second, Sort.AGAINST, "Une facture seule ne dit pas si le prix est juste.", proposal)
    await says(second, Sort.AMENDMENT, "Ajouter le prix payé ailleurs pour la même chose.", proposal)
    rude = await says(second, Sort.QUESTION, "Un texte d’injures, inventé pour montrer comment il est caché.")
    await says(second, Sort.QUESTION, "Répondez-moi à jeanne@exemple.fr, s’il vous plaît.")
    third = second + timedelta(days=1)
    await register.publish(third)
    await register.append(
        [
            e.Moderated(rude, Reason.INSULT, "Deux mots visent une personne.", Role.MODERATOR, third),
            e.Answered(NAME, asked, "Le compte d’une lettre est publié avec le registre des coûts.", third),
            e.Minuted(NAME, "Réunion publique à Clermont : vingt personnes, trois propositions.", third),
            e.Summed(
                NAME,
                "Les contributions demandent des comptes publics et des guichets gardés.",
                "Les gens veulent voir les dépenses. Ils veulent garder les guichets.",
                "Contributions ask for public accounts and for counters to be kept.",
                third,
            ),
        ]
    )
    await register.publish(today)
    return envelopes.pop()
