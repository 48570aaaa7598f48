"""The access to an endpoint: credentials, TLS, and the time for a connection."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mla_graph.model.errors import InvalidValue
from mla_graph.model.settings import Secret, Settings

_NEEDS = {
    None: (),
    "basic": ("user", "password"),
    "digest": ("user", "password"),
    "bearer": ("token",),
}


@dataclass(frozen=True)
class Access:
    """What an endpoint wants to know, and what it must show.

    ``auth`` is nothing, basic, digest or bearer. The certificate of an https endpoint is always
    verified: by ``ca_file`` (PEM) if it is given, else by the authorities of the system.
    ``client_cert`` and ``client_key`` (PEM) are shown to an endpoint that asks for them.
    ``connect_timeout`` in seconds is for one attempt.
    """

    auth: str | None = None
    user: str | None = None
    password: Secret | None = None
    token: Secret | None = None
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    connect_timeout: float = 5.0

    def __post_init__(self) -> None:
        """Check that nothing is missing.

        Raises:
            InvalidValue: a credential or a file is missing; names the variable.
        """
        for name in _NEEDS[self.auth]:
            if not getattr(self, name):
                raise _missing(name, f"MLA_REMOTE_AUTH is {self.auth}, which needs it")
        if self.client_key and not self.client_cert:
            raise _missing("client_cert", "MLA_REMOTE_CLIENT_KEY is of no use without it")
        for name in ("ca_file", "client_cert", "client_key"):
            path = getattr(self, name)
            if path and not path.is_file():
                raise _missing(name, f"there is no file {path}")

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the MLA_REMOTE_ settings.

        Raises:
            InvalidValue: a credential or a file is missing; names the variable.
        """
        return cls(
            auth=settings.remote_auth,
            user=settings.remote_user,
            password=settings.remote_password,
            token=settings.remote_token,
            ca_file=settings.remote_ca_file,
            client_cert=settings.remote_client_cert,
            client_key=settings.remote_client_key,
            connect_timeout=settings.remote_connect_timeout,
        )

    def header(self) -> dict[str, str]:
        """Compose the Authorization header of basic and bearer."""
        if self.auth == "basic":
            return {"Authorization": f"Basic {self._basic()}"}
        if self.auth == "bearer" and self.token:
            return {"Authorization": f"Bearer {self.token.reveal()}"}
        return {}

    def hide(self, text: str) -> str:
        """Hide credentials in a text: a server may send back what it received."""
        secrets = [secret.reveal() for secret in (self.password, self.token) if secret]
        if self.auth == "basic":
            secrets.append(self._basic())
        for secret in secrets:
            text = text.replace(secret, "…")
        return text

    def _basic(self) -> str:
        password = self.password.reveal() if self.password else ""
        return base64.b64encode(f"{self.user}:{password}".encode()).decode()


def _missing(name: str, why: str) -> InvalidValue:
    variable = f"MLA_REMOTE_{name.upper()}"
    return InvalidValue(f"{variable} is missing: {why}.", parameter=variable)
