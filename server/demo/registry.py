"""Writes the register of the demo town: accounts, families, children and enrolments."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from server.accounts.commands.consents import Shown, keep_consents
from server.accounts.texts import texts_of
from server.database import Work, sql
from server.demo.people import AGENTS, NEWCOMER, SCHOOLS, Household
from server.demo.rows import insert, insert_named
from server.families.finding import index_families
from server.settings import Settings

ACCOUNT = (
    "ref, kind, user_name, email, number, first_name, last_name, password_hash, rights, demo, created_at"
)  # fmt: skip


def write_accounts(homes: Sequence[Household], password_hash: str, at: datetime) -> Work[dict[str, int]]:
    """Every login of the town, by its e-mail."""

    def rows() -> Iterator[tuple[object, ...]]:
        for agent in AGENTS:
            rights = "[" + ",".join(f'"{right}"' for right in agent.rights) + "]"
            user_name = agent.email.split("@")[0]
            number = f"mairie-{user_name}"
            yield (
                f"demo-{user_name}", "agent", user_name, agent.email, number, agent.first_name, agent.last_name,
                password_hash, rights, True, at,
            )  # fmt: skip
        for adult in (*(adult for home in homes for adult in home.adults if adult.user_name), NEWCOMER):
            yield (
                f"demo-{adult.number}", "parent", adult.user_name, adult.email, adult.number, adult.first_name,
                adult.last_name, password_hash, "[]", True, at,
            )  # fmt: skip

    accounts = yield from insert_named("account", ACCOUNT, rows(), "email")
    texts = [Shown(one.kind, one.version, one.digest, one.body, "accepted") for one in texts_of(Settings()).values()]
    yield from keep_consents(next(iter(accounts.values())), texts, at)
    others = (
        (account, one.kind, one.version, one.digest, one.how, at)
        for account in list(accounts.values())[1:]
        for one in texts
    )
    yield from insert("consent", "account_id, kind, version, digest, how, at", others)
    return accounts


def write_families(
    homes: Sequence[Household], accounts: dict[str, int], at: datetime
) -> Work[tuple[dict[str, int], dict[str, int]]]:
    """Families, guardians, children and who lives where; the ids of families and of children, by ref."""
    ids = yield from insert_named(
        "family",
        "ref, number, name, resident, address, created_at",
        ((home.ref, home.number, home.name, home.resident, home.address, at) for home in homes),
    )
    yield from insert(
        "guardian",
        "family_id, account_id, title, first_name, last_name, email, phone, holder",
        (
            (ids[home.ref], accounts.get(a.email), a.title, a.first_name, a.last_name, a.email, a.phone, a.holder)
            for home in homes
            for a in home.adults
        ),
    )
    children = yield from _write_children(homes)
    yield from insert(
        "household_child",
        "family_id, child_id, custody",
        ((ids[home.ref], children[kid.ref], kid.custody) for home in homes for kid in home.kids),
    )
    yield from index_families(list(ids.values()))
    return ids, children


def _write_children(homes: Sequence[Household]) -> Work[dict[str, int]]:
    """The children, each once although it may live in two homes; their ids by ref."""
    schools = {row["name"]: row["id"] for row in (yield sql("select id, name from site"))}
    once = {kid.ref: kid for home in homes for kid in home.kids}
    return (
        yield from insert_named(
            "child",
            "ref, first_name, last_name, birth_date, colour, site_id, grade",
            (
                (k.ref, k.first_name, k.last_name, k.birth_date, k.colour, schools[SCHOOLS[k.school]], k.grade)
                for k in once.values()
            ),
        )
    )


def write_enrolments(
    homes: Sequence[Household], ids: dict[str, int], children: dict[str, int], first_year: int, last_year: int
) -> Work[None]:
    """Each household enrols its children for the school year; in summer, for the next one too."""
    activities = {row["ref"]: row["id"] for row in (yield sql("select id, ref from activity"))}
    first, last = date(first_year, 9, 1), date(last_year + 1, 8, 31)
    yield from insert(
        "enrolment",
        "child_id, activity_id, family_id, first_day, last_day, unit",
        (
            (
                children[kid.ref], activities[activity], ids[home.ref], first, last,
                kid.menu if activity == "cantine" else "",
            )
            for home in homes
            for kid in home.kids
            for activity in kid.activities
        ),
    )  # fmt: skip
