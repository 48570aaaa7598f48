"""The settings of a process, read from the environment."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from functools import partial
from math import inf
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, get_args
from urllib.parse import urlsplit

import platformdirs

from mla_graph.model.errors import InvalidValue

_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_IRI: Final = r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+"


class Secret:
    """A text that only ``reveal`` shows."""

    def __init__(self, text: str) -> None:
        """Keep the text.

        Raises:
            ValueError: it is empty or has a control character, which no header takes.
        """
        if not text or not text.isprintable():
            raise ValueError
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        """Return a text that is safe in a log."""
        return "set, not shown"


def _positive(text: str, of: type[int] | type[float]) -> float:
    number = of(text)
    if not 0 < number < inf:
        raise ValueError
    return number


def _pause(text: str) -> float:
    return 0.0 if float(text) == 0 else _positive(text, float)


def _one_of(text: str, values: tuple[str, ...]) -> str:
    return {value.lower(): value for value in values}[text.lower()]


def _yes_or_no(text: str) -> bool:
    return _one_of(text, ("yes", "no", "true", "false")) in ("yes", "true")


def _matching(text: str, pattern: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError
    return text


def _names(text: str) -> str:
    return ",".join(_matching(name.strip(), r"[\w.:\-/\[\]*]+") for name in text.split(","))


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return text.rstrip("/")


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _user_data() -> Path:
    return platformdirs.user_data_path("mla-graph", appauthor=False)


class _Kind(NamedTuple):
    """How a value is read, and what a wrong one should have been."""

    read: Callable[[str], Any]
    expected: str


_Folder = Annotated[Path, _Kind(_path, "a folder")]
_Seconds = Annotated[float, _Kind(partial(_positive, of=float), "a number of seconds above 0")]
_Pause = Annotated[float, _Kind(_pause, "a number of seconds, or 0")]
_Count = Annotated[int, _Kind(partial(_positive, of=int), "a whole number above 0")]
_Bytes = Annotated[int, _Kind(partial(_positive, of=int), "a number of bytes above 0")]
_YesOrNo = Annotated[bool, _Kind(_yes_or_no, "yes or no")]
_Level = Annotated[
    str,
    _Kind(partial(_one_of, values=_LEVELS), f"one of {', '.join(_LEVELS)}"),
]
_Format = Annotated[str, _Kind(partial(_matching, pattern="text|json"), "text or json")]

# These have no default.
_File = Annotated[Path | None, _Kind(_path, "a file")]
_Text = Annotated[str | None, _Kind(str, "a text")]
_Address = Annotated[
    str | None, _Kind(_web_address, "an http(s) address without query or fragment")
]
_Names = Annotated[str | None, _Kind(_names, "names or addresses with commas between them")]
_Graph = Annotated[str | None, _Kind(partial(_matching, pattern=_IRI), "the IRI of a graph")]
_Authentication = Annotated[
    str | None,
    _Kind(partial(_one_of, values=("basic", "digest", "bearer")), "basic, digest or bearer"),
]
_Secret = Annotated[Secret | None, _Kind(Secret, "a text without control characters")]


@dataclass(frozen=True)
class Settings:
    """The settings of one process; MLA_NAME in the environment is the field ``name``."""

    home: Annotated[_Folder, "Folder of the built releases."] = field(default_factory=_user_data)
    query_timeout: Annotated[_Seconds, "Deadline of an ad-hoc query, in seconds."] = 10.0
    memory_quads: Annotated[
        _Count,
        "A graph of up to so many quads is served from memory, a larger one from disk.",
    ] = 1_500_000
    query_memory: Annotated[_Bytes, "Memory of one ad-hoc query, in bytes."] = 1 << 30
    max_body: Annotated[_Bytes, "Largest request body that is read, in bytes."] = 1 << 20
    base_url: Annotated[
        _Address,
        "Public base address of the service; taken from each request unless set.",
    ] = None
    workers_adhoc: Annotated[_Count, "Ad-hoc queries that run at the same time."] = 2
    max_rows: Annotated[_Count, "Most rows in one answer of a saved query."] = 10_000
    max_parameters: Annotated[_Count, "Most parameters of an address, and of a form."] = 1_000
    max_batch: Annotated[_Count, "Most calls in one batch of saved queries."] = 1_000
    sparql_max_rows: Annotated[_Count, "Most rows in the answer to /sparql."] = 1_000_000
    sparql_max_bytes: Annotated[_Bytes, "Largest answer to /sparql, in bytes."] = 256 << 20
    sparql_per_client: Annotated[
        _Count,
        "Ad-hoc queries of one client (address) at the same time in a server process, with "
        "those that wait.",
    ] = 4
    send_timeout: Annotated[
        _Seconds,
        "Time in which a client must have taken a large answer to /sparql, or 64 KiB of any "
        "other, in seconds.",
    ] = 60.0
    trusted_proxies: Annotated[
        _Names,
        "Addresses of proxies whose X-Forwarded-For and -Proto are believed.",
    ] = None
    service_hosts: Annotated[
        _Names,
        "Hosts (name or name:port) that ad-hoc queries may call with SERVICE; unset: none.",
    ] = None
    log_level: Annotated[_Level, "Least severe messages that are logged."] = "INFO"
    log_format: Annotated[_Format, "How the service logs: lines of text, or JSON objects."] = "text"
    log_client: Annotated[_YesOrNo, "Whether the log names the address of each client."] = False
    follow_seconds: Annotated[_Seconds, "How often the service looks for a new release."] = 1.0
    drain_seconds: Annotated[
        _Pause,
        "How long the service, told to stop, still takes requests while it is not ready.",
    ] = 0.0
    remote_graph: Annotated[
        _Graph,
        "Graph of the endpoint --store that is asked; its own default graph unless set.",
    ] = None
    remote_timeout: Annotated[
        _Seconds,
        "Time for an answer of the endpoint, attempts and all, in seconds; the service has "
        "MLA_QUERY_TIMEOUT.",
    ] = 60.0
    remote_connect_timeout: Annotated[_Seconds, "Time for one connection to it, in seconds."] = 5.0
    remote_max_bytes: Annotated[
        _Bytes,
        "Largest answer that is taken from it, in bytes.",
    ] = 256 << 20
    remote_auth: Annotated[_Authentication, "How the endpoint wants to know who asks."] = None
    remote_user: Annotated[_Text, "User, for basic and digest."] = None
    remote_password: Annotated[_Secret, "Password, for basic and digest."] = None
    remote_token: Annotated[_Secret, "Token, for bearer."] = None
    remote_ca_file: Annotated[
        _File,
        "Certificates (PEM) that vouch for the endpoint, instead of those of the system.",
    ] = None
    remote_client_cert: Annotated[_File, "Certificate (PEM) that is shown to the endpoint."] = None
    remote_client_key: Annotated[_File, "Its key (PEM), if it is not in the same file."] = None
    max_head: Annotated[_Bytes, "Largest address with headers, in bytes."] = 64 << 10
    max_address: Annotated[_Bytes, "Longest address of a request, in bytes."] = 32 << 10
    idle_timeout: Annotated[
        _Seconds,
        "Time between two requests of a connection, in seconds.",
    ] = 5.0
    head_timeout: Annotated[_Seconds, "Time for address and headers, in seconds."] = 10.0
    body_timeout: Annotated[_Seconds, "Time for the body of a request, in seconds."] = 30.0
    max_connections: Annotated[
        _Count,
        "Connections of a server process; beyond them the one that has been idle longest ends.",
    ] = 1_000
    connections_per_client: Annotated[
        _Count,
        "Connections of one address to a server process; all, where proxies are trusted.",
    ] = 500

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; a variable that is unset or empty leaves the default.

        Raises:
            InvalidValue: a variable's value has the wrong form; names the variable.
        """
        values: dict[str, Any] = {}
        for item in fields(cls):
            variable, (kind, _) = _variable(item), _about(item)
            text = environ.get(variable, "").strip()
            if not text:
                continue
            try:
                values[item.name] = kind.read(text)
            except (ValueError, KeyError):
                shown = "…" if kind.read is Secret else text
                raise InvalidValue(
                    f"{variable} is {shown!r}; it should be {kind.expected}.",
                    parameter=variable,
                    value=shown,
                ) from None
        return cls(**values)


class Variable(NamedTuple):
    """One line of the table of settings, for documentation and help."""

    name: str
    field: str
    expected: str
    default: str
    help: str


def variables() -> list[Variable]:
    """List every environment variable that is read, in the order of the fields."""
    return [
        Variable(_variable(item), item.name, kind.expected, _default_text(item), help)
        for item in fields(Settings)
        for kind, help in [_about(item)]
    ]


def _variable(item: Field[Any]) -> str:
    return f"MLA_{item.name.upper()}"


def _about(item: Field[Any]) -> tuple[_Kind, str]:
    kind, help = get_args(item.type)[1:]
    return kind, help


def _default_text(item: Field[Any]) -> str:
    if item.name == "home":
        return "the user's data folder"
    if isinstance(item.default, bool):
        return "yes" if item.default else "no"
    return "not set" if item.default is None else str(item.default)
