"""Every door of the router against everybody: one that is not in this table fails, so none is opened by forgetting."""

import re
from typing import Any

import httpx
import msgspec

from server.database import Database, Work, sql
from tests.cast import Town
from tests.conftest import FrozenClock, client_of
from tests.web.doors import enter

RIGHTS = ("dossiers", "bookings", "attendance", "billing", "content", "settings")
EVERYBODY, SIGNED_IN, PARENTS = "everybody", "signed in", "parents"
FILES, CLOSING = frozenset({"dossiers", "bookings"}), frozenset({"settings", "bookings"})
DOSSIERS = frozenset({"dossiers"})
RULES = frozenset({"settings"})
DOSSIERS = frozenset({"dossiers"})
THREADS, CONTENT = frozenset({"dossiers", "bookings", "billing"}), frozenset({"content"})
BOOKINGS, REGISTER = frozenset({"bookings"}), frozenset({"attendance", "bookings"})

DOORS: dict[str, Any] = {
    "GET /healthz": EVERYBODY,
    "GET /sw.js": EVERYBODY,
    "GET /manifest.webmanifest": EVERYBODY,
    "GET /hors-ligne": EVERYBODY,
    "GET /hors-ligne/envoi": EVERYBODY,
    "GET /aide": EVERYBODY,
    "GET /accessibilite": EVERYBODY,
    "GET /confidentialite": EVERYBODY,
    "GET /mentions-legales": EVERYBODY,
    "GET /plan-du-site": EVERYBODY,
    "GET /connexion": EVERYBODY,
    "POST /connexion": EVERYBODY,
    "POST /deconnexion": EVERYBODY,
    "GET /connexion/code": EVERYBODY,
    "POST /connexion/code": EVERYBODY,
    "GET /connexion/double": EVERYBODY,
    "POST /connexion/double": EVERYBODY,
    "GET /conditions": EVERYBODY,
    "GET /connexion/conditions": EVERYBODY,  # whose session waits there
    "POST /connexion/conditions": EVERYBODY,
    "GET /mot-de-passe": EVERYBODY,
    "POST /mot-de-passe": EVERYBODY,
    "GET /mot-de-passe/nouveau": EVERYBODY,
    "POST /mot-de-passe/nouveau": EVERYBODY,
    "GET /lien/{word:str}/{token:str}": EVERYBODY,
    "GET /inscription": EVERYBODY,
    "GET /inscription/{way:str}": EVERYBODY,
    "GET /inscription/{way:str}/{slug:str}": EVERYBODY,
    "POST /inscription/{way:str}/{slug:str}": EVERYBODY,
    "POST /inscription/{way:str}/{slug:str}/fichiers": EVERYBODY,
    "GET /inscription/{way:str}/{slug:str}/photo": EVERYBODY,  # the browser's own draft's
    "GET /agent/photos/{ref:str}": frozenset({"dossiers"}),
    "GET /agent/comptes": frozenset({"dossiers"}),
    "GET /agent/comptes/{ref:str}": frozenset({"dossiers"}),
    "POST /agent/comptes/{ref:str}/acceptation": frozenset({"dossiers"}),
    "POST /agent/comptes/{ref:str}/refus": frozenset({"dossiers"}),
    "GET /agent/familles/{ref:str}/comptes": frozenset({"dossiers"}),
    "POST /agent/familles/{ref:str}/comptes": frozenset({"dossiers"}),
    "GET /agent/rattachements": frozenset({"dossiers"}),
    "GET /agent/rattachements/{ref:str}": frozenset({"dossiers"}),
    "POST /agent/rattachements/{ref:str}": frozenset({"dossiers"}),
    "GET /dossier/rattachements/{ref:str}": PARENTS,
    "POST /dossier/rattachements/{ref:str}": PARENTS,
    "GET /activation": EVERYBODY,
    "POST /activation": EVERYBODY,
    "GET /activation/autre-mot-de-passe": EVERYBODY,  # whoever holds the link of a mail, by its cookie
    "POST /activation/autre-mot-de-passe": EVERYBODY,
    "POST /activation/pas-moi": EVERYBODY,
    "GET /activation/effacee": EVERYBODY,
    "GET /activation/renvoi": EVERYBODY,
    "POST /activation/renvoi": EVERYBODY,
    "GET /boite": EVERYBODY,  # demo mode only
    "GET /boite/{mail:int}": EVERYBODY,
    "GET /": SIGNED_IN,
    "GET /compte": SIGNED_IN,
    "GET /compte/nom": PARENTS,
    "POST /compte/nom": PARENTS,
    "GET /compte/mot-de-passe": SIGNED_IN,
    "POST /compte/mot-de-passe": SIGNED_IN,
    "GET /compte/adresse": SIGNED_IN,
    "POST /compte/adresse": SIGNED_IN,
    "GET /compte/adresse/confirmer": EVERYBODY,
    "POST /compte/adresse/confirmer": EVERYBODY,
    "POST /compte/appareils/{device:int}/deconnexion": SIGNED_IN,
    "POST /compte/appareils/deconnexion": SIGNED_IN,
    "GET /avis": SIGNED_IN,
    "POST /avis/lus": SIGNED_IN,
    "GET /avis/{ref:str}": SIGNED_IN,
    "GET /avis/reglages": SIGNED_IN,
    "POST /avis/reglages": SIGNED_IN,
    "POST /avis/reglages/calme": SIGNED_IN,
    "POST /avis/essai": SIGNED_IN,
    "POST /avis/appareils": SIGNED_IN,
    "POST /avis/appareils/oublier": SIGNED_IN,
    "POST /avis/appareils/retirer": SIGNED_IN,
    "POST /taps": SIGNED_IN,  # an agent's account has no squares
    "GET /dossier": PARENTS,
    "GET /dossier/declarer": PARENTS,
    "GET /dossier/declarer/recapitulatif": PARENTS,
    "POST /dossier/declarer/recapitulatif": PARENTS,
    "POST /dossier/declarer/abandon": PARENTS,
    "GET /dossier/declarer/{section:str}/{key:str}": PARENTS,
    "POST /dossier/declarer/{section:str}/{key:str}": PARENTS,
    "POST /dossier/declarer/{section:str}/{key:str}/retrait": PARENTS,
    "GET /dossier/garde/{ref:str}": PARENTS,
    "POST /dossier/garde/{ref:str}": PARENTS,
    "GET /agent/familles/{family:str}/garde": frozenset({"dossiers"}),
    "GET /agent/familles/{family:str}/garde/{ref:str}": frozenset({"dossiers"}),
    "POST /agent/familles/{family:str}/garde/{ref:str}": frozenset({"dossiers"}),
    "GET /dossier/famille/{section:str}/{ref:str}": PARENTS,
    "POST /dossier/famille/{section:str}/{ref:str}": PARENTS,
    "GET /dossier/famille/adresse": PARENTS,
    "POST /dossier/famille/adresse": PARENTS,
    "GET /dossier/famille/ajouter": PARENTS,
    "POST /dossier/famille/ajouter": PARENTS,
    "POST /dossier/famille/factures": PARENTS,
    "POST /dossier/famille/a-jour": PARENTS,
    "GET /dossier/demarches": PARENTS,
    "GET /dossier/demarches/{ref:str}": PARENTS,
    "GET /dossier/demarches/{ref:str}/accuse": PARENTS,
    "POST /dossier/demarches/{ref:str}/messages": PARENTS,
    "POST /dossier/demarches/{ref:str}/annulation": PARENTS,
    "GET /sante": PARENTS,
    "GET /sante/{ref:str}": PARENTS,
    "GET /sante/{ref:str}/consultations": PARENTS,
    "GET /sante/{ref:str}/fiche": PARENTS,
    "POST /sante/{ref:str}/fiche": PARENTS,
    "GET /sante/{ref:str}/vaccinations": PARENTS,
    "POST /sante/{ref:str}/vaccinations": PARENTS,
    "GET /sante/{ref:str}/autorisations": PARENTS,
    "POST /sante/{ref:str}/autorisations": PARENTS,
    "GET /sante/{ref:str}/personnes": PARENTS,
    "POST /sante/{ref:str}/personnes": PARENTS,
    "GET /sante/{ref:str}/pai": PARENTS,
    "POST /sante/{ref:str}/pai": PARENTS,
    "POST /sante/{ref:str}/pai/retrait": PARENTS,
    "GET /planning": PARENTS,
    "GET /f/planning": PARENTS,
    "GET /planning/jour": PARENTS,
    "GET /planning/jour/{day:str}": PARENTS,
    "GET /f/planning/jour/{day:str}": PARENTS,
    "GET /en-attente": PARENTS,
    "POST /planning/taps": PARENTS,
    "GET /compte/photo": PARENTS,
    "GET /compte/photo/image": PARENTS,
    "POST /compte/photo/fichiers": PARENTS,
    "POST /compte/photo/retrait": PARENTS,
    "GET /compte/donnees": PARENTS,
    "POST /compte/donnees": PARENTS,
    "GET /compte/fermeture": PARENTS,
    "POST /compte/fermeture": PARENTS,
    "GET /dossier/relier": PARENTS,
    "POST /dossier/relier/references": PARENTS,
    "POST /dossier/relier/cle": PARENTS,
    "POST /dossier/adultes/invitation": PARENTS,
    "POST /agent/familles/{ref:str}/comptes/cle": DOSSIERS,
    "GET /agent/envois": DOSSIERS,
    "POST /agent/envois": DOSSIERS,
    "GET /agent/envois/{ref:str}": DOSSIERS,
    "POST /agent/envois/{ref:str}": DOSSIERS,
    "POST /agent/envois/{ref:str}/envoi": DOSSIERS,
    "POST /agent/envois/{ref:str}/retrait": DOSSIERS,
    "GET /agent/imports": DOSSIERS,
    "GET /agent/imports/modele.csv": DOSSIERS,
    "POST /agent/imports/fichiers": DOSSIERS,
    "GET /agent/imports/{ref:str}": DOSSIERS,
    "POST /agent/imports/{ref:str}": DOSSIERS,
    "GET /agent/imports/{ref:str}/rapport.csv": DOSSIERS,
    "POST /agent/imports/{ref:str}/abandon": DOSSIERS,
    "GET /agent/familles/{ref:str}/liens": DOSSIERS,
    "POST /agent/familles/{ref:str}/liens": DOSSIERS,
    "GET /agent/familles/{ref:str}/membres": DOSSIERS,
    "GET /agent/familles/{ref:str}/membres/{section:str}/{member:str}": DOSSIERS,
    "POST /agent/familles/{ref:str}/membres/{section:str}/{member:str}": DOSSIERS,
    "GET /dossier/famille/{section:str}/{ref:str}/retrait": PARENTS,
    "POST /dossier/famille/{section:str}/{ref:str}/retrait": PARENTS,
    "GET /agent/doublons": DOSSIERS,
    "GET /agent/doublons/{ref:str}/{other:str}": DOSSIERS,
    "POST /agent/doublons/{ref:str}/{other:str}": DOSSIERS,
    "POST /agent/doublons/{ref:str}/{other:str}/distincts": DOSSIERS,
    "GET /messages": PARENTS,
    "GET /messages/nouveau": PARENTS,
    "POST /messages": PARENTS,
    "GET /messages/{ref:str}": PARENTS,
    "POST /messages/{ref:str}": PARENTS,
    "POST /messages/fichiers": PARENTS,
    "POST /messages/{ref:str}/fichiers": PARENTS,
    "GET /actualites": EVERYBODY,
    "GET /actualites/{ref:str}": EVERYBODY,
    "GET /infos": EVERYBODY,
    "GET /infos/{ref:str}": EVERYBODY,
    "GET /menus": EVERYBODY,
    "GET /agent/comptes-agents": RULES,
    "GET /agent/comptes-agents/nouveau": RULES,
    "POST /agent/comptes-agents": RULES,
    "GET /agent/comptes-agents/{ref:str}": RULES,
    "POST /agent/comptes-agents/{ref:str}": RULES,
    "POST /agent/comptes-agents/{ref:str}/invitation": RULES,
    "POST /agent/comptes-agents/{ref:str}/telephone": RULES,
    "GET /agent/messages": THREADS,
    "GET /agent/messages/{ref:str}": THREADS,
    "POST /agent/messages/{ref:str}": THREADS,
    "POST /agent/messages/{ref:str}/cloture": THREADS,
    "POST /agent/messages/{ref:str}/fichiers": THREADS,
    "GET /agent/messages/{ref:str}/pieces/{document:str}/{position:int}": THREADS,
    "POST /agent/familles/{ref:str}/message/fichiers": THREADS,
    "GET /agent/familles/{ref:str}/message": THREADS,
    "POST /agent/familles/{ref:str}/message": THREADS,
    "GET /agent/actualites": CONTENT,
    "GET /agent/actualites/nouvelle": CONTENT,
    "POST /agent/actualites": CONTENT,
    "GET /agent/actualites/{ref:str}": CONTENT,
    "POST /agent/actualites/{ref:str}": CONTENT,
    "POST /agent/actualites/{ref:str}/retrait": CONTENT,
    "GET /agent/infos": CONTENT,
    "GET /agent/infos/nouvelle": CONTENT,
    "POST /agent/infos": CONTENT,
    "GET /agent/infos/{ref:str}": CONTENT,
    "POST /agent/infos/{ref:str}": CONTENT,
    "POST /agent/infos/{ref:str}/retrait": CONTENT,
    "GET /agent/menus": CONTENT,
    "POST /agent/menus": CONTENT,
    "GET /mes-regles": PARENTS,
    "GET /mes-reponses": PARENTS,
    "GET /absence": PARENTS,
    "POST /absence": PARENTS,
    "GET /absence/{ref:str}": PARENTS,
    "POST /absence/{ref:str}/retour": PARENTS,
    "GET /documents": PARENTS,
    "GET /documents/envois": PARENTS,
    "GET /documents/envoyer": PARENTS,
    "POST /documents/fichiers": PARENTS,
    "GET /documents/{ref:str}/{position:int}": PARENTS,
    "POST /documents/{ref:str}/retrait": PARENTS,
    "GET /compte/double": frozenset(RIGHTS),
    "POST /compte/double": frozenset(RIGHTS),
    "POST /compte/double/commencer": frozenset(RIGHTS),
    "POST /compte/double/codes": frozenset(RIGHTS),
    "POST /compte/double/retirer": frozenset(RIGHTS),
    "GET /agent/sante": frozenset({"dossiers"}),
    "GET /agent/sante/enfants/{ref:str}": frozenset({"dossiers"}),
    "POST /agent/sante/enfants/{ref:str}/pai": frozenset({"dossiers"}),
    "POST /agent/sante/enfants/{ref:str}/admission": frozenset({"dossiers"}),
    "GET /agent/sante/jour": frozenset({"attendance", "dossiers"}),
    "GET /agent/sante/jour/{ref:str}": frozenset({"attendance", "dossiers"}),
    "GET /agent": frozenset(RIGHTS),
    "GET /agent/documents": DOSSIERS,
    "GET /agent/documents/{ref:str}": DOSSIERS,
    "POST /agent/documents/{ref:str}": DOSSIERS,
    "GET /agent/documents/{ref:str}/{position:int}": DOSSIERS,
    "GET /agent/documents/{ref:str}/{position:int}/image": DOSSIERS,
    "POST /agent/documents/{ref:str}/retrait": DOSSIERS,
    "GET /agent/familles/{ref:str}/documents": DOSSIERS,
    "POST /agent/familles/{ref:str}/documents/fichiers": DOSSIERS,
    "POST /agent/familles/{ref:str}/documents/demande": DOSSIERS,
    "POST /agent/familles/{ref:str}/documents/demande/{ask_ref:str}/abandon": DOSSIERS,
    "GET /agent/documents/pour-toutes": CONTENT,
    "POST /agent/documents/pour-toutes/fichiers": CONTENT,
    "POST /agent/documents/pour-toutes/{ref:str}/retrait": CONTENT,
    "GET /agent/documents/pour-toutes/{ref:str}/{position:int}": CONTENT,
    "GET /agent/demandes": BOOKINGS,
    "GET /f/agent/demandes": BOOKINGS,
    "POST /agent/demandes/reprise": BOOKINGS,
    "POST /f/agent/demandes/reprise": BOOKINGS,
    "POST /agent/demandes": BOOKINGS,
    "POST /f/agent/demandes": BOOKINGS,
    "POST /f/agent/demandes/ligne": BOOKINGS,
    "GET /agent/demarches": DOSSIERS,
    "POST /agent/demarches": DOSSIERS,
    "GET /agent/demarches/{ref:str}": DOSSIERS,
    "POST /agent/demarches/{ref:str}": DOSSIERS,
    "POST /agent/demarches/{ref:str}/messages": DOSSIERS,
    "GET /agent/jour": REGISTER,
    "POST /agent/seances/{session_id:int}/capacite": BOOKINGS,
    "GET /agent/remplissage": BOOKINGS,
    "GET /agent/remplissage.csv": BOOKINGS,
    "GET /agent/regles": RULES,
    "GET /agent/regles/{ref:str}": RULES,
    "POST /agent/regles/{ref:str}": RULES,
    "POST /f/agent/regles/{ref:str}": RULES,
    "POST /f/agent/regles/{ref:str}/phrase": RULES,
    "GET /agent/regles/{ref:str}/simulation": RULES,
    "GET /agent/regles/{ref:str}/simulation.csv": RULES,
    "POST /agent/regles/{ref:str}/publication": RULES,
    "GET /agent/fermetures": CLOSING,
    "POST /agent/fermetures": CLOSING,
    "POST /agent/fermetures/{closure_id:int}/reouverture": CLOSING,
    "GET /agent/familles": FILES,
    "GET /f/agent/familles": FILES,
    "GET /f/agent/trouver": FILES,
    "GET /agent/capacites": BOOKINGS,
    "POST /agent/capacites": BOOKINGS,
    "GET /agent/journal": frozenset({"settings"}),
    "GET /agent/journal.csv": frozenset({"settings"}),
    "GET /agent/familles/{ref:str}/journal": FILES,
    "GET /agent/familles/{ref:str}": FILES,
    "GET /f/agent/familles/{ref:str}/cases/{key:str}": FILES,
    "POST /agent/familles/{ref:str}/cases/{key:str}": BOOKINGS,
}


def doors_of(app: Any) -> set[str]:
    routes = [route for route in app.app.routes if hasattr(route, "route_handler_map")]
    return {
        f"{method} {route.path_format if route.path == '/' else route.path}"
        for route in routes
        for method in route.route_handler_map
        if method not in ("OPTIONS", "HEAD")
    }


async def knock(browser: httpx.AsyncClient, door: str) -> str:
    """How the door answers: in, out (sign in first) or shut. A number nobody has stands for every parameter."""
    method, path = door.split(" ", 1)
    path = re.sub(r"\{\w+:int\}", "999999", re.sub(r"\{\w+:str\}", "personne.999999", path))
    answer = await browser.request(method, path)
    assert answer.status_code < 500, door
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/connexion?suite="):
        return "out"
    return "shut" if answer.status_code == 403 else "in"


def give(account: int, rights: list[str]) -> Work[None]:
    yield sql("update account set rights = $1 where id = $2", msgspec.json.encode(rights).decode(), account)


async def test_no_door_is_missing_from_the_table(app: Any) -> None:
    assert doors_of(app) == set(DOORS)


async def test_signed_out_people_find_only_the_public_doors(app: Any) -> None:
    for door, who in DOORS.items():
        async with client_of(app) as nobody:
            assert await knock(nobody, door) == ("in" if who == EVERYBODY else "out"), door


async def test_parents_never_pass_an_agents_door(app: Any, town: Town, db: Database, clock: FrozenClock) -> None:
    for door, who in DOORS.items():
        parent = await enter(app, town, db, "owner", clock())
        assert await knock(parent, door) == ("shut" if isinstance(who, frozenset) else "in"), door


async def test_each_right_of_an_agent_opens_its_own_doors_and_no_other(
    app: Any, town: Town, db: Database, clock: FrozenClock
) -> None:
    for right in RIGHTS:
        await db.write(give, town.accounts["agent"], [right])
        agent = await enter(app, town, db, "agent", clock())
        for door, who in DOORS.items():
            if who in (EVERYBODY, SIGNED_IN):
                continue
            mine = isinstance(who, frozenset) and right in who
            assert await knock(agent, door) == ("in" if mine else "shut"), (right, door)
