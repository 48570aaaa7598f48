"""``/dumps/``: the whole graph as files, of the release that is served and of those beside it."""

import base64
import re
from collections.abc import Container
from datetime import datetime
from email.utils import formatdate, parsedate_to_datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from mla_graph.model.about import DATA_LICENCE, DATA_LICENCE_URL
from mla_graph.model.errors import UnknownResource
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.release.directory import Release, beside
from mla_graph.release.dumps import COMPRESSED, ENDINGS, STEM
from mla_graph.release.export import unpacked
from mla_graph.release.files import File, files
from mla_graph.service.context import ServiceContext
from mla_graph.service.wire.formats import HTML, LISTS, PLAIN, Representation
from mla_graph.service.wire.operations import TEXT, Described, Operation, in_path
from mla_graph.service.wire.parameters import from_query_string, only, wanted
from mla_graph.service.wire.problems import RangeNotSatisfiable
from mla_graph.service.wire.reply import FRESH_SECONDS, Outcome, Reply, as_json, codings
from mla_graph.store.formats import DUMPS

GZIP: Final = "application/gzip"
CHECKSUMS: Final = "SHA256SUMS"

_LISTING: Final = Described("dumps", "The files of the whole graph", ("graph",), (400, 406))
_CHECKSUMS: Final = Described(
    "checksums",
    "SHA-256 of each file, for sha256sum --check",
    ("graph",),
    (400, 404),
    schemas={PLAIN.media_type: TEXT},
)
_DUMP: Final = Described(
    "dump",
    "The whole graph as one file",
    ("graph",),
    (400, 404, 416),
    schemas={
        media_type: {} if media_type.endswith("json") else TEXT
        for media_type in (*(DUMPS[format].media_type for format in ENDINGS.values()), GZIP)
    },
    parameters=lambda: [
        in_path(
            "ending", "ttl", {"enum": [one + end for one in ENDINGS for end in ("", COMPRESSED)]}
        )
    ],
    cached=True,
)
_OF_RELEASE: Final = {
    "dumps": "The files of one release",
    "checksums": "SHA-256 of each file of one release",
    "dump": "The whole graph of one release as one file",
}
_RANGE: Final = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII)
_FRESH: Final = f"public, max-age={FRESH_SECONDS}"
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def operations(context: ServiceContext) -> list[Operation]:
    """Give list, checksums and files: of the release that is served, and by id of a release."""

    async def listing(request: Request) -> Outcome:
        form = wanted(request, LISTS)
        release: Release | None = None
        listed: dict[str, Any] = {"data": [], "release": None}
        if context.served.release is not None or "release" in request.path_params:
            found = release = await _release(context, request)
            listed = _document(found, await context.engine.run(lambda: beside(found)))
        if form is HTML:
            body = render("dumps.html", release=release, document=listed).encode()
        else:
            body = as_json(listed)
        return Reply(body, form.content_type, headers={"Vary": "Accept"})

    async def checksums(request: Request) -> Outcome:
        only(from_query_string(request), [])
        release = await _release(context, request)
        lines = [f"{file.summary.sha256}  {file.name}\n" for file in files(release)]
        headers = {"Cache-Control": _age(request)}
        return Reply("".join(lines).encode(), PLAIN.content_type, headers=headers)

    async def dump(request: Request) -> Outcome:
        only(from_query_string(request), [])
        release = await _release(context, request)
        name = f"{STEM}.{request.path_params['ending']}"
        known = {file.name: file for file in files(release)}
        if name not in known or not release.dumps.is_dir():
            raise UnknownResource(
                f"There is no dump {name[:80]}; /dumps/ lists those that exist.",
                nearest=[at(f"/dumps/{other}") for other in known],
            )
        return _sent(request, release, known[name], known)

    return [
        Operation(f"/dumps{folder}{path}", endpoint, offered, _of(described, folder))
        for folder in ("", "/{release}")
        for path, endpoint, offered, described in (
            ("/", listing, LISTS, _LISTING),
            (f"/{CHECKSUMS}", checksums, (), _CHECKSUMS),
            (f"/{STEM}.{{ending}}", dump, (), _DUMP),
        )
    ]


def _of(described: Described, folder: str) -> Described:
    """Describe the operation for the release that is served, or for one by its id."""
    if not folder:
        return described
    release = in_path("release", "0" * 64, {"pattern": "^[0-9a-f]{64}$"})
    statuses = dict.fromkeys((400, 404, *described.statuses))
    return described._replace(
        identifier=f"{described.identifier}OfRelease",
        summary=_OF_RELEASE[described.identifier],
        statuses=sorted(statuses),
        parameters=lambda: [release, *described.parameters()],
    )


async def _release(context: ServiceContext, request: Request) -> Release:
    """Give the release that the path names, or the one that is served.

    Raises:
        UnknownResource: it is not on disk here, or nothing that is served is a release.
    """
    served, wanted = context.served.release, request.path_params.get("release")
    if served is None:
        raise UnknownResource("This service answers from a store without releases: no dumps.")
    if wanted in (None, served.id):
        return served
    found = await context.engine.run(lambda: beside(served))
    for release in found:
        if release.id == wanted:
            return release
    raise UnknownResource(
        f"There is no release {str(wanted)[:80]} here (any more); /dumps/ lists those that exist.",
        nearest=[at(f"/dumps/{release.id}/") for release in found],
    )


def _document(release: Release, releases: list[Release]) -> dict[str, Any]:
    return {
        "data": [
            {
                "name": file.name,
                "href": at(f"/dumps/{file.name}"),
                "version": at(f"/dumps/{release.id}/{file.name}"),
                "mediaType": file.media_type,
                "compressed": file.compressed,
                "content": file.content,
                "bytes": file.summary.bytes,
                "sha256": file.summary.sha256,
            }
            for file in files(release)
        ],
        "release": release.id,
        "packageVersion": release.manifest.package_version,
        "created": release.manifest.created,
        "triples": release.manifest.merged.triples,
        "quads": release.manifest.quads,
        "licence": {"name": DATA_LICENCE, "href": DATA_LICENCE_URL},
        "checksums": at(f"/dumps/{release.id}/{CHECKSUMS}"),
        "releases": [
            {
                "id": other.id,
                "href": at(f"/dumps/{other.id}/"),
                "created": other.manifest.created,
            }
            for other in releases
        ],
    }


def _sent(request: Request, release: Release, file: File, known: dict[str, File]) -> Response:
    """Send the file: as it is on disk where it can be, with ranges.

    A caller that takes gzip gets the packed file as content coding (RFC 9110, section 8.4.1.3).
    """
    encoded = (
        not file.compressed
        and "range" not in request.headers
        and codings(request.headers.get("accept-encoding", "")).get("gzip", 0.0) > 0
    )
    sent = known[f"{file.name}{COMPRESSED}"] if encoded else file
    on_disk = release.dumps / sent.name if sent.compressed else None
    if sent.format == "nquads" and not sent.compressed:
        on_disk = release.nquads
    tag, made = f'"{sent.summary.sha256}"', formatdate(_made(release), usegmt=True)
    if on_disk is None or not _is_range(request, sent.summary.bytes, (tag, made)):
        # RFC 9110, section 14.2: a server may ignore Range. Many ranges help only an attack.
        asked = request.scope["headers"]
        request.scope["headers"] = [pair for pair in asked if pair[0] != b"range"]
    digest = base64.b64encode(bytes.fromhex(sent.summary.sha256)).decode()
    headers = {
        "Cache-Control": _age(request),
        "ETag": tag,
        "Link": f'<{DATA_LICENCE_URL}>; rel="license", '
        f'<{at("/.well-known/void")}>; rel="describedby"',
        "Repr-Digest": f"sha-256=:{digest}:",
        "Vary": "Accept-Encoding",
    }
    headers["Content-Type"] = (
        GZIP if file.compressed else Representation(file.format, file.media_type).content_type
    )
    if encoded:
        headers["Content-Encoding"] = "gzip"
    headers["Last-Modified"] = made
    if _is_copy(request, _made(release)):
        kept = ("Cache-Control", "ETag", "Last-Modified", "Vary")
        return Response(status_code=304, headers={name: headers[name] for name in kept})
    if on_disk is not None:
        return FileResponse(on_disk, headers=headers)
    headers["Content-Length"] = str(file.summary.bytes)
    if request.method == "HEAD":
        return Response(headers=headers)
    return StreamingResponse(unpacked(release.dumps / f"{file.name}{COMPRESSED}"), headers=headers)


def _is_range(request: Request, size: int, marks: Container[str]) -> bool:
    """Tell whether the caller wants one range of a file of so many bytes, with these marks.

    Raises:
        RangeNotSatisfiable: it lies beyond the end of the file.
    """
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    if not found or request.method != "GET":
        return False
    if (same := request.headers.get("if-range")) is not None and same not in marks:
        return False  # RFC 9110, section 13.1.5
    first, last, suffix = (int(part) if part else None for part in found.groups())
    if last is not None and first is not None and last < first:
        return False  # RFC 9110, section 14.1.1: it is invalid
    if suffix == 0 or (first is not None and first >= size):
        raise RangeNotSatisfiable(size)
    return True


def _made(release: Release) -> int:
    """Give the second in which the release was made."""
    return int(datetime.fromisoformat(release.manifest.created).timestamp())


def _is_copy(request: Request, made: int) -> bool:
    """Tell whether the caller has a copy since then (RFC 9110, section 13.1.3)."""
    since = request.headers.get("if-modified-since")
    if since is None or "if-none-match" in request.headers or request.method not in ("GET", "HEAD"):
        return False
    try:
        return parsedate_to_datetime(since).timestamp() >= made
    except ValueError:
        return False


def _age(request: Request) -> str:
    return _FOR_EVER if "release" in request.path_params else _FRESH
