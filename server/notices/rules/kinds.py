"""The kinds of notices, in one table: what they are called, where they go by default, how urgent they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Channel = Literal["push", "mail", "bell"]
CHANNELS: tuple[Channel, ...] = ("push", "mail", "bell")
Urgency = Literal["very-low", "low", "normal", "high"]


@dataclass(frozen=True)
class Kind:
    """One kind of notice."""

    name: str
    label: str  # on the preferences page
    theme: str  # the heading it stands under there
    channels: frozenset[Channel]  # unless the account chose otherwise
    urgency: Urgency = "normal"
    important: bool = True  # mail takes over when no phone could be reached
    waits: bool = True  # for others of its bundle, to be told with them
    replaces: bool = False  # a newer one makes an older one pointless; otherwise only a repeat replaces
    lifetime: timedelta = timedelta(days=1)  # how long ringing makes sense when no day is named
    wakes: bool = False  # goes at once in quiet hours too
    offered: bool = True  # may be chosen on the preferences page


PUSH_BELL: frozenset[Channel] = frozenset({"push", "bell"})
ALL: frozenset[Channel] = frozenset(CHANNELS)
A_WEEK = timedelta(days=7)
A_MONTH = timedelta(days=30)
REQUESTS, PAPERS = "Vos démarches", "Vos documents"
BOOKINGS, SCHEDULE, EXCHANGES, ACCOUNT = "Vos demandes", "Votre planning", "Vos échanges", "Votre compte"

TABLE = (
    Kind("bookings_validated", "Réservations validées", BOOKINGS, PUSH_BELL, replaces=True),
    Kind("bookings_refused", "Réservations refusées", BOOKINGS, ALL, "high"),
    Kind(
        "bookings_requested",
        "Demandes bien reçues par la mairie",
        BOOKINGS,
        frozenset({"bell"}),
        "low",
        important=False,
        replaces=True,
    ),
    Kind("cancellations_decided", "Réponses à vos demandes d’annulation", BOOKINGS, PUSH_BELL),
    Kind("waiting_list_promoted", "Place obtenue depuis la liste d’attente", SCHEDULE, ALL, "high"),
    Kind("taps_refused_at_sync", "Changements refusés au retour du réseau", SCHEDULE, PUSH_BELL, "high"),
    Kind("cutoff_tomorrow", "Date limite demain, rien de réservé", SCHEDULE, PUSH_BELL),
    Kind("day_closed", "Fermetures de la cantine ou de l’accueil", SCHEDULE, ALL, "high"),
    Kind("booked_by_agent", "Changements faits par la mairie", SCHEDULE, PUSH_BELL),
    Kind(
        "file_changed",
        "Coordonnées modifiées dans votre dossier",
        ACCOUNT,
        frozenset({"mail", "bell"}),
        lifetime=A_WEEK,
    ),
    Kind("request_received", "Démarches bien reçues", REQUESTS, ALL, lifetime=A_WEEK),
    Kind("request_moved", "Avancement de vos démarches", REQUESTS, ALL, "high", lifetime=A_WEEK),
    Kind("request_message", "Messages du service sur une démarche", REQUESTS, ALL, lifetime=A_WEEK),
    Kind("custody", "Garde entre deux foyers", EXCHANGES, ALL, "high", lifetime=timedelta(days=14)),
    Kind("child_shared", "Deux foyers pour un enfant", EXCHANGES, ALL, "high", lifetime=timedelta(days=14)),
    Kind("message", "Messages de la mairie", EXCHANGES, PUSH_BELL, lifetime=timedelta(days=14)),
    Kind(
        "news",
        "Actualités de la mairie",
        EXCHANGES,
        frozenset({"bell"}),
        "low",
        important=False,
        lifetime=timedelta(days=14),
    ),
    Kind("document_missing", "Documents à envoyer, refusés ou bientôt périmés", PAPERS, ALL, "high", lifetime=A_MONTH),
    Kind("document_accepted", "Documents acceptés", PAPERS, PUSH_BELL, "low", important=False, lifetime=A_WEEK),
    Kind("document_new", "Documents déposés pour votre famille", PAPERS, PUSH_BELL, lifetime=A_MONTH),
    Kind("child_file", "Réponses dans le dossier de vos enfants", EXCHANGES, ALL, lifetime=timedelta(days=14)),
    Kind("reading_cap", "Plafond de lecture atteint", ACCOUNT, ALL, "high", waits=False, wakes=True, offered=False),
    Kind(
        "new_sign_in",
        "Connexion depuis un nouvel appareil ou réseau",
        ACCOUNT,
        frozenset({"mail", "bell"}),
        "high",
        waits=False,
        wakes=True,
    ),
    Kind(
        "account_changed",
        "Changements qui protègent votre compte",
        ACCOUNT,
        frozenset({"mail", "bell"}),
        "high",
        waits=False,
        wakes=True,
        offered=False,  # nobody who gets into an account may silence this
    ),
    Kind(
        "file_linked", "Compte rattaché à votre dossier", ACCOUNT, ALL, "high", waits=False, lifetime=timedelta(days=14)
    ),
    Kind(
        "test",
        "Avis d’essai",
        ACCOUNT,
        PUSH_BELL,
        "high",
        waits=False,
        wakes=True,
        replaces=True,
        lifetime=timedelta(minutes=10),
        offered=False,
    ),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in TABLE}
OFFERED = tuple(kind for kind in TABLE if kind.offered)
AT_ONCE = tuple(kind.name for kind in TABLE if not kind.waits)

Choices = Mapping[tuple[str, str], bool]  # (kind, channel): wanted; departures from the defaults only


def wants(kind: Kind, channel: Channel, choices: Choices) -> bool:
    """Whether this account is told of `kind` through `channel`."""
    return choices.get((kind.name, channel), channel in kind.channels)


def departures(ticked: frozenset[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    """What must be remembered of a preferences form: the boxes that differ from the defaults."""
    return {
        (kind.name, channel): (kind.name, channel) in ticked
        for kind in OFFERED
        for channel in CHANNELS
        if ((kind.name, channel) in ticked) != (channel in kind.channels)
    }
