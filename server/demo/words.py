"""What the demo town has written: an exchange, news, practical pages, three weeks of menus."""

from datetime import date, datetime, timedelta

from server.database import Work
from server.demo.rows import insert, insert_named
from server.messages.rules.menus import dishes_to, monday_of, school_days

PARENT, AGENT = "parent@demo.marelle", "agent@demo.marelle"

NEWS = (
    (
        "Carnaval des écoles",
        "Le carnaval part de l’école Jules-Ferry à 14 h, en musique.\n\n"
        "# À prévoir\n- un déguisement qui tient chaud\n- une étiquette au nom de l’enfant\n\n"
        "Les enfants inscrits à l’accueil du soir rentrent avec leurs animateurs.",
        3,
        True,
    ),
    (
        "Nouveau jeu d’eau dans la cour de la maternelle",
        "Les travaux sont finis. Pensez à une tenue de rechange les jours de beau temps.",
        12,
        False,
    ),
)
INFOS = (
    (
        "Horaires des accueils",
        "# Matin\nDe 7 h 30 à 8 h 30, dans l’école.\n\n"
        "# Soir\nDe 16 h 30 à 18 h 30. Après 18 h 30, prévenez au plus tôt.",
    ),
    (
        "Allergies et projet d’accueil individualisé",
        "Un enfant allergique mange à la cantine une fois son PAI établi.\n\n"
        "- demandez-le dans la fiche santé\n- le médecin scolaire vous reçoit\n"
        "- apportez le panier repas dès le premier jour",
    ),
    (
        "Les quotients et les tarifs",
        "Le tarif suit votre quotient familial du jour du service. Sans justificatif, le tarif maximum s’applique.",
    ),
)
WEEK = (
    ("Carottes râpées", "Poulet rôti", "Dahl de lentilles corail", "Haricots verts", "Comté", "Poire"),
    ("Velouté de potiron", "Hachis parmentier", "Parmentier de pois cassés", "Salade verte", "Yaourt nature", "Pomme"),
    ("Betteraves", "Omelette aux herbes", "Omelette aux herbes", "Pommes de terre sautées", "Camembert", "Compote"),
    ("Taboulé", "Filet de lieu, citron", "Galette de pois chiches", "Riz", "Fromage blanc", "Clémentines"),
    ("Endives aux noix", "Pâtes à la bolognaise", "Pâtes aux légumes", "Brocolis", "Emmental", "Gâteau au yaourt"),
)
COURSES = ("entree", "plat", "vege", "garniture", "laitage", "dessert")


def write_words(accounts: dict[str, int], families: dict[str, int], now: datetime, today: date) -> Work[None]:
    """All of it; `families` are the ids by ref, of which Camille's is the first."""
    agent = accounts[AGENT]
    yield from insert(
        "news",
        "ref, title, body, first_day, pinned, changed_by, changed_at",
        (
            (f"demo-news-{n}", title, body, today - timedelta(days=ago), top, agent, now)
            for n, (title, body, ago, top) in enumerate(NEWS)
        ),
    )
    yield from insert(
        "info_page",
        "ref, title, body, position, changed_by, changed_at",
        ((f"demo-info-{n}", title, body, 10 * (n + 1), agent, now) for n, (title, body) in enumerate(INFOS)),
    )
    yield from _write_menus(agent, now, today)
    yield from _write_exchange(accounts[PARENT], agent, next(iter(families.values())), now - timedelta(days=2))


def _write_menus(agent: int, now: datetime, today: date) -> Work[None]:
    weeks = [monday_of(today) + timedelta(weeks=n) for n in range(3)]
    yield from insert(
        "menu",
        "day, dishes, note, changed_by, changed_at",
        (
            (day, dishes_to(dict(zip(COURSES, WEEK[(place + turn) % 5], strict=True))), "", agent, now)
            for turn, monday in enumerate(weeks)
            for place, day in enumerate(school_days(monday))
            if place != 2
        ),
    )


def _write_exchange(parent: int, agent: int, family: int, at: datetime) -> Work[None]:
    answered = at + timedelta(hours=3)
    ids = yield from insert_named(
        "thread",
        "ref, family_id, account_id, department, subject, opened_at, last_at, last_by",
        [("demo-thread-1", family, parent, "Service enfance", "Sortie du mercredi", at, answered, "town")],
    )
    thread = ids["demo-thread-1"]
    yield from insert(
        "thread_message",
        "ref, thread_id, author_id, author, side, body, sent_at",
        [
            (
                "demo-message-1", thread, parent, "Camille Lefèvre", "family",
                "Bonjour,\n\nFaut-il un pique-nique pour la sortie de mercredi ?", at,
            ),
            (
                "demo-message-2", thread, agent, "Agathe Martin", "town",
                "Bonjour,\n\nNon, la cantine prépare le repas froid. Une gourde suffit.", answered,
            ),
        ],
    )  # fmt: skip
