"""What the town tells everybody: news, practical pages, the canteen's menus. Open without signing in, as they are."""

from litestar import Response, get

from server.errors import NotFound
from server.messages.asking import around, week_of
from server.messages.queries.pages import infos, menus_of, news_shown, one_info, one_news
from server.web import AnyRequest, page
from server.web.params import ref_of, today_of


@get("/actualites", for_everybody=True)
async def news(request: AnyRequest) -> Response[str]:
    """What is new."""
    _open(request.app.state.profile.messages.news)
    return page(request, "messages/news.html", news=await request.app.state.db.read(news_shown, today_of(request)))


@get("/actualites/{ref:str}", for_everybody=True)
async def one(request: AnyRequest) -> Response[str]:
    """One piece; what is over or to come is not found."""
    _open(request.app.state.profile.messages.news)
    found = await request.app.state.db.read(one_news, ref_of(request))
    if found is None or not found.shown_on(today_of(request)):
        raise NotFound
    return page(request, "messages/one_news.html", piece=found)


@get("/infos", for_everybody=True)
async def practical(request: AnyRequest) -> Response[str]:
    """The practical pages."""
    _open(request.app.state.profile.messages.infos)
    return page(request, "messages/infos.html", infos=await request.app.state.db.read(infos, True))


@get("/infos/{ref:str}", for_everybody=True)
async def one_page(request: AnyRequest) -> Response[str]:
    """One practical page."""
    _open(request.app.state.profile.messages.infos)
    found = await request.app.state.db.read(one_info, ref_of(request))
    if found is None or not found.shown:
        raise NotFound
    return page(request, "messages/one_info.html", info=found)


@get("/menus", for_everybody=True)
async def menus(request: AnyRequest) -> Response[str]:
    """A week at the canteen."""
    _open(request.app.state.profile.messages.menus)
    today = today_of(request)
    monday = week_of(request, today)
    found = await request.app.state.db.read(menus_of, monday)
    return page(request, "messages/menus.html", week=around(monday), today=today, menus=found)


def _open(chosen: bool) -> None:
    """A page the town has not opened is not there."""
    if not chosen:
        raise NotFound


ROUTES = [news, one, practical, one_page, menus]
