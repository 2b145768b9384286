"""What families and agents are told of documents, in French: why a file is not taken, where a document stands."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from server.documents.archive import BadFile
from server.documents.queries.values import SUFFIXES, Document, File
from server.documents.rules.asking import Asked, Item
from server.documents.rules.kinds import kind_of
from server.documents.rules.states import INFECTED
from server.families.queries import Child
from server.french import NBSP, day_long, instant, listed
from server.web.folding import clean
from server.web.uploads import Limits, TooMuch

Values = dict[str, Any]
MEGABYTE = 1024 * 1024

UNFIT: Mapping[str, str] = {
    "unknown": "n’est ni une photo ni un PDF. Prenez le papier en photo, ou enregistrez-le en PDF.",
    "heic": "est au format HEIC, que ce portail ne sait pas lire. Prenez la photo d’ici, "
    "avec «\u00a0Prendre une photo\u00a0», ou choisissez «\u00a0Le plus compatible\u00a0» "
    "dans les réglages de l’appareil photo.",
    "empty": "est vide. Choisissez-le à nouveau.",
    "broken": "est abîmé ou incomplet, il ne s’ouvre pas. Reprenez la photo, ou refaites le PDF.",
    "too_many_pixels": "est une image trop grande. Reprenez la photo avec une taille plus petite.",
    "encrypted": "est protégé par un mot de passe. Enregistrez-le sans mot de passe, ou photographiez-le.",
    "no_page": "ne contient aucune page. Refaites le PDF.",
    "too_many_pages": "a plus de 100 pages. N’envoyez que celles qui sont demandées.",
    "active": "contient un programme, que la mairie ne peut pas recevoir. Imprimez-le en PDF, ou photographiez-le.",
    "slow": "demande trop de calcul pour être ouvert. Photographiez le papier à la place.",
}
NO_SPACE = (
    "Votre espace est plein. Retirez de «\u00a0Mes envois\u00a0» ce que la mairie n’a pas encore vérifié, "
    "ou appelez la mairie."
)
NOTHING_CHOSEN = "Choisissez un fichier, ou prenez une photo."


def refusal_of(error: BadFile | TooMuch, limits: Limits) -> str:
    """Why a file was not taken, and what to do."""
    name = f"« {clean(error.name, 60)} »" if error.name else "Un fichier"
    most = limits.file_bytes // MEGABYTE
    if isinstance(error, BadFile):
        return f"{name} {UNFIT[error.reason]} Rien n’a été enregistré."
    if error.reason == "files":
        return f"{limits.files} fichiers au plus à la fois. Rien n’a été enregistré{NBSP}: envoyez-les en deux fois."
    if error.reason == "file":
        return f"{name} dépasse {most} Mo. Rien n’a été enregistré{NBSP}: choisissez un fichier plus léger."
    return f"Cet envoi est trop lourd{NBSP}: {most} Mo au plus par fichier. Rien n’a été enregistré."


# (class of the badge, its words) of an item's standing.
BADGES: Mapping[str, tuple[str, str]] = {
    "valid": ("ok", "en règle"),
    "ends_soon": ("wait", "expire bientôt"),
    "checking": ("wait", "en vérification"),
    "refused": ("no", "refusé"),
    "over": ("no", "expiré"),
    "missing": ("no", "à envoyer"),
}


def item_values(item: Item, child: Child | None, asked: Asked, today: date) -> Values:
    """One line of « À fournir »."""
    kind = kind_of(item.kind)
    badge, word = BADGES[item.standing]
    optional = not item.required and item.standing == "missing"
    return {
        "label": kind.label,
        "child": child.first_name if child else "",
        "badge": "info" if optional else badge,
        "word": "facultatif" if optional else word,
        "note": " ".join(_notes(item, asked, today)),
        "url": address_of(item.kind, child.ref if child else ""),
        "to_send": item.to_send,
    }


def _notes(item: Item, asked: Asked, today: date) -> Sequence[str]:
    said = []
    if item.note:
        said.append(f"La mairie écrit{NBSP}: {ended(item.note)}")
    if item.standing == "refused" and item.reason:
        said.append(f"Refusé{NBSP}: {ended(item.reason)}")
    if item.standing in ("valid", "ends_soon") and item.until:
        said.append(f"Valable jusqu’au {day_of(item.until, today)}.")
    if item.standing == "over" and item.until:
        said.append(f"Expiré depuis le {day_of(item.until, today)}.")
    if item.standing == "missing" and item.kind in asked.maximum_without:
        said.append("Sans lui, le tarif maximum s’applique.")
    if item.standing in ("missing", "refused", "over") and not said:
        said.append(kind_of(item.kind).hint)
    return said


def address_of(kind: str, child_ref: str = "") -> str:
    """Where a document of this kind is sent from."""
    return f"/documents/envoyer?type={kind}" + (f"&enfant={child_ref}" if child_ref else "")


def ended(sentence: str) -> str:
    """A typed sentence with its end."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def day_of(day: date, today: date) -> str:
    """« 31 août 2027 », without its weekday."""
    return f"{day_long(day).partition(' ')[2]} {day.year}"


def state_words(document: Document) -> tuple[str, str]:
    """The badge of a document sent: its class and its words."""
    if document.state == "received":
        return "wait", "en contrôle"
    if document.state == "refused":
        return "no", "bloqué par l’antivirus"
    return {"accepted": ("ok", "accepté"), "refused": ("no", "refusé")}.get(document.decision, ("wait", "reçu"))


def sent_values(document: Document, today: date) -> Values:
    """One line of « Mes envois »."""
    badge, word = state_words(document)
    notes = [f"Reçu {instant(document.created_at, near=today)}."]
    if document.state == "refused":
        notes.append(INFECTED)
    elif document.reason:
        notes.append(f"Motif{NBSP}: {ended(document.reason)}")
    if document.decision == "accepted" and document.valid_until:
        notes.append(f"Valable jusqu’au {day_of(document.valid_until, today)}.")
    return {
        **file_values(document),
        "badge": badge,
        "word": word,
        "note": " ".join(notes),
        "withdraw": f"/documents/{document.ref}/retrait" if document.may_be_withdrawn else "",
        "again": document.decision == "refused" or document.state == "refused",
    }


def file_values(document: Document, root: str = "/documents") -> Values:
    """A document's name and its files to download."""
    files = document.files if document.state == "clean" else ()
    return {
        "ref": document.ref,
        "label": document.label,
        "child": document.child,
        "files": [
            {"url": f"{root}/{document.ref}/{file.position}", "words": file.words, "image": file.image}
            for file in files
        ],
    }


def download_name(document: Document, file: File) -> str:
    """« Justificatif de domicile 2026-11-16.pdf »."""
    page = f" {file.position}" if len(document.files) > 1 else ""
    name = " ".join(filter(None, (document.label, document.child, document.created_at.date().isoformat())))
    return f"{clean(name.replace('/', '-'), 100)}{page}.{SUFFIXES[file.media]}"


def limits_words(limits: Limits) -> str:
    """« Photos (JPEG, PNG, HEIC) ou PDF, 10 Mo au plus chacun, 6 fichiers au plus. »."""
    formats = listed(["JPEG", "PNG", "HEIC"], "ou")
    files = f", {limits.files} fichiers au plus" if limits.files > 1 else ""
    return f"Photos ({formats}) ou PDF, {limits.file_bytes // MEGABYTE} Mo au plus par fichier{files}."
