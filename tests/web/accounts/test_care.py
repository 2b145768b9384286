"""« Mon compte »: each block is saved by itself, what a thief would change asks for the password, and it is told."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from server.accounts import passwords
from server.cli.letters import letters_of
from server.database import Database
from server.notices.deliver import Office, compose_round, deliver_round
from server.settings import Settings
from tests.cast import PASSWORD, Town
from tests.commands.notices.office import FakeMail, office_of, select
from tests.conftest import FrozenClock, client_of
from tests.web.doors import enter
from tests.web.helpers import sign_in

NEW = "trois pommes vertes"
ACCOUNT = "select email, first_name, last_name from account where id = $1"


@pytest.fixture
def mail() -> FakeMail:
    return FakeMail()


@pytest.fixture
def office(db: Database, clock: FrozenClock, settings: Settings, mail: FakeMail) -> Office:
    return Office(**{**office_of(db, clock, mail=mail).__dict__, "letter": letters_of(settings)})


@pytest.fixture
async def alice(app: Any, town: Town, db: Database, clock: FrozenClock) -> httpx.AsyncClient:
    return await enter(app, town, db, "owner", clock())


async def post_all(office: Office) -> None:
    """Everything that waits leaves."""
    await compose_round(office)
    while await deliver_round(office, "letter") + await deliver_round(office, "mail"):
        pass


def new_password(now: str = PASSWORD, new: str = NEW, **but: str) -> dict[str, str]:
    return {"mot_de_passe_actuel": now, "mot_de_passe": new, "mot_de_passe_2": new, **but}


def new_address(address: str, now: str = PASSWORD) -> dict[str, str]:
    return {"adresse": address, "adresse_2": address, "mot_de_passe_actuel": now}


async def test_the_page_shows_what_is_known_and_leads_to_each_block(alice: httpx.AsyncClient) -> None:
    page = unescape((await alice.get("/compte")).text)
    for shown in ("alice@exemple.fr", "owner", "Dossier F0001, Dupont", "Connexion précédente"):
        assert shown in page
    for link in re.findall(r'href="(/compte/[a-z-]+)"', page):
        assert (await alice.get(link)).status_code == 200
    assert {"/compte/nom", "/compte/adresse", "/compte/mot-de-passe"} <= set(
        re.findall(r'href="(/compte/[a-z-]+)"', page)
    )


async def test_names_are_saved_by_themselves(alice: httpx.AsyncClient, town: Town, db: Database) -> None:
    done = await alice.post("/compte/nom", data={"nom": "  Dupont-Martin ", "prenom": "Alice, "[:5]})
    assert done.headers["location"] == "/compte?dit=nom"
    assert "Votre nom est enregistré" in (await alice.get("/compte?dit=nom")).text
    (row,) = await db.read(select, ACCOUNT, town.accounts["owner"])
    assert (row["first_name"], row["last_name"], row["email"]) == ("Alice", "Dupont-Martin", "alice@exemple.fr")
    refused = await alice.post("/compte/nom", data={"nom": "<script>", "prenom": ""})
    assert refused.status_code == 422
    assert "&lt;script&gt;" in refused.text
    assert "obligatoire" in refused.text


async def test_a_password_is_changed_with_the_old_one_and_told(
    app: Any, alice: httpx.AsyncClient, office: Office, mail: FakeMail, db: Database, town: Town, clock: FrozenClock
) -> None:
    other = await enter(app, town, db, "owner", clock())
    done = await alice.post("/compte/mot-de-passe", data=new_password(autres="oui"))
    assert done.headers["location"] == "/compte?dit=mot-de-passe-partout"
    assert (await alice.get("/compte")).status_code == 200
    assert (await other.get("/compte")).status_code == 303
    assert (await sign_in(client_of(app), "owner", PASSWORD)).status_code == 422
    assert (await sign_in(client_of(app), "owner", NEW)).status_code == 303
    await post_all(office)
    assert "Votre mot de passe a été changé" in [sent.subject for sent in mail.sent]


async def test_other_devices_stay_when_one_says_so(
    app: Any, alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    other = await enter(app, town, db, "owner", clock())
    assert "dit=mot-de-passe" in (await alice.post("/compte/mot-de-passe", data=new_password())).headers["location"]
    assert (await other.get("/compte")).status_code == 200


async def test_too_many_at_once_is_said_beside_the_password_and_counted_as_no_try(
    alice: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "MOST_WAITING", 0)
    for _ in range(6):
        sent_away = await alice.post("/compte/adresse", data=new_address("neuve@exemple.fr"))
        assert "Trop de demandes à la fois" in sent_away.text
        assert "neuve@exemple.fr" in sent_away.text
    monkeypatch.undo()
    assert (await alice.post("/compte/adresse", data=new_address("neuve@exemple.fr"))).status_code == 303


async def test_a_wrong_old_password_changes_nothing_and_is_counted(
    app: Any, alice: httpx.AsyncClient, clock: FrozenClock
) -> None:
    for _ in range(5):
        refused = await alice.post("/compte/mot-de-passe", data=new_password("pas le bon du tout"))
        assert refused.status_code == 422
        assert "pas votre mot de passe actuel" in refused.text
    held = await alice.post("/compte/mot-de-passe", data=new_password())
    assert "Trop d’essais" in held.text
    held = await alice.post("/compte/adresse", data=new_address("neuve@exemple.fr"))
    assert "Trop d’essais" in held.text
    assert (await sign_in(client_of(app), "owner", PASSWORD)).status_code == 303  # nobody is locked out
    clock.move(minutes=16)
    assert (await alice.post("/compte/mot-de-passe", data=new_password())).status_code == 303


async def test_a_weak_new_password_says_what_is_missing(alice: httpx.AsyncClient) -> None:
    for new, said in (("court", "Il manque 7"), ("alice@exemple.fr", "ressemble trop"), ("", "obligatoire")):
        refused = await alice.post("/compte/mot-de-passe", data=new_password(new=new))
        assert refused.status_code == 422
        assert said in refused.text
    assert (await alice.post("/compte/mot-de-passe", data={})).status_code == 422


async def test_an_account_without_password_chooses_one(alice: httpx.AsyncClient, db: Database, town: Town) -> None:
    await db.write(select, "update account set password_hash = '' where id = $1 returning id", town.accounts["owner"])
    page = (await alice.get("/compte/mot-de-passe")).text
    assert "mot_de_passe_actuel" not in page
    done = await alice.post("/compte/mot-de-passe", data={"mot_de_passe": NEW, "mot_de_passe_2": NEW})
    assert done.status_code == 303
    assert "mot_de_passe_actuel" in (await alice.get("/compte/mot-de-passe")).text


async def confirmed(browser: httpx.AsyncClient, link: str) -> httpx.Response:
    """The link opened, the button pressed."""
    await browser.get(link)
    shown = await browser.get("/compte/adresse/confirmer")
    mark = re.search(r'name="marque" value="(\w+)"', shown.text)
    return await browser.post("/compte/adresse/confirmer", data={"marque": mark[1]}) if mark else shown


def link_in(mail: FakeMail, address: str) -> str:
    text = next(sent.text for sent in mail.sent if sent.recipient == address)
    found = re.search(r"http\S+(/lien/adresse/\S+)", text)
    assert found
    return found[1]


async def test_an_address_changes_when_the_new_one_confirms_and_the_old_one_knows(
    app: Any, alice: httpx.AsyncClient, office: Office, mail: FakeMail, db: Database, town: Town
) -> None:
    done = await alice.post("/compte/adresse", data=new_address("Neuve@Exemple.fr"))
    assert done.headers["location"] == "/compte?dit=adresse-demandee"
    assert "en attente de confirmation" in (await alice.get("/compte")).text
    await post_all(office)
    assert {sent.recipient: sent.subject for sent in mail.sent} == {
        "neuve@exemple.fr": "Confirmez votre nouvelle adresse e-mail",
        "alice@exemple.fr": "Changement d’adresse e-mail demandé",
    }
    assert "neuve@" not in next(sent.text for sent in mail.sent if sent.recipient == "alice@exemple.fr")
    link, elsewhere = link_in(mail, "neuve@exemple.fr"), client_of(app)
    assert (await db.read(select, ACCOUNT, town.accounts["owner"]))[0]["email"] == "alice@exemple.fr"
    mail.sent.clear()
    assert (await confirmed(elsewhere, link)).headers["location"] == "/compte?dit=adresse"
    assert (await db.read(select, ACCOUNT, town.accounts["owner"]))[0]["email"] == "neuve@exemple.fr"
    await post_all(office)
    assert {sent.recipient for sent in mail.sent} == {"alice@exemple.fr", "neuve@exemple.fr"}
    assert (await confirmed(elsewhere, link)).status_code == 410
    assert (await sign_in(client_of(app), "neuve@exemple.fr")).status_code == 303
    assert (await sign_in(client_of(app), "alice@exemple.fr")).status_code == 422


async def test_an_address_of_somebody_else_is_answered_alike_and_nothing_changes(
    alice: httpx.AsyncClient, office: Office, mail: FakeMail
) -> None:
    free = await alice.post("/compte/adresse", data=new_address("libre@exemple.fr"))
    shown = (await alice.get("/compte")).text, (await alice.get("/compte/adresse")).text
    taken = await alice.post("/compte/adresse", data=new_address("denis@exemple.fr"))
    again = (await alice.get("/compte")).text, (await alice.get("/compte/adresse")).text
    assert [text.replace("libre@", "denis@") for text in shown] == list(again)
    assert "en attente de confirmation" in again[0]
    assert (free.status_code, free.headers["location"]) == (taken.status_code, taken.headers["location"])
    await post_all(office)
    told = next(sent for sent in mail.sent if sent.recipient == "denis@exemple.fr")
    assert told.subject == "Cette adresse a déjà un compte famille"
    assert "/lien/" not in told.text


async def test_an_address_taken_meanwhile_is_said_in_words(
    app: Any, alice: httpx.AsyncClient, office: Office, mail: FakeMail, db: Database, town: Town
) -> None:
    await alice.post("/compte/adresse", data=new_address("neuve@exemple.fr"))
    await post_all(office)
    await db.write(
        select,
        "update account set email = $1 where id = $2 returning id",
        "neuve@exemple.fr",
        town.accounts["stranger"],
    )
    refused = await confirmed(client_of(app), link_in(mail, "neuve@exemple.fr"))
    assert refused.status_code == 422
    assert "d’un autre compte" in refused.text


async def test_what_is_wrong_with_an_address_stands_beside_it(alice: httpx.AsyncClient) -> None:
    cases = [
        (new_address("alice@exemple.fr"), "déjà l’adresse"),
        ({**new_address("a@b.fr"), "adresse_2": "c@d.fr"}, "pas identiques"),
        (new_address("pas une adresse"), "ne ressemble pas"),
        (new_address("a@b.fr", "faux faux faux"), "pas votre mot de passe"),
        (new_address("a@b.fr", ""), "obligatoire"),
    ]
    for typed, said in cases:
        refused = await alice.post("/compte/adresse", data=typed)
        assert refused.status_code == 422
        assert said in refused.text
        assert typed["adresse"] in refused.text


async def test_addresses_are_not_asked_for_without_end(alice: httpx.AsyncClient) -> None:
    codes = [(await alice.post("/compte/adresse", data=new_address(f"n{n}@exemple.fr"))).status_code for n in range(7)]
    assert codes == [303] * 5 + [429] * 2


async def test_after_a_new_address_a_link_sent_to_the_old_one_opens_nothing(
    app: Any, alice: httpx.AsyncClient, office: Office, mail: FakeMail, db: Database, town: Town, clock: FrozenClock
) -> None:
    from server.accounts.commands import issue_link

    await db.write(issue_link, "reset", town.refs["owner"], 1, clock(), town.accounts["owner"])
    await alice.post("/compte/adresse", data=new_address("neuve@exemple.fr"))
    await post_all(office)
    await confirmed(client_of(app), link_in(mail, "neuve@exemple.fr"))
    rows = await db.read(select, "select revoked_at from link where purpose = 'reset'")
    assert rows[0]["revoked_at"] is not None


async def test_a_new_password_ends_a_change_of_address_somebody_else_asked_for(
    alice: httpx.AsyncClient, db: Database, town: Town, clock: FrozenClock
) -> None:
    from server.accounts.commands.care import change_password

    await alice.post("/compte/adresse", data=new_address("voleur@exemple.fr"))

    def tell(account: int, kind: str, now: Any) -> Any:
        yield from ()

    await db.write(change_password, town.accounts["owner"], "x", clock(), tell, False, 0)
    rows = await db.read(select, "select revoked_at from link where purpose = 'address'")
    assert [row["revoked_at"] is not None for row in rows] == [True]


async def test_an_agent_has_no_names_to_change_but_the_rest(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    agent = await enter(app, town, db, "agent", clock())
    assert (await agent.get("/compte/nom")).status_code == 403
    for path in ("/compte/adresse", "/compte/mot-de-passe"):
        assert (await agent.get(path)).status_code == 200
    assert "/compte/nom" not in (await agent.get("/compte")).text
