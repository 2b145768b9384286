"""The audit trail in sentences: « Agathe Martin (mairie) a accepté la réservation : Lina, Cantine du jeudi 12 mars ».

A new action gets its sentence here: a test walks over all the code writes.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from server.desk.journal.moves import ABSENCES, DECISIONS, OVERRIDES, TAPS, about, moved, plain, undone
from server.desk.journal.queries import Line
from server.documents.rules.kinds import kind_of
from server.french import day_long, plural

PORTAL = "Le portail"
REQUESTS = {
    "in_progress": "a pris en charge",
    "to_complete": "a demandé un complément pour",
    "waiting_list": "a mis en liste d’attente",
    "accepted": "a accepté",
    "refused": "a refusé",
}


def what_of(line: Line) -> str:
    """The sentence without its author: « a accepté la réservation : Lina Dupont, Cantine du jeudi 12 mars »."""
    say = SENTENCES.get(line.action)
    return say(line) if say else about(line, f"a fait « {line.action} »")


def who_of(line: Line) -> str:
    """« Agathe Martin (mairie) », « Camille Lefèvre », or the portal itself."""
    return f"{line.by} (mairie)" if line.by_agent else line.by or PORTAL


def reason_of(line: Line) -> str:
    """The words that were given with it."""
    return str(line.detail.get("reason", ""))


def _capacity(line: Line) -> str:
    before, after = (_places(line.detail.get(key)) for key in ("from", "to"))
    return about(line, f"a changé la capacité ({before}, puis {after})")


def _places(count: Any) -> str:
    return "sans limite" if count is None else plural(int(count), "place", "places")


def _closure(verb: str) -> Callable[[Line], str]:
    def say(line: Line) -> str:
        what = line.activity or ("une activité" if line.detail.get("activity") else "toute la ville")
        if "from" not in line.detail:
            return f"{verb} des jours fermés"
        first, last = (date.fromisoformat(line.detail[key]) for key in ("from", "to"))
        when = day_long(first) if first == last else f"du {day_long(first)} au {day_long(last)}"
        return f"{verb} {what}, {when}"

    return say


def _rules(line: Line) -> str:
    """« a publié les règles de Cantine, à partir du mardi 1er décembre »."""
    first = str(line.detail.get("from", ""))
    when = f", à partir du {day_long(date.fromisoformat(first))}" if first else ""
    return f"a publié de nouvelles règles : {line.activity or 'une activité'}{when}"


def _agent(verb: str) -> Callable[[Line], str]:
    def say(line: Line) -> str:
        rights = ", ".join(map(str, line.detail.get("rights", []))) or "aucun droit"
        closed = ", compte fermé" if line.detail.get("closed") else ""
        return f"{verb}\u00a0: {line.detail.get('who', '')} ({rights}{closed})"

    return say


def _retention(line: Line) -> str:
    removed = line.detail.get("removed", {})
    return "a retiré ce qui ne doit plus être gardé\u00a0: " + ", ".join(f"{n} {name}" for name, n in removed.items())


def _export(line: Line) -> str:
    return f"a exporté {plural(int(line.detail.get('lines', 0)), 'ligne', 'lignes')} du journal"


def _imported(line: Line) -> str:
    """« a importé une liste de familles (familles.csv) : 12 dossiers créés, 30 lignes, 4 comptes ouverts »."""
    said = line.detail
    counts = (
        plural(int(said.get("families", 0)), "dossier créé", "dossiers créés"),
        plural(int(said.get("lines", 0)), "ligne", "lignes"),
        plural(int(said.get("accounts", 0)), "compte ouvert", "comptes ouverts"),
    )
    return f"a importé une liste de familles ({said.get('name', '')})\u00a0: {', '.join(counts)}"


def _mailing(line: Line) -> str:
    """« a écrit à 312 familles : Fermeture de la piscine »."""
    count = plural(int(line.detail.get("families", 0)), "famille", "familles")
    return f"a écrit à {count}\u00a0: {line.detail.get('subject', '')}"


def _changed(line: Line) -> str:
    """« a modifié les coordonnées de Camille Lefèvre »."""
    return f"a modifié les coordonnées de {line.detail.get('who', '')}"


def _ties(line: Line) -> str:
    """« a changé les liens des adultes (Bob Dupont, pour Lina : père, sans autorité parentale) »."""
    return f"a changé les liens des adultes ({' '.join(map(str, line.detail.get('lines', [])))})"


def _request(line: Line) -> str:
    """« a accepté la demande n° 73 (École et niveau) »."""
    verb = REQUESTS.get(str(line.detail.get("to", "")), "a fait avancer")
    return f"{verb} la demande n° {line.detail.get('number', '')} ({line.detail.get('kind', '')})"


def _paper(words: str) -> Callable[[Line], str]:
    """« a accepté « Justificatif de domicile » »; the child it is about is named by the line."""

    def say(line: Line) -> str:
        kind, title = str(line.detail.get("kind", "")), str(line.detail.get("title", ""))
        return about(line, f"{words} « {title or kind_of(kind).label} »")

    return say


def _judged(line: Line) -> str:
    return _paper("a accepté" if line.detail.get("verdict") == "accepted" else "a refusé")(line)


def _put(line: Line) -> str:
    where = {"town": "a proposé à toutes les familles", "family": "a déposé pour la famille"}
    return _paper(where.get(str(line.detail.get("shelf", "")), "a envoyé"))(line)


SENTENCES: Mapping[str, Callable[[Line], str]] = {
    "tap": moved(TAPS),
    "absence": moved(ABSENCES),
    "absence_undone": plain("a retiré son signalement d’absence"),
    "decision": moved(DECISIONS),
    "undone": undone,
    "override": moved(OVERRIDES),
    "promoted": plain("a donné une place de la liste d’attente"),
    "closed": plain("a annulé en fermant le jour"),
    "capacity": _capacity,
    "closure": _closure("a fermé"),
    "reopened": _closure("a rouvert"),
    "rules": _rules,
    "request_decided": _request,
    "file_changed": _changed,
    "read_family": plain("a ouvert le dossier"),
    "journal_export": _export,
    "document_put": _put,
    "document_decision": _judged,
    "document_asked": _paper("a demandé"),
    "document_not_asked": _paper("ne demande plus"),
    "document_removed": _paper("a retiré"),
    "document_infected": _paper("a bloqué, selon l’antivirus,"),
    "document_read": _paper("a ouvert"),
    "custody_changed": plain("a changé la garde entre les deux foyers"),
    "health_saved": plain("a mis à jour le dossier santé"),
    "health_cap": plain("a atteint le plafond de lecture des dossiers santé"),
    "retention": _retention,
    "ties_changed": _ties,
    "member_left": lambda line: f"a retiré {line.detail.get('who', '')} du dossier",
    "children_joined": plain("a réuni deux fiches d’un même enfant"),
    "children_apart": plain("a noté que deux fiches proches sont deux enfants"),
    "key_issued": plain("a remis une clé enfance"),
    "agent_invited": _agent("a invité un agent"),
    "agent_phone_forgotten": _agent("a retiré le téléphone perdu d’un agent"),
    "agent_changed": _agent("a changé les droits d’un agent"),
    "message": plain("a écrit à la famille"),
    "message_settled": plain("a clos un échange"),
    "families_imported": _imported,
    "mailing": _mailing,
    "account_opened": plain("a ouvert un compte ou renvoyé son lien"),
    "account_accepted": plain("a accepté une demande d’inscription"),
    "account_refused": plain("a refusé une demande d’inscription"),
    "link_contested": plain("a signalé un compte rattaché à son dossier"),
    "link_settled": plain("a répondu sur un compte signalé"),
    "news": plain("a publié ou changé une actualité"),
    "news_dropped": plain("a retiré une actualité"),
    "info": plain("a écrit une page pratique"),
    "info_dropped": plain("a retiré une page pratique"),
    "menus": plain("a écrit les menus d’une semaine"),
}
