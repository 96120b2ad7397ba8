"""French."""

import re

THOUSANDS = "\u202f"

NOUNS = {
    "posts": ("message", "messages"),
    "drafts": ("brouillon", "brouillons"),
    "days": ("jour", "jours"),
    "hours": ("heure", "heures"),
    "deliveries": ("envoi", "envois"),
    "ready": ("message prêt", "messages prêts"),
    "lost": ("message non publié, ou qui ne le sera pas", "messages non publiés, ou qui ne le seront pas"),
    "sent": ("envoyé", "envoyés"),
}

SENTENCES = {
    "week-free": "Le plan ne fixe pas de nombre de messages par semaine.",
    "week-short": "Semaine du {week} : {have} sur {wanted:posts}.",
    "week-short-drafts": "Semaine du {week} : {have} sur {wanted:ready}, plus {drafts:drafts}.",
    "week-missed": "Semaine du {week} : {have} sur {wanted:posts} publiés.",
    "week-none": "Le plan ne demande rien cette semaine ni la suivante.",
    "week-done": "Cette semaine, le plan est tenu : {have:posts} en ligne ; la suivante est prête.",
    "week-full": "Cette semaine et la suivante comptent {have:posts} ; le plan en demande {wanted}.",
    "pillar-few": "{of:posts} avec un pilier dans ces semaines : trop peu pour comparer.",
    "pillar-none": "Aucun sur {of:posts} n’en parle ; le plan demande {share} %, soit {wanted}.",
    "pillar-hit": "{posts} sur {of:posts}, {percent} %, comme le plan le demande.",
    "pillar-near": "{posts} sur {of:posts}, {percent} % ; le plan demande {share} %.",
    "pillar-little": "Trop peu : {posts} sur {of:posts}, {percent} % ; le plan demande {share} %, soit {wanted}.",
    "pillar-much": "Trop : {posts} sur {of:posts}, {percent} % ; le plan demande {share} %, soit {wanted}.",
    "campaign-nothing": "Elle s’est terminée sans aucun message.",
    "campaign-missed": "Elle est terminée ; {lost} sur {of:posts} n’ont pas été publiés.",
    "campaign-hit": "Elle est terminée, et tout a été publié : {sent:posts}.",
    "campaign-far": "Elle commence dans {ahead:days} ; aucun message pour l’instant.",
    "campaign-empty": "Elle commence dans {ahead:days} et n’a aucun message.",
    "campaign-unready": "Elle commence dans {ahead:days} : 0 prêt sur {posts:posts}.",
    "campaign-coming": "Elle commence dans {ahead:days} : {ready:ready}, {drafts:drafts}.",
    "campaign-bare": "Elle est en cours et n’a aucun message.",
    "campaign-lost": ("{lost:lost} en l’état ; {sent:sent}, {scheduled} à venir, {drafts:drafts}."),
    "campaign-dry": "Il reste {left:days}, et plus rien n’est prévu ; {sent:posts} en ligne.",
    "campaign-until": "Encore {left:days} : {sent:sent}, {scheduled} à venir, {drafts:drafts}.",
    "campaign-endless": "Elle n’a pas de fin : {sent:sent}, {scheduled} à venir, {drafts:drafts}.",
    "campaign-running": "Jour {day} sur {days} : {sent:sent}, {scheduled} à venir, {drafts:drafts}.",
    "goal-hit": "{number} le {day} : l’objectif, {target}, est atteint.",
    "goal-blind": "L’échéance est passée sans aucun relevé.",
    "goal-unread": "Aucun relevé pour l’instant.",
    "goal-missed": "{number} le {day}, dernier relevé ; l’objectif était {target} au {by}.",
    "goal-stale": "Le dernier relevé, {number}, date du {day} : plus de deux semaines.",
    "goal-behind": "{number} le {day} ; il faudrait {line} pour arriver à {target} le {by}.",
    "goal-ahead": "{number} le {day} ; {line} suffit pour arriver à {target} le {by}.",
    "cost-open": "{total} : {sent} dépensé, {scheduled} à venir.",
    "cost-within": "{total} sur {budget} : {sent} dépensé, {scheduled} à venir.",
    "cost-over": "{total}, plus que le budget de {budget} : {sent} dépensé, {scheduled} à venir.",
    "run-rehearsal": "Répétition : tout a été écrit dans un dossier, rien n’a quitté cette machine.",
    "run-not-yet": "Rien à publier pour l’instant : aucun message n’est encore arrivé à échéance.",
    "run-never": "La publication automatique n’a encore donné aucun signe de vie.",
    "run-now": "La publication automatique fonctionne : dernier signe de vie il y a moins d’une heure.",
    "run-fresh": "La publication automatique fonctionne : dernier signe de vie il y a {hours:hours}.",
    "run-stale": (
        "Dernier signe de vie de la publication automatique il y a "
        "{hours:hours} ; il y en a un toutes les trois heures."
    ),
    "run-stale-days": (
        "Dernier signe de vie de la publication automatique il y a {days:days} ; il y en a un toutes les trois heures."
    ),
    "stopped": "La publication est arrêtée depuis le {at}, jusqu’à ce que quelqu’un la reprenne : {reason}",
    "next": "Prochain : {post} sur {account}, {at}.",
    "next-none": "Rien n’est prévu.",
    "overdue": "En retard de plus d’une heure : {number:deliveries}, d’abord {post} sur {account}, {at}.",
    "failed": "En échec : {number:deliveries}, d’abord {post} sur {account}, {at}.",
    "unsure": "Peut-être publiés : {number:deliveries}, d’abord {post} sur {account}, {at}.",
    "missed": "Manqués ces sept derniers jours : {number:deliveries}, d’abord {post} sur {account}, {at}.",
    "missed-before": "Manqués auparavant : {number:deliveries}, d’abord {post} sur {account}, {at}.",
    "unapproved": "Non approuvés, à échéance proche : {number:deliveries}, d’abord {post} sur {account}, {at}.",
    "by-hand": "À publier à la main : {number:deliveries}, d’abord {post} sur {account}, {at}.",
    "held": (
        "À échéance mais en attente, à cause d’une erreur, d’un secret manquant, d’un arrêt ou d’une pause : "
        "{number:deliveries}, "
        "d’abord {post} sur {account}, {at}."
    ),
    "blocked": (
        "En attente d’ici sept jours, à cause d’erreurs ou d’une pause : "
        "{number:deliveries}, d’abord {post} sur {account}, {at}."
    ),
    "blocked-later": (
        "En attente plus tard, à cause d’erreurs : {number:deliveries}, d’abord {post} sur {account}, {at}."
    ),
    "token-ended": ("Le jeton de {account} a expiré le {day} : le réseau refusera tout jusqu’à son remplacement."),
    "token-ends": "Le jeton de {account} expire le {day}, dans {left:days} : en créer un nouveau d’ici là.",
}

PAGE = {
    "OnTrack": "En bonne voie",
    "AtRisk": "À risque",
    "Hit": "Atteint",
    "Missed": "Manqué",
    "title": "Plan",
    "look": "À regarder",
    "all well": "Tout ce que le plan demande est en bonne voie.",
    "accounts": "Comptes",
    "pillars": "Piliers",
    "campaigns": "Campagnes",
    "goals": "Objectifs",
    "costs": "Coûts par mois",
    "free": "Créneaux libres",
    "in words": "Le texte du plan",
    "on this page": "Sur cette page",
    "account": "compte",
    "pillar": "pilier",
    "campaign": "campagne",
    "goal": "objectif",
    "month": "coûts",
    "a week": "{} par semaine",
    "audience": "Pour",
    "tone": "Ton",
    "slots": "Heures habituelles",
    "of the posts": "des messages, quatre semaines passées et à venir",
    "asked": "le plan demande",
    "no number": "aucun nombre fixé",
    "nothing": "rien à comparer",
    "percent": "{}\u00a0%",
    "weeks": "Huit semaines passées, huit à venir",
    "by week": "Semaines",
    "by week how": "Envoyés et prévus, sur ce que le plan demande ; * est cette semaine.",
    "in numbers": "Semaine par semaine",
    "week of": "Semaine du",
    "now": "cette semaine",
    "planned": "demandés",
    "sent": "envoyés",
    "scheduled": "prévus",
    "drafts": "brouillons",
    "held": "en attente",
    "missed": "manqués",
    "failed": "échecs",
    "unsure": "incertains",
    "lost": "perdus",
    "silence": "Silence de {} entre le {} et le {}",
    "crowd": "{} le {}",
    "uneven": "Silences et journées chargées",
    "gaps": "Longs silences",
    "crowds": "Journées chargées",
    "free how": "Heures habituelles des quatre prochaines semaines qu’aucun message n’occupe.",
    "free none": "Aucune heure habituelle n’est libre ces quatre prochaines semaines.",
    "new": "Nouveau message",
    "more free": "et {} de plus",
    "metric followers": "abonnés",
    "metric impressions": "affichages",
    "metric views": "vues",
    "metric likes": "mentions « j’aime »",
    "metric replies": "réponses",
    "metric reposts": "partages",
    "metric clicks": "clics",
    "readings": "Relevés",
    "target": "objectif",
    "by": "au plus tard",
    "line": "sur la ligne",
    "day": "jour",
    "number": "nombre",
    "health": "État de la publication",
    "fine": "en ordre",
    "notice": "à savoir",
    "alarm": "à faire",
    "pauses": "Pauses",
    "from to": "{} au {}",
    "open end": "sans dates",
}


def single(number: int) -> bool:
    return number < 2


def typeset(sentence: str) -> str:
    """No line begins with these signs."""
    return re.sub(" (?=[;:!?%])", "\u00a0", sentence)
