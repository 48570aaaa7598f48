"""Start of the service: its store, its processes, its address."""

import gc
import math
import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mla_graph.adhoc.federation import Federation
from mla_graph.adhoc.outcomes import Limits
from mla_graph.adhoc.pool import AdhocPool
from mla_graph.adhoc.vetted_http import VettedHttp
from mla_graph.model.errors import StoreUnavailable
from mla_graph.model.settings import Secret, Settings, variables
from mla_graph.model.sources import Sources
from mla_graph.release import build, directory
from mla_graph.release.directory import Release
from mla_graph.release.opening import Endpoint, find_graph
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.process.parent import end_with_parent
from mla_graph.service.process.shared_numbers import FOLDER, make_folder, reserve
from mla_graph.store.interface import Store

if TYPE_CHECKING:
    from fastapi import FastAPI

    from mla_graph.service.context import MakePool, Opened, ServiceContext

_STORE: Final = "MLA_SERVE_STORE"
_UNION: Final = "MLA_SERVE_UNION_DEFAULT_GRAPH"
_PARENT: Final = "MLA_SERVE_PARENT"
"""Variables that the parent sets for its server processes; not settings for people."""

Progress = Callable[[str], None]


def serve(
    host: str,
    port: int,
    store: str | None,
    *,
    workers: int,
    settings: Settings,
    union_default_graph: bool,
    progress: Progress,
) -> None:
    """Serve until stopped; each of several workers is a process that opens the store.

    Raises:
        StoreUnavailable, UnreadableInput, InvalidRelease: there is nothing to serve.
    """
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from mla_graph.service.process import sockets as listening
    from mla_graph.service.process.connections import raise_descriptors

    raise_descriptors()
    options = {"host": host, "port": port, **_options(settings)}
    if workers == 1:
        uvicorn.run(_app(store, union_default_graph, settings, progress), **options)
        return
    if store is None:
        build.ensure(settings, Sources.shipped(), progress)
    with ExitStack() as until:
        os.environ |= _environment(store, union_default_graph, settings)
        if folder := make_folder(settings.home, until):
            os.environ[FOLDER] = str(folder)
        os.environ[_PARENT] = str(os.getpid())
        application = "mla_graph.service.serve:app_from_environment"
        config = uvicorn.Config(application, factory=True, workers=workers, **options)
        Multiprocess(config, sockets=[listening.bind(config)]).run()


def _options(settings: Settings) -> dict[str, Any]:
    """Give uvicorn what does not depend on address and number of processes."""
    from mla_graph.service.process.connection import Connection
    from mla_graph.service.process.connections import Connections, Limits
    from mla_graph.service.telemetry import logs

    return {
        "http": partial(Connection, Connections(Limits.of(settings))),
        "ws": "none",
        "log_config": logs.configuration(settings),
        "access_log": False,  # its lines hold the query texts; ours do not
        "server_header": False,
        "proxy_headers": settings.trusted_proxies is not None,
        "forwarded_allow_ips": settings.trusted_proxies or "",
        "timeout_graceful_shutdown": math.ceil(settings.query_timeout) + 10,
    }


def app_from_environment() -> "FastAPI":
    """Make the application of one of several server processes."""
    end_with_parent(int(os.environ[_PARENT]))
    reserve()
    return _app(
        os.environ.get(_STORE) or None,
        os.environ.get(_UNION) == "1",
        Settings.from_environ(),
        lambda message: None,
    )


def _app(
    store: str | None, union_default_graph: bool, settings: Settings, progress: Progress
) -> "FastAPI":
    # All that is imported and made here lives as long as the process. To search it for garbage
    # takes a sixth of the start, and time at every full collection later.
    gc.disable()
    from mla_graph.service.app import create_app

    app = create_app(open_context(store, union_default_graph, settings, progress))
    gc.freeze()
    gc.enable()
    return app


def open_context(
    store: str | None, union_default_graph: bool, settings: Settings, progress: Progress
) -> "ServiceContext":
    """Open what is to be served: nothing = the shipped graph, a URL = an endpoint, else a folder.

    Raises:
        StoreUnavailable, UnreadableInput, InvalidRelease: it cannot be opened or built.
    """
    from mla_graph.service.context import Opened, ServiceContext

    sources = Sources.shipped()
    serving = partial(
        ServiceContext,
        settings=settings,
        sources=sources,
        catalogue=Catalogue.load(sources.queries),
    )
    named = find_graph(store, settings, progress)
    if isinstance(named, Endpoint):
        from mla_graph.service.process.releases import FollowingEndpoint

        endpoint = FollowingEndpoint(named.url, settings)
        return serving(opened=Opened(endpoint.opened), newer=endpoint.newer)
    if not named.store_dir.is_dir():
        raise StoreUnavailable(
            f"There is no folder {named.store_dir}; --store takes a folder or a URL."
        )
    if named.release is None:
        pool = _adhoc(named.store_dir, union_default_graph, settings)
        return serving(opened=Opened(named.open(settings, union_default_graph), adhoc=pool))
    from mla_graph.service.process.releases import Following

    opening = partial(_opened, union_default_graph=union_default_graph, settings=settings)
    return serving(
        opened=opening(named.release),
        newer=Following(named.path, opening).newer if named.path.is_symlink() else None,
    )


def _opened(release: Release, *, union_default_graph: bool, settings: Settings) -> "Opened":
    from mla_graph.service.context import Opened

    return Opened(
        directory.open_release(release, in_memory=False),
        release,
        _adhoc(release.store_dir, union_default_graph, settings),
        _memory_copy(release, settings),
    )


def _adhoc(folder: Path, union_default_graph: bool, settings: Settings) -> "MakePool":
    return partial(
        AdhocPool,
        folder,
        union_default_graph=union_default_graph,
        size=settings.workers_adhoc,
        limits=Limits(deadline=settings.query_timeout, memory=settings.query_memory),
        federation=_federation(settings),
    )


def _federation(settings: Settings) -> Federation | None:
    if settings.service_hosts is None:
        return None
    return Federation(VettedHttp(settings.service_hosts.split(",")))


def _memory_copy(release: Release, settings: Settings) -> Callable[[], Store] | None:
    if release.manifest.quads > settings.memory_quads:
        return None
    return lambda: directory.open_release(release, in_memory=True)


def _environment(
    store: str | None, union_default_graph: bool, settings: Settings
) -> dict[str, str]:
    values = {one.name: getattr(settings, one.field) for one in variables()}
    texts = {
        name: value.reveal() if isinstance(value, Secret) else str(value)
        for name, value in values.items()
        if value is not None
    }
    return texts | {
        _STORE: store or "",
        _UNION: "1" if union_default_graph else "0",
    }
