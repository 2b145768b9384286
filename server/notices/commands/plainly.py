"""The French of notices that are one sentence and an address each: messages, news, requests, documents.

The title and the sentence for locked screens come from the table below; a payload's own words stay behind the sign-in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from server.notices.commands.words import Words
from server.notices.rules.kinds import KINDS


class Line(msgspec.Struct, frozen=True):
    """The payload of one event: what the story says of it, and where it leads."""

    text: str
    url: str = ""
    more: tuple[str, ...] = ()  # further lines of the story
    title: str = ""  # better than the table's, while it is the only one: « Demande n° 73 : acceptée »


@dataclass(frozen=True)
class Saying:
    """One kind: its title for one event and for several ({n}), what a locked screen says, where several lead."""

    one: str
    many: str
    brief: str
    url: str


SAYINGS: dict[str, Saying] = {
    "message": Saying(
        "Nouveau message de la mairie",
        "{n} nouveaux messages de la mairie",
        "La mairie vous a écrit. Ouvrez Marelle pour lire.",
        "/messages",
    ),
    "child_file": Saying(
        "Réponse dans le dossier de votre enfant",
        "{n} réponses dans le dossier de vos enfants",
        "La mairie vous a répondu. Ouvrez Marelle pour lire.",
        "/sante",
    ),
    "reading_cap": Saying(
        "Plafond de lecture atteint",
        "{n} plafonds de lecture atteints",
        "Un compte agent a atteint un plafond de lecture.",
        "/agent/sante",
    ),
    "file_changed": Saying(
        "Votre dossier a été modifié",
        "{n} changements dans votre dossier",
        "Des coordonnées ont changé dans votre dossier. Ouvrez Marelle pour voir.",
        "/dossier",
    ),
    "request_received": Saying(
        "Votre demande est bien reçue",
        "{n} demandes bien reçues",
        "Son accusé de réception vous attend. Ouvrez Marelle pour le lire.",
        "/dossier/demarches",
    ),
    "request_moved": Saying(
        "Votre demande a avancé",
        "{n} nouvelles de vos demandes",
        "Le service a répondu. Ouvrez Marelle pour le détail.",
        "/dossier/demarches",
    ),
    "request_message": Saying(
        "Un message sur votre demande",
        "{n} messages sur vos demandes",
        "Le service vous a écrit. Ouvrez Marelle pour lire.",
        "/dossier/demarches",
    ),
    "file_linked": Saying(
        "Un compte a été rattaché à votre dossier",
        "{n} comptes ont été rattachés à votre dossier",
        "Un compte a été rattaché à votre dossier famille. Ouvrez Marelle pour vérifier.",
        "/dossier",
    ),
    "document_missing": Saying(
        "Document à envoyer",
        "{n} documents à envoyer",
        "La mairie attend un document de votre part. Ouvrez Marelle pour le détail.",
        "/documents",
    ),
    "document_accepted": Saying(
        "Document accepté",
        "{n} documents acceptés",
        "La mairie a accepté un document de votre dossier.",
        "/documents/envois",
    ),
    "document_new": Saying(
        "Un nouveau document pour votre famille",
        "{n} nouveaux documents pour votre famille",
        "Un document vous attend dans Marelle.",
        "/documents",
    ),
    "child_shared": Saying(
        "Votre enfant a deux foyers",
        "{n} enfants ont deux foyers",
        "Un dossier a changé. Ouvrez Marelle pour lire.",
        "/dossier",
    ),
    "custody": Saying(
        "Les jours de votre enfant entre ses deux foyers",
        "{n} nouvelles des jours de votre enfant",
        "La répartition des jours d’un enfant est en question. Ouvrez Marelle pour lire.",
        "/dossier",
    ),
    "news": Saying("Actualité de la mairie", "{n} actualités de la mairie", "Ouvrez Marelle pour lire.", "/actualites"),
}
MOST = 40  # lines of a story


def said(kind: str, payloads: Sequence[str], now: datetime) -> Words:
    """One notice for these payloads (JSON), oldest first. Raises msgspec.DecodeError for one that cannot be read."""
    saying = SAYINGS[kind]
    lines = [msgspec.json.decode(raw, type=Line) for raw in payloads]
    addresses, titles = {line.url for line in lines}, {" ".join(line.title.split()) for line in lines}
    own = titles.pop() if len(titles) == 1 else ""
    title = own or (saying.one if len(lines) == 1 else saying.many.format(n=f"{len(lines)}"))
    texts = list(dict.fromkeys(" ".join(one.split()) for line in lines for one in (line.text, *line.more)))[:MOST]
    url = addresses.pop() if len(addresses) == 1 else saying.url
    return Words(title[:160], "\n".join(texts), saying.brief, url or saying.url, now + KINDS[kind].lifetime)
