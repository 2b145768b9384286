"""One's own account: what it is called, the devices that are signed in."""

from datetime import datetime

from litestar import Response, get, post

from server.accounts.commands import end_all_sessions, end_session
from server.accounts.queries import my_account
from server.accounts.routes.leaving import goodbye, leave
from server.errors import NotFound
from server.web import AnyRequest, page, redirect, signed_in, visitor_of

SAID = {  # after a form: what happened, and what follows
    "fin": ("L’appareil est déconnecté.", "Il ne recevra plus d’avis."),
    "nom": ("Votre nom est enregistré.", ""),
    "mot-de-passe": ("Votre mot de passe est changé.", "Vos autres appareils restent connectés."),
    "mot-de-passe-partout": ("Votre mot de passe est changé.", "Vos autres appareils sont déconnectés."),
    "adresse-demandee": (
        "Un lien vient de partir à votre nouvelle adresse.",
        "Elle remplacera l’ancienne quand vous aurez ouvert ce lien, dans les 24 heures.",
    ),
    "adresse": ("Votre adresse e-mail est changée.", "C’est avec elle que vous vous connectez maintenant."),
    "photo": ("Votre photo est enregistrée.", ""),
    "photo-retiree": ("Votre photo est retirée.", ""),
    "textes": ("Votre choix est enregistré.", ""),
    "double": ("La double vérification est activée.", ""),
    "double-retiree": ("La double vérification est retirée.", ""),
}


@get("/compte", guards=[signed_in])
async def account(request: AnyRequest) -> Response[str]:
    """One's own account: names, devices, the way out."""
    now: datetime = request.app.state.clock()
    me = await request.app.state.db.read(my_account, visitor_of(request), now)
    days = request.app.state.settings.sign_in_days
    said = SAID.get("fin" if "fin" in request.query_params else request.query_params.get("dit", ""))
    photo = me.has_photo or request.app.state.profile.accounts.photo
    return page(request, "accounts/account.html", me=me, days=days, today=now.date(), said=said, photo=photo)


@post("/compte/appareils/{device:int}/deconnexion", guards=[signed_in], status_code=303)
async def end_device(request: AnyRequest) -> Response[None]:
    """Sign one of one's devices out."""
    visitor, device = visitor_of(request), int(request.path_params["device"])
    if device == visitor.sign_in_id:
        return await leave(request, visitor)
    if device >= 2**31 or not await request.app.state.db.write(end_session, visitor.account_id, device):
        raise NotFound
    return redirect("/compte?fin")


@post("/compte/appareils/deconnexion", guards=[signed_in], status_code=303)
async def end_everywhere(request: AnyRequest) -> Response[None]:
    """Sign every device out, this one included."""
    visitor = visitor_of(request)
    await request.app.state.db.write(end_all_sessions, visitor.account_id)
    return goodbye(request, visitor.shared_device)


ROUTES = [account, end_device, end_everywhere]
