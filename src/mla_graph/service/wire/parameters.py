"""Parameters of query strings, forms and JSON bodies, read strictly."""

import json
import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from starlette.requests import Request

from mla_graph.model.errors import BodyTooLarge, InvalidValue, UnknownParameter
from mla_graph.model.settings import Settings
from mla_graph.service.wire.formats import HTML, Offered, Representation, choose
from mla_graph.service.wire.problems import MalformedRequest, UnsupportedMediaType

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

Parameters = dict[str, list[str]]

_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_DIGITS = re.compile(r"[0-9]{1,18}")
_CHARSETS = ("utf-8", "utf8", "us-ascii")


def from_query_string(request: Request) -> Parameters:
    """Read the parameters of the address.

    Raises:
        MalformedRequest: broken percent-encoding, text that is not UTF-8, NUL.
    """
    return decoded(request.scope["query_string"])


def wanted(request: Request, offered: Offered, *names: str) -> Representation:
    """Choose the representation where ``format`` is the only parameter beside ``names``.

    What is offered as a page also takes its language, to which each page links.

    Raises:
        MalformedRequest, UnknownParameter, InvalidValue: the query string is wrong.
        UnsupportedFormat: the caller takes none of those offered.
    """
    parameters = from_query_string(request)
    language = ["lang"] if HTML in offered else []
    only(parameters, [*names, *language, "format"])
    return chosen(request, offered, parameters)


def chosen(request: Request, offered: Offered, parameters: Parameters) -> Representation:
    """Choose the representation that ``format`` or Accept asks for.

    Raises:
        InvalidValue: there are several ``format``.
        UnsupportedFormat: the caller takes none of those offered.
    """
    return choose(offered, request.headers.get("accept"), single(parameters, "format"))


async def body_of(request: Request, most: int) -> bytes:
    """Read the body, of at most so many bytes whatever its Content-Length claims.

    Raises:
        BodyTooLarge: there is more.
    """
    claimed = request.headers.get("content-length", "")
    parts, size = [], int(claimed) if claimed.isdecimal() and len(claimed) < 20 else 0
    if size <= most:
        size = 0
        async for part in request.stream():
            parts.append(part)
            size += len(part)
            if size > most:
                break
    if size > most:
        raise BodyTooLarge(
            f"The request body is larger than {most} bytes, the most that is read.", limit=most
        )
    return b"".join(parts)


async def from_request(
    request: Request,
    settings: Settings,
    *,
    numbers: Container[str] = (),
    lists: Container[str] = (),
) -> Parameters:
    """Read the parameters of the address and, for POST, of the body: a form or a JSON object.

    In JSON the members in ``numbers`` are whole numbers and all others text; those in ``lists``
    may be lists.

    Raises:
        MalformedRequest: the encoding is broken, or the body is no JSON object.
        InvalidValue: there are too many, or a member of the JSON object has the wrong type.
        UnsupportedMediaType: the body is neither a form nor JSON.
    """
    parameters = from_query_string(request)
    if request.method != "POST":
        return parameters
    body = await body_of(request, settings.max_body)
    if not body:
        return parameters
    media_type = body_type(request)
    if media_type == FORM:
        more = decoded(few(body, settings.max_parameters))
    elif media_type == JSON or media_type.endswith("+json"):
        members = json_value(body)
        if not isinstance(members, dict):
            raise MalformedRequest("The JSON body must be an object of parameter names and values.")
        more = from_json_object(members, numbers, lists)
    else:
        raise UnsupportedMediaType(
            f"A body of type {media_type or 'unknown'} is not read here; send {FORM} or {JSON}.",
            valid=[FORM, JSON],
        )
    for name, values in more.items():
        parameters.setdefault(name, []).extend(values)
    return parameters


def body_type(request: Request) -> str:
    """Read the body's media type, in lower case and without parameters.

    Raises:
        UnsupportedMediaType: the body is compressed or in a character set other than UTF-8.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise UnsupportedMediaType(f"A body with Content-Encoding {encoding} is not read here.")
    media_type, *parameters = request.headers.get("content-type", "").lower().split(";")
    for parameter in parameters:
        key, _, value = parameter.strip().partition("=")
        if key == "charset" and value.strip('" ') not in _CHARSETS:
            raise UnsupportedMediaType("The body must be UTF-8.")
    return media_type.strip()


def few(encoded: bytes, most: int) -> bytes:
    """Pass ``name=value&…`` on if it has at most so many names.

    Raises:
        InvalidValue: there are more.
    """
    if encoded.count(b"&") >= most:
        raise InvalidValue(f"An address or a form may have at most {most} parameters.")
    return encoded


def decoded(encoded: bytes) -> Parameters:
    """Read ``name=value&…``.

    Raises:
        MalformedRequest: broken percent-encoding, text that is not UTF-8, NUL.
    """
    if _BROKEN_PERCENT.search(encoded):
        raise MalformedRequest("A percent sign must be followed by two hexadecimal digits (%25).")
    parameters: Parameters = {}
    for pair in encoded.replace(b"+", b" ").split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            parameters.setdefault(_piece(name), []).append(_piece(value))
    return parameters


def text(data: bytes) -> str:
    """Decode UTF-8 text without NUL.

    Raises:
        MalformedRequest: the bytes are something else.
    """
    try:
        plain = data.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedRequest("The request is not UTF-8 text.") from None
    return _without_nul(plain)


def json_value(body: bytes) -> Any:
    """Read the JSON document in a body.

    Raises:
        MalformedRequest: it is not JSON, or an object in it names a member twice.
    """
    try:
        return json.loads(text(body), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedRequest("The body is not valid JSON.") from None


def from_json_object(
    members: Mapping[str, Any], numbers: Container[str], lists: Container[str]
) -> Parameters:
    """Read the members of a JSON object as parameters; see ``from_request``.

    Raises:
        InvalidValue: a member has the wrong type.
        MalformedRequest: a text holds NUL or half of a surrogate pair.
    """
    parameters: Parameters = {}
    for name, value in members.items():
        items = value if isinstance(value, list) and name in lists else [value]
        parameters[_whole(name)] = [_json_text(name, item, name in numbers) for item in items]
    return parameters


def single(parameters: Mapping[str, list[str]], name: str) -> str | None:
    """Give the value of a parameter that may be given once, or None.

    Raises:
        InvalidValue: it was given more than once.
    """
    values = parameters.get(name)
    if not values:
        return None
    if len(values) > 1:
        raise InvalidValue(f"{name} was given {len(values)} times; give it once.", parameter=name)
    return values[0]


def whole_number(
    parameters: Mapping[str, list[str]], name: str, *, least: int, most: int
) -> int | None:
    """Read a whole number within bounds, or None when the parameter is absent.

    Raises:
        InvalidValue: it is something else.
    """
    value = single(parameters, name)
    if value is None:
        return None
    if _DIGITS.fullmatch(value) and least <= int(value) <= most:
        return int(value)
    raise InvalidValue(
        f"{name} is {value!r}; it should be a whole number from {least} to {most}.",
        parameter=name,
        value=value,
    )


def only(parameters: Mapping[str, Any], names: Iterable[str]) -> None:
    """Refuse parameters that are not among these names.

    Raises:
        UnknownParameter: one is not.
    """
    known = list(names)
    for name in parameters:
        if name not in known:
            raise UnknownParameter(
                f"There is no parameter {name!r} here; "
                + (f"there are: {', '.join(known)}." if known else "none is taken."),
                parameter=name,
                valid=known,
            )


def _piece(encoded: bytes) -> str:
    if b"%" in encoded:  # every sign is followed by two digits: as escapes of Python at C's speed
        escaped = encoded.replace(b"\\", rb"\\").replace(b"%", rb"\x")
        encoded = escaped.decode("unicode_escape").encode("latin-1")
    return text(encoded)


def _without_nul(plain: str) -> str:
    if "\x00" in plain:
        raise MalformedRequest("The request holds a NUL character.")
    return plain


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise MalformedRequest("The JSON body names a member twice.")
    return members


def _no_constant(name: str) -> None:
    raise MalformedRequest(f"{name} is not JSON.")


def _json_text(name: str, value: Any, number: bool) -> str:
    if number and isinstance(value, float) and value.is_integer():
        value = int(value)  # in JSON 1.0 is a whole number too
    if number and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if number or not isinstance(value, str):
        expected = "a whole number" if number else "text"
        raise InvalidValue(f"{name} should be {expected} in a JSON body.", parameter=name)
    return _whole(value)


def _whole(plain: str) -> str:
    """Give the text if it has no NUL and no half of a surrogate pair."""
    try:
        plain.encode("utf-8")
    except UnicodeEncodeError:
        raise MalformedRequest("The JSON body holds half of a surrogate pair.") from None
    return _without_nul(plain)


def without_empty(parameters: Parameters) -> Parameters:
    """Leave out what a form sends empty, and ``format``; all texts count if that is given."""
    if "format" in parameters:
        return {name: texts for name, texts in parameters.items() if name != "format"}
    return {name: kept for name, texts in parameters.items() if (kept := [t for t in texts if t])}
