"""The inbox of requests: tabs with counts, filters, search; several accepted or refused together."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import UploadFile

from server.errors import BadInput, NotFound
from server.families.commands.deciding import CannotAccept, decide
from server.families.commands.requests import Moved
from server.families.desk_queries.inbox import TABS, Asked, Inbox, inbox_of
from server.families.rules.requests import KINDS, MOST_WORDS, Status, words_fault
from server.web import AnyRequest, agent, page, visitor_of
from server.web.folding import clean
from server.web.params import number_of

URL = "/agent/demarches"
# Who reads some kind of request; which kinds, the queries know.
READERS = agent(*sorted({right for kind in KINDS.values() for right in kind.rights}))
MOST_PICKS = 50
VERDICTS: dict[str, Status] = {"accept": "accepted", "refuse": "refused"}
NOTHING_PICKED = "Cochez au moins une demande."


@dataclass(frozen=True)
class Sent:
    """The form of several: what was ticked, the verdict and its words, what was wrong and what came of it."""

    picks: tuple[tuple[str, int], ...] = ()
    verdict: str = ""
    words: str = ""
    error: str = ""
    done: int = 0
    left: tuple[str, ...] = ()  # sentences of those that were not decided


@get(URL, guards=[READERS])
async def inbox(request: AnyRequest) -> Response[str]:
    """What waits."""
    return await _page(request, Sent())


@post(URL, guards=[READERS], status_code=200)
async def decide_several(request: AnyRequest) -> Response[str]:
    """The same verdict on all that is ticked, each in its own transaction; what could not be done is said."""
    sent = await _sent(request)
    if sent.verdict not in VERDICTS or len(sent.picks) > MOST_PICKS:
        raise BadInput
    fault = words_fault(VERDICTS[sent.verdict], sent.words) if sent.picks else NOTHING_PICKED
    if fault:
        return await _page(request, replace(sent, error=fault), 422)
    for ref, version in sent.picks:
        refusal = await _decided(request, ref, version, VERDICTS[sent.verdict], sent.words)
        sent = replace(sent, left=(*sent.left, refusal)) if refusal else replace(sent, done=sent.done + 1)
    return await _page(request, replace(sent, picks=(), words=""))


async def _decided(request: AnyRequest, ref: str, version: int, to: Status, words: str) -> str:
    """Empty when it is done, else why not."""
    state = request.app.state
    try:
        moved: Moved = await state.db.write(
            decide, visitor_of(request), ref, version, to, words, state.clock(), state.handlers
        )
    except (CannotAccept, NotFound) as fault:
        return str(fault) or "Cette demande n’existe pas."
    return "" if moved.done else moved.text


async def _page(request: AnyRequest, sent: Sent, status: int = 200) -> Response[str]:
    asked = _asked(request)
    found: Inbox = await request.app.state.db.read(inbox_of, visitor_of(request), asked)
    tabs = [_tab(asked, tab, found.tabs[tab]) for tab in TABS]
    kinds = [
        {"name": name, "label": f"{KINDS[name].label} ({n})", "current": name == asked.kind}
        for name, n in found.kinds.items()
    ]
    leaf = found.leaf
    return page(
        request, "families/desk_inbox.html", status, found=found, asked=asked, tabs=tabs, kinds=kinds, sent=sent,
        now=request.app.state.clock(), url=url_of(asked), ticked=[ref for ref, _ in sent.picks], most=MOST_WORDS,
        prev=url_of(replace(asked, page=leaf.number - 1)) if leaf.number > 1 else "",
        next=url_of(replace(asked, page=leaf.number + 1)) if leaf.number < leaf.last else "",
        phrases=request.app.state.profile.families.refusal_phrases,
    )  # fmt: skip


def _tab(asked: Asked, tab: str, count: int) -> dict[str, object]:
    url = url_of(replace(asked, tab=tab, kind="", page=1))
    return {"label": TABS[tab][0], "count": count, "url": url, "current": tab == asked.tab}


def _asked(request: AnyRequest) -> Asked:
    """?vue=completer&type=schooling&q=dupont&page=2; anything odd means the usual."""
    params = request.query_params
    return Asked(
        tab=params["vue"] if params.get("vue") in TABS else "",
        kind=params["type"] if params.get("type") in KINDS else "",
        text=clean(params.get("q", ""), 80),
        page=number_of(params.get("page"), 1),
    )


def url_of(asked: Asked) -> str:
    """The address of the list with these wishes; the usual ones are left unsaid."""
    page = str(asked.page) if asked.page > 1 else ""
    said = {"vue": asked.tab, "type": asked.kind, "q": asked.text, "page": page}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{URL}?{query}" if query else URL


async def _sent(request: AnyRequest) -> Sent:
    """`choix` comes once a row, as "ref~version"."""
    form = await request.form()
    fields = [(name, value) for name, value in form.multi_items() if not isinstance(value, UploadFile)]
    said = dict(fields)
    picks = [value.rpartition("~") for name, value in fields if name == "choix" and value.isprintable()]
    return Sent(
        tuple((ref, number_of(version)) for ref, _, version in picks if ref),
        said.get("verdict", ""),
        clean(said.get("motif", ""), MOST_WORDS + 1),
    )


ROUTES = [inbox, decide_several]
