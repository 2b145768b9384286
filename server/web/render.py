"""Templates to answers: pages, fragments, redirects."""

from pathlib import Path
from typing import Any

from litestar import Request, Response
from litestar.datastructures import UploadFile
from minijinja import Environment

from server.french import cents, day_long, day_short, instant, of_name, plural, stamp
from server.settings import Settings
from server.web.assets import ROOT, Assets
from server.web.visitor import visitor_or_none

AnyRequest = Request[Any, Any, Any]
FILTERS = (cents, day_long, day_short, instant, of_name, plural, stamp)  # the French of templates
HTML = "text/html"  # the framework adds the charset


def template_engine(settings: Settings, assets: Assets, push_key: str, root: Path = ROOT) -> Environment:
    """MiniJinja over pwa/templates, autoescaping, undefined names refused."""
    folder = root / "pwa" / "templates"
    cache: dict[str, str] = {}

    def load(name: str) -> str | None:
        if name not in cache:
            path = folder / name
            if not path.is_file():
                return None
            cache[name] = path.read_text()
        return cache[name]

    engine = Environment(loader=load, undefined_behavior="strict", trim_blocks=True, lstrip_blocks=True)
    engine.debug = settings.env == "demo"  # else a template's fault writes what it shows, families, into the log
    engine.add_global("asset", assets.url)
    engine.add_global("build", assets.build)
    engine.add_global("town", settings.town)
    engine.add_global("town_phone", settings.town_phone)
    engine.add_global("town_email", settings.town_email)
    engine.add_global("demo", settings.env == "demo")
    engine.add_global("push_key", push_key)
    for say in FILTERS:
        engine.add_filter(say.__name__, say)
    return engine


def html_of(request: AnyRequest, template: str, context: dict[str, Any]) -> str:
    """The rendered template with what every page knows."""
    visitor = visitor_or_none(request)
    engine: Environment = request.app.state.templates
    return engine.render_template(
        template,
        visitor=visitor,
        unread=visitor.unread if visitor else 0,
        path=request.url.path,
        **context,
    )


def page(request: AnyRequest, template: str, status: int = 200, shelf: bool = False, **context: Any) -> Response[str]:
    """A whole page. `shelf` marks it as one the phone may keep (never on a shared device)."""
    return _answer(request, template, status, shelf, context)


def fragment(
    request: AnyRequest, template: str, status: int = 200, shelf: bool = False, **context: Any
) -> Response[str]:
    """A piece of page for htmx; it has its own address under /f/."""
    return _answer(request, template, status, shelf, context)


def redirect(url: str) -> Response[None]:
    """See other: after a form, to a page of our own."""
    return Response(None, status_code=303, headers={"Location": url})


async def form_of(request: AnyRequest) -> dict[str, str]:
    """The fields of a posted form as plain text, the last of each name; files are left out."""
    form = await request.form()
    return {name: value for name, value in form.multi_items() if not isinstance(value, UploadFile)}


def address_of(request: AnyRequest) -> str:
    """Where the request comes from, as the trusted proxies say it."""
    return request.client.host if request.client else ""


def _answer(request: AnyRequest, template: str, status: int, shelf: bool, context: dict[str, Any]) -> Response[str]:
    headers = {"Cache-Control": "no-store"}
    visitor = visitor_or_none(request)
    if shelf and visitor and not visitor.shared_device:
        headers["X-Marelle-Shelf"] = visitor.ref
    return Response(html_of(request, template, context), status_code=status, media_type=HTML, headers=headers)
