"""What the year's screen reads: both rules and the summary in sentences, whom publishing touches, the days."""

from zoneinfo import ZoneInfo

from server.bookings.desk.rules.days import months_of, weeks_of
from server.bookings.desk.rules.dossier import PATH, said_of
from server.bookings.desk.rules.form import terms_of_activity
from server.bookings.desk.rules.looked import Looked
from server.bookings.desk.words import Values
from server.bookings.rules.simulation import Shift, shift_words, summary_of
from server.french import day_long, instant, plural


def year_values(looked: Looked) -> Values:
    """The whole screen."""
    dossier, wish = looked.dossier, looked.wish
    draft = dossier.draft
    return {
        "name": dossier.activity.name,
        "url": f"{PATH}/{dossier.activity.ref}",
        "self": f"{PATH}/{dossier.activity.ref}/simulation",
        "draft": {"by": draft.by, "at": instant(draft.at, looked.zone)} if draft else None,
        "rules": _rules(looked),
        "first": looked.first.isoformat(),
        "typed": wish.first.isoformat() if wish.first else looked.first.isoformat(),
        "from": f"{day_long(looked.first)} {looked.first.year}",
        "summary": _summary(looked),
        "habits": looked.odd.habits,
        "odd_days": plural(sum(map(bool, looked.odd.by_day)), "journée inhabituelle", "journées inhabituelles"),
        "far": looked.far,
        "odd_only": wish.odd_only,
        **_views(looked),
        "touched": _touched(looked),
        "replaces": _replaces(looked),
        "seen": draft.revision if draft else 0,
        "base": dossier.latest,
        "reason": wish.reason,
        "faults": wish.faults,
        "refused": wish.refused,
        "empty": not looked.year.plan,
    }


def _views(looked: Looked) -> Values:
    """The days, as a list by week or as grids by month, and the ways from one to the other."""
    months = looked.wish.months
    days = list(zip(looked.year.plan, looked.odd.by_day, strict=True))
    return {
        "months_view": months,
        "list_url": looked.url(vue=""),
        "months_url": looked.url(vue="mois"),
        "csv_url": looked.url(vue="", inhabituelles="").replace("/simulation", "/simulation.csv", 1),
        "weeks": [] if months else list(weeks_of(days, looked)),
        "months": list(months_of(days, looked)) if months else [],
    }


def _rules(looked: Looked) -> Values:
    """Both rules in words; one where there is no draft."""
    dossier = looked.dossier
    current = dossier.catalogue.on(dossier.activity.id, looked.first)
    return {
        "old": said_of(terms_of_activity(current)),
        "new": said_of(dossier.draft.terms) if dossier.draft else [],
    }


def _summary(looked: Looked) -> Values:
    found = summary_of(looked.year.plan)
    moved = [
        plural(found.book, "date de réservation", "dates de réservation") if found.book else "",
        plural(found.cancel, "date d’annulation", "dates d’annulation") if found.cancel else "",
        plural(found.opening, "date d’ouverture", "dates d’ouverture") if found.opening else "",
    ]
    return {
        "days": plural(found.days, "jour", "jours"),
        "changed": plural(found.changed, "change", "changent"),
        "what": ", ".join(filter(None, moved)),
        "earlier": _shift(found.earlier),
        "later": _shift(found.later),
    }


def _shift(shift: Shift | None) -> str:
    """« jeudi 12 mars, 2 jours plus tôt »."""
    if shift is None:
        return ""
    return f"{day_long(shift.planned.session.day)} {shift.planned.session.day.year}, {shift_words(shift.by)}"


def _touched(looked: Looked) -> list[str]:
    """What publishing now does to squares families see, in sentences."""
    found = looked.touched
    lines = [
        (found.closing, "case libre ne pourra plus être réservée", "cases libres ne pourront plus être réservées"),
        (
            found.opening,
            "case libre pourra de nouveau être réservée",
            "cases libres pourront de nouveau être réservées",
        ),
        (
            found.stuck,
            "réservation ne pourra plus être annulée à temps",
            "réservations ne pourront plus être annulées à temps",
        ),
        (found.loose, "réservation pourra de nouveau être annulée", "réservations pourront de nouveau être annulées"),
    ]
    said = [plural(n, one, many) for n, one, many in lines if n]
    return [*said, plural(found.families, "famille concernée", "familles concernées")] if said else []


def _replaces(looked: Looked) -> list[str]:
    """The publications still to come that this one would set aside."""
    today = looked.now.astimezone(ZoneInfo(looked.zone)).date()
    return [
        f"La version {each.number}, prévue du {day_long(each.first_day)} {each.first_day.year}, ne s’appliquera plus."
        for each in looked.dossier.history
        if each.first_day >= looked.first and each.first_day > today
    ]
