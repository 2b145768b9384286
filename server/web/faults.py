"""Faults to answers: a page for people, a fragment for htmx, JSON for the courier."""

import logging
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.types import ExceptionHandlersMap

from server.database import Busy
from server.errors import ANSWERS, Fault
from server.web.render import HTML, html_of

log = logging.getLogger("marelle")


def on_fault(request: Request[Any, Any, Any], fault: Fault) -> Response[Any]:
    """One of our own faults."""
    return _told(request, fault.code, fault.message, fault.retry_after)


def on_busy(request: Request[Any, Any, Any], busy: Busy) -> Response[Any]:
    """The database is overloaded or gone: come back."""
    log.warning("busy: %s", busy)
    form = request.method == "POST" and not _wants_json(request)
    return _told(request, "busy_form" if form else "busy", "", busy.retry_after)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's own: no such route, method, or a body it could not read."""
    if isinstance(error, NotFoundException):
        return _told(request, "not_found")
    if isinstance(error, MethodNotAllowedException):
        return _told(request, "method")
    if error.status_code == 413:
        return _told(request, "too_large")
    return _told(request, "malformed" if error.status_code < 500 else "broken")


def on_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Anything else is our fault: logged whole, told in one sentence."""
    log.error("broken: %s %s", request.method, _loggable(request.url.path), exc_info=error)
    return _told(request, "broken")


HANDLERS: ExceptionHandlersMap = {Fault: on_fault, Busy: on_busy, HTTPException: on_http, Exception: on_error}


def _told(
    request: Request[Any, Any, Any], code: str, message: str = "", retry_after: int | None = None
) -> Response[Any]:
    answer = ANSWERS[code]
    headers = {"Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if _wants_json(request):
        body = msgspec.json.encode({"error": code, "text": message or answer.text})
        return Response(body, status_code=answer.status, media_type="application/json", headers=headers)
    if code == "signed_out" and request.method == "GET" and not _is_fragment(request):
        return Response(
            None, status_code=303, headers={**headers, "Location": f"/connexion?{urlencode({'suite': _here(request)})}"}
        )
    said = {"title": answer.title, "text": message or answer.text, "status": answer.status}
    if _is_fragment(request):
        return Response(
            html_of(request, "errors/fragment.html", said), status_code=answer.status, media_type=HTML, headers=headers
        )
    reloads = answer.status == 503 and request.method == "GET"
    if reloads:
        headers["Refresh"] = headers.setdefault("Retry-After", "10")
    html = html_of(request, "errors/page.html", {**said, "reloads": reloads})
    return Response(html, status_code=answer.status, media_type=HTML, headers=headers)


def _loggable(path: str) -> str:
    """A link from a mail is a key: it stands in no log."""
    return "/lien/…" if path.startswith("/lien/") else path


def _here(request: Request[Any, Any, Any]) -> str:
    """Where the visitor wanted to go, with its query."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _wants_json(request: Request[Any, Any, Any]) -> bool:
    sent = request.headers.get("content-type", "").startswith("application/json")
    return sent or request.headers.get("accept", "").startswith("application/json") or request.url.path == "/taps"


def _is_fragment(request: Request[Any, Any, Any]) -> bool:
    return request.url.path.startswith("/f/") or request.headers.get("hx-request-type") == "partial"
