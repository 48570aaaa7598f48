"""The pages of the review, for one person at this machine.

Every address begins with a secret, so that neither another page (cross-site requests) nor another
name of this machine (DNS rebinding) can reach them; the name in the request is checked as well.
"""

import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from mla_graph.model.errors import InvalidValue, MlaGraphError
from mla_graph.review.desk import STATUSES, Desk, OpenPage, reason
from mla_graph.review.shown import Wording

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE: Final = Path(__file__).parent
_STATIC: Final = {"review.css": "text/css", "review.js": "text/javascript"}
_MOST_BYTES: Final = 1_000_000
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def review_app(desk: Desk, token: str) -> Starlette:
    """Make the application; every address that it answers begins with ``token``."""
    site = _Site(desk, token)
    routes = [
        Route("/{token}/", site.folder),
        Route("/{token}/static/{file}", site.static),
        Route("/{token}/page/{name:path}", site.page),
        Route("/{token}/page/{name:path}", site.decide, methods=["POST"]),
    ]
    hosts = ["127.0.0.1", "localhost"]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, hosts)])


class _Site:
    """The handlers, one request at a time."""

    def __init__(self, desk: Desk, token: str) -> None:
        self._desk = desk
        self._token = token
        self._wording = Wording(desk.reader.known)

    async def folder(self, request: Request) -> Response:
        """List the pages of the folder."""
        if not self._allowed(request):
            return _refused()
        rows = [(name, self._desk.progress(name)) for name in self._desk.pages]
        return self._html("folder.html", rows=rows, folder=self._desk.folder.name)

    async def static(self, request: Request) -> Response:
        """Send the stylesheet or the script."""
        kind = _STATIC.get(request.path_params["file"])
        if kind is None or not self._allowed(request):
            return _refused()
        path = _HERE / "static" / request.path_params["file"]
        return FileResponse(path, media_type=kind, headers=_HEADERS)

    async def page(self, request: Request) -> Response:
        """Show a page beside its facts."""
        name = request.path_params["name"]
        if not self._allowed(request) or name not in self._desk.pages:
            return _refused()
        try:
            return self._side_by_side(self._desk.open(name))
        except MlaGraphError as error:
            return self._wrong(error, name, None)

    async def decide(self, request: Request) -> Response:
        """Take a decision on a fact or on the page, and go on to the next fact."""
        name = request.path_params["name"]
        if not self._allowed(request) or name not in self._desk.pages:
            return _refused()
        body = await _body(request)
        if body is None:
            return Response("The form is too long.", 413, _HEADERS)
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        fact = form.get("fact", [""])[0]
        try:
            if not fact:
                page, place = self._desk.settle(name, form), "about"
            else:
                values = {key: "\n".join(lines) for key, lines in form.items() if ":" in key}
                choice = form.get("choice", [""])[0]
                page = self._desk.decide(name, fact, choice, values)
                place = _next(page, fact)
        except MlaGraphError as error:
            return self._wrong(error, name, fact)
        where = f"/{self._token}/page/{quote(name)}#{quote(place)}"
        return RedirectResponse(where, 303, _HEADERS)

    def _allowed(self, request: Request) -> bool:
        given = str(request.path_params["token"])
        return secrets.compare_digest(given.encode(), self._token.encode())

    def _side_by_side(self, page: OpenPage) -> Response:
        rows = []
        for number, fact in enumerate(page.facts):
            decision = page.decision(fact)
            given = decision.values if decision else {}
            fields = self._wording.fields(fact, given)
            rows.append((f"f{number}", fact, decision, self._wording.rows(fact), fields))
        marks = {fact.id: anchor for anchor, fact, *_ in rows}
        return self._html(
            "page.html",
            page=page,
            rows=rows,
            marks=marks,
            first=_first_places(page),
            options=self._wording.options(page),
            statuses=STATUSES,
            out=self._desk.out,
        )

    def _wrong(self, error: MlaGraphError, name: str, fact: str | None) -> Response:
        text = reason(error, self._desk.folder)
        status = 400 if isinstance(error, InvalidValue) and fact is not None else 422
        return self._html("wrong.html", status, text=text, name=name)

    def _html(self, template: str, status: int = 200, **values: Any) -> Response:
        text = _templates().get_template(template).render(root=f"/{self._token}", **values)
        return HTMLResponse(text, status, _HEADERS)


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _first_places(page: OpenPage) -> dict[str, tuple[str, int]]:
    """Return section and number of the first piece of each fact: a link leads there."""
    found: dict[str, tuple[str, int]] = {}
    for section, pieces in page.sections.items():
        for number, piece in enumerate(pieces):
            for fact in piece.facts:
                found.setdefault(fact, (section, number))
    return found


def _next(page: OpenPage, fact: str) -> str:
    """Return the anchor of the next fact without a decision; that of the form if there is none."""
    names = [one.id for one in page.facts]
    place = names.index(fact)
    left = {one.id for one in page.undecided}
    after = [n for n in (*range(place + 1, len(names)), *range(place)) if names[n] in left]
    return f"f{after[0]}" if after else "about"


async def _body(request: Request) -> bytes | None:
    """Read the form; None if it is too long."""
    found = b""
    async for piece in request.stream():
        found += piece
        if len(found) > _MOST_BYTES:
            return None
    return found


def _refused() -> Response:
    text = "No such page. Open the whole address that `mla-graph review` printed."
    return Response(text, 404, _HEADERS, "text/plain")
