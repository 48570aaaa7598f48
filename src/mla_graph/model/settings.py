"""Every setting of the program: one field each, with its variable, type, default and help."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import platformdirs

from mla_graph.model.errors import InvalidValue


def _whole_number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return text.rstrip("/")


def _log_level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise ValueError
    return text.upper()


def _log_format(text: str) -> str:
    if text not in ("text", "json"):
        raise ValueError
    return text


def _yes_or_no(text: str) -> bool:
    return {"yes": True, "no": False, "true": True, "false": False}[text.lower()]


def _pause(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise ValueError
    return number


def _list(text: str) -> str:
    names = [name.strip() for name in text.split(",")]
    if not all(re.fullmatch(r"[\w.:\-/\[\]*]+", name) for name in names):
        raise ValueError
    return ",".join(names)


def _authentication(text: str) -> str:
    if text.lower() not in ("basic", "digest", "bearer"):
        raise ValueError
    return text.lower()


def _graph(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+", text):
        raise ValueError
    return text


class Secret:
    """A text that is not shown unless it is asked for by name."""

    def __init__(self, text: str) -> None:
        """Keep the text.

        Raises:
            ValueError: it is empty or has a control character, which no header takes.
        """
        if not text or not text.isprintable():
            raise ValueError
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        """Say that there is one."""
        return "set, not shown"


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _user_data() -> Path:
    return platformdirs.user_data_path("mla-graph", appauthor=False)


class _Kind(NamedTuple):
    read: Callable[[str], Any]
    expected: str


_FOLDER = _Kind(_folder, "a folder")
_SECONDS = _Kind(_seconds, "a number of seconds above 0")
_COUNT = _Kind(_whole_number, "a whole number above 0")
_BYTES = _Kind(_whole_number, "a number of bytes above 0")
_ADDRESS = _Kind(_web_address, "an http(s) address without query or fragment")
_NAMES = _Kind(_list, "names or addresses with commas between them")
_LEVEL = _Kind(_log_level, "one of DEBUG, INFO, WARNING, ERROR, CRITICAL")

_FORMAT = _Kind(_log_format, "text or json")
_YES_OR_NO = _Kind(_yes_or_no, "yes or no")
_PAUSE = _Kind(_pause, "a number of seconds, or 0")
_AUTHENTICATION = _Kind(_authentication, "basic, digest or bearer")
_GRAPH = _Kind(_graph, "the IRI of a graph")
_TEXT = _Kind(str, "a text")
_SECRET = _Kind(Secret, "a text without control characters")
_FILE = _Kind(_folder, "a file")


def _about(variable: str, kind: _Kind, help: str) -> dict[str, Any]:
    return {"variable": variable, "kind": kind, "help": help}


@dataclass(frozen=True)
class Settings:
    """The settings of one process; the command line replaces single ones."""

    home: Path = field(
        default_factory=_user_data,
        metadata=_about("MLA_HOME", _FOLDER, "Folder of the built releases."),
    )
    query_timeout: float = field(
        default=10.0,
        metadata=_about("MLA_QUERY_TIMEOUT", _SECONDS, "Deadline of an ad-hoc query, in seconds."),
    )
    memory_quads: int = field(
        default=1_500_000,
        metadata=_about(
            "MLA_MEMORY_QUADS",
            _COUNT,
            "A graph of up to so many quads is served from memory, a larger one from disk.",
        ),
    )
    query_memory: int = field(
        default=1 << 30,
        metadata=_about("MLA_QUERY_MEMORY", _BYTES, "Memory of one ad-hoc query, in bytes."),
    )
    max_body: int = field(
        default=1 << 20,
        metadata=_about("MLA_MAX_BODY", _BYTES, "Largest request body that is read, in bytes."),
    )
    base_url: str | None = field(
        default=None,
        metadata=_about(
            "MLA_BASE_URL",
            _ADDRESS,
            "Public base address of the service; taken from each request unless set.",
        ),
    )
    workers_adhoc: int = field(
        default=2,
        metadata=_about("MLA_WORKERS_ADHOC", _COUNT, "Ad-hoc queries that run at the same time."),
    )
    max_rows: int = field(
        default=10_000,
        metadata=_about("MLA_MAX_ROWS", _COUNT, "Most rows in one answer of a saved query."),
    )
    max_batch: int = field(
        default=1_000,
        metadata=_about("MLA_MAX_BATCH", _COUNT, "Most calls in one batch of saved queries."),
    )
    sparql_max_rows: int = field(
        default=1_000_000,
        metadata=_about("MLA_SPARQL_MAX_ROWS", _COUNT, "Most rows in the answer to /sparql."),
    )
    sparql_max_bytes: int = field(
        default=256 << 20,
        metadata=_about("MLA_SPARQL_MAX_BYTES", _BYTES, "Largest answer to /sparql, in bytes."),
    )
    sparql_per_client: int = field(
        default=4,
        metadata=_about(
            "MLA_SPARQL_PER_CLIENT",
            _COUNT,
            "Ad-hoc queries of one client (address) at the same time in a server process, with "
            "those that wait.",
        ),
    )
    send_timeout: float = field(
        default=60.0,
        metadata=_about(
            "MLA_SEND_TIMEOUT",
            _SECONDS,
            "Time in which a client must have taken a large answer to /sparql, or 64 KiB of any "
            "other, in seconds.",
        ),
    )
    trusted_proxies: str | None = field(
        default=None,
        metadata=_about(
            "MLA_TRUSTED_PROXIES",
            _NAMES,
            "Addresses of proxies whose X-Forwarded-For and -Proto are believed.",
        ),
    )
    service_hosts: str | None = field(
        default=None,
        metadata=_about(
            "MLA_SERVICE_HOSTS",
            _NAMES,
            "Hosts (name or name:port) that ad-hoc queries may call with SERVICE; unset: none.",
        ),
    )
    log_level: str = field(
        default="INFO",
        metadata=_about("MLA_LOG_LEVEL", _LEVEL, "Least severe messages that are logged."),
    )

    log_format: str = field(
        default="text",
        metadata=_about(
            "MLA_LOG_FORMAT", _FORMAT, "How the service logs: lines of text, or JSON objects."
        ),
    )
    log_client: bool = field(
        default=False,
        metadata=_about(
            "MLA_LOG_CLIENT", _YES_OR_NO, "Whether the log names the address of each client."
        ),
    )
    follow_seconds: float = field(
        default=1.0,
        metadata=_about(
            "MLA_FOLLOW_SECONDS", _SECONDS, "How often the service looks for a new release."
        ),
    )
    drain_seconds: float = field(
        default=0.0,
        metadata=_about(
            "MLA_DRAIN_SECONDS",
            _PAUSE,
            "How long the service, told to stop, still takes requests while it is not ready.",
        ),
    )

    remote_graph: str | None = field(
        default=None,
        metadata=_about(
            "MLA_REMOTE_GRAPH",
            _GRAPH,
            "Graph of the endpoint --store that is asked; its own default graph unless set.",
        ),
    )
    remote_timeout: float = field(
        default=60.0,
        metadata=_about(
            "MLA_REMOTE_TIMEOUT",
            _SECONDS,
            "Time for an answer of the endpoint, attempts and all, in seconds; "
            "the service has MLA_QUERY_TIMEOUT.",
        ),
    )
    remote_connect_timeout: float = field(
        default=5.0,
        metadata=_about(
            "MLA_REMOTE_CONNECT_TIMEOUT", _SECONDS, "Time for one connection to it, in seconds."
        ),
    )
    remote_max_bytes: int = field(
        default=256 << 20,
        metadata=_about(
            "MLA_REMOTE_MAX_BYTES", _BYTES, "Largest answer that is taken from it, in bytes."
        ),
    )
    remote_auth: str | None = field(
        default=None,
        metadata=_about(
            "MLA_REMOTE_AUTH", _AUTHENTICATION, "How the endpoint wants to know who asks."
        ),
    )
    remote_user: str | None = field(
        default=None,
        metadata=_about("MLA_REMOTE_USER", _TEXT, "User, for basic and digest."),
    )
    remote_password: Secret | None = field(
        default=None,
        metadata=_about("MLA_REMOTE_PASSWORD", _SECRET, "Password, for basic and digest."),
    )
    remote_token: Secret | None = field(
        default=None,
        metadata=_about("MLA_REMOTE_TOKEN", _SECRET, "Token, for bearer."),
    )
    remote_ca_file: Path | None = field(
        default=None,
        metadata=_about(
            "MLA_REMOTE_CA_FILE",
            _FILE,
            "Certificates (PEM) that vouch for the endpoint, instead of those of the system.",
        ),
    )
    remote_client_cert: Path | None = field(
        default=None,
        metadata=_about(
            "MLA_REMOTE_CLIENT_CERT", _FILE, "Certificate (PEM) that is shown to the endpoint."
        ),
    )
    remote_client_key: Path | None = field(
        default=None,
        metadata=_about(
            "MLA_REMOTE_CLIENT_KEY", _FILE, "Its key (PEM), if it is not in the same file."
        ),
    )

    max_head: int = field(
        default=64 << 10,
        metadata=_about("MLA_MAX_HEAD", _BYTES, "Largest address with headers, in bytes."),
    )
    max_address: int = field(
        default=32 << 10,
        metadata=_about("MLA_MAX_ADDRESS", _BYTES, "Longest address of a request, in bytes."),
    )
    idle_timeout: float = field(
        default=5.0,
        metadata=_about(
            "MLA_IDLE_TIMEOUT", _SECONDS, "Time between two requests of a connection, in seconds."
        ),
    )
    head_timeout: float = field(
        default=10.0,
        metadata=_about("MLA_HEAD_TIMEOUT", _SECONDS, "Time for address and headers, in seconds."),
    )
    body_timeout: float = field(
        default=30.0,
        metadata=_about(
            "MLA_BODY_TIMEOUT", _SECONDS, "Time for the body of a request, in seconds."
        ),
    )
    max_connections: int = field(
        default=1_000,
        metadata=_about(
            "MLA_MAX_CONNECTIONS",
            _COUNT,
            "Connections of a server process; beyond them the one that has been idle longest ends.",
        ),
    )
    connections_per_client: int = field(
        default=500,
        metadata=_about(
            "MLA_CONNECTIONS_PER_CLIENT",
            _COUNT,
            "Connections of one address to a server process; all, where proxies are trusted.",
        ),
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; a variable that is unset or empty leaves the default.

        Raises:
            InvalidValue: a variable's value has the wrong form; names the variable.
        """
        values: dict[str, Any] = {}
        for item in fields(cls):
            variable, kind = item.metadata["variable"], item.metadata["kind"]
            text = environ.get(variable, "").strip()
            if not text:
                continue
            try:
                values[item.name] = kind.read(text)
            except (ValueError, KeyError):
                shown = "…" if kind is _SECRET else text
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
    """Every environment variable that is read, in order of declaration."""
    return [
        Variable(
            item.metadata["variable"],
            item.name,
            item.metadata["kind"].expected,
            _default_text(item),
            item.metadata["help"],
        )
        for item in fields(Settings)
    ]


def _default_text(item: Field[Any]) -> str:
    if item.default_factory is not MISSING:
        return "the user's data folder"
    if isinstance(item.default, bool):
        return "yes" if item.default else "no"
    return "not set" if item.default is None else str(item.default)
