"""Start the application under one HTTP server: ``launch.py NAME PORT WORKERS FOLDER``."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fastapi import FastAPI

_FOLDER: Final = "BENCH_FOLDER"
_APPLICATION: Final = "benchmarks.servers.launch:application"


def application() -> "FastAPI":
    """Make the application on the release that the environment names."""
    from mla_graph.model.settings import Settings
    from mla_graph.service.app import create_app
    from mla_graph.service.serve import open_context

    settings = Settings.from_environ()
    return create_app(open_context(os.environ[_FOLDER], False, settings, print))


def _uvicorn(port: int, workers: int, http: Any) -> None:
    import uvicorn

    uvicorn.run(
        _APPLICATION, factory=True, port=port, workers=workers, http=http, access_log=False,
        log_level="warning", timeout_graceful_shutdown=20,
    )  # fmt: skip


def _hypercorn(port: int, workers: int) -> None:
    from hypercorn.config import Config
    from hypercorn.run import run

    config = Config()
    config.application_path = f"{_APPLICATION}()"
    config.bind = [f"127.0.0.1:{port}"]
    config.workers = workers
    config.worker_class = "uvloop"
    config.graceful_timeout = 20
    config.read_timeout = 10
    config.loglevel = "WARNING"
    run(config)


def _granian(port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings

    Granian(
        _APPLICATION, factory=True, port=port, workers=workers, interface=Interfaces.ASGI,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=65_536),
        respawn_failed_workers=True, workers_kill_timeout=20, log_access=False,
    ).serve()  # fmt: skip


def _ours(port: int, workers: int) -> None:
    from mla_graph.model.settings import Settings
    from mla_graph.service.serve import serve

    serve(
        "127.0.0.1", port, os.environ[_FOLDER], workers=workers, settings=Settings.from_environ(),
        union_default_graph=False, progress=print,
    )  # fmt: skip


def _proxy(name: str, port: int, workers: int) -> None:
    """Put nginx or HAProxy in front of uvicorn with httptools."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        behind = probe.getsockname()[1]
    subprocess.Popen(
        [
            sys.executable,
            "-m",
            "benchmarks.servers.launch",
            "uvicorn-httptools",
            str(behind),
            str(workers),
            sys.argv[4],
        ]
    )
    folder = Path(tempfile.mkdtemp())
    configuration = folder / "proxy.cfg"
    configuration.write_text(_PROXIES[name].format(port=port, behind=behind, folder=folder))
    arguments = ["-db", "-f"] if name == "haproxy" else ["-p", str(folder), "-c"]
    os.execvp(name, [name, *arguments, str(configuration)])


_PROXIES: Final = {
    "nginx": """daemon off; pid nginx.pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c;
    client_header_timeout 10s; client_body_timeout 10s; send_timeout 10s; keepalive_timeout 5s;
    large_client_header_buffers 4 32k; client_max_body_size 1m;
    upstream behind {{ server 127.0.0.1:{behind}; keepalive 32; }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location / {{
            proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Host $host;
        }}
    }}
}}
""",
    "haproxy": """global
    maxconn 2000
    tune.bufsize 65536
defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 30s
    timeout http-request 10s
    timeout http-keep-alive 5s
frontend front
    bind 127.0.0.1:{port}
    option http-buffer-request
    default_backend behind
backend behind
    server one 127.0.0.1:{behind}
""",
}


def main(name: str, port: int, workers: int) -> None:
    """Serve until stopped."""
    match name:
        case "ours":
            _ours(port, workers)
        case "hypercorn":
            _hypercorn(port, workers)
        case "granian":
            _granian(port, workers)
        case "nginx" | "haproxy":
            _proxy(name, port, workers)
        case _:
            _uvicorn(port, workers, name.removeprefix("uvicorn-"))


if __name__ == "__main__":
    os.environ[_FOLDER] = sys.argv[4]
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
