"""`mla-graph doctor`: what is installed, which release, is it healthy."""

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import click

from mla_graph.cli.failures import UNAVAILABLE
from mla_graph.cli.stores import shipped_release
from mla_graph.model.about import ISSUES_URL
from mla_graph.model.errors import MlaGraphError, StoreUnavailable
from mla_graph.model.settings import Settings, variables
from mla_graph.model.sources import Sources
from mla_graph.release import directory
from mla_graph.release.directory import Release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run

_LIBRARIES: Final = ("pyoxigraph", "rdflib", "pyshacl", "SPARQLWrapper", "fastapi", "uvicorn")
_PROBE: Final = "states"


@dataclass(frozen=True)
class _Checks:
    """Each check gives what it found, or raises what is wrong."""

    settings: Settings
    sources: Sources

    def release(self) -> str:
        release = self._release()
        manifest = release.manifest
        return (
            f"{release.id[:12]} of {manifest.created}, {manifest.quads:,} quads in "
            f"{len(manifest.graphs)} named graphs and {manifest.merged.triples:,} merged triples"
        )

    def up_to_date(self) -> str:
        stated, now = self._release().manifest.source_hash, self.sources.source_hash()
        if stated != now:
            raise StoreUnavailable(
                f"the release was built from other sources ({stated[:12]}, now {now[:12]})"
            )
        return f"built from these very sources ({now[:12]})"

    def store(self) -> str:
        release = self._release()
        with_graphs = directory.open_release(release, in_memory=False)
        found, expected = len(with_graphs), release.manifest.quads
        with_graphs.close()
        if found != expected:
            raise StoreUnavailable(f"it holds {found:,} quads instead of {expected:,}")
        return f"opens and holds {found:,} quads"

    def answers(self) -> str:
        catalogue = Catalogue.load(self.sources.queries)
        store = directory.open_release(self._release(), in_memory=False)
        found = rows(run(store, bind(catalogue.get(_PROBE), store, {})))
        store.close()
        if not found:
            raise StoreUnavailable(f"the query {_PROBE} gives no rows")
        return f"{len(catalogue.names)} saved queries; {_PROBE} gives {len(found)} rows"

    def _release(self) -> Release:
        release = directory.current(self.settings.home)
        if release is None:
            raise StoreUnavailable(f"there is none in {self.settings.home}")
        return release


@click.command("doctor", short_help="Tell what is installed and whether it is healthy.")
@click.option("--no-build", is_flag=True, help="Do not build a missing or outdated release.")
def command(no_build: bool) -> None:
    """Tell versions, folders, the release and the settings in effect, and check that the graph
    answers. Exit code 0 if it is healthy, 3 if not. Send the output along with an error report.

    \b
    Examples:
      mla-graph doctor
      mla-graph doctor --no-build
    """
    for name, value in _installed():
        _line(name, value)
    settings = Settings.from_environ()
    _line("home", f"{settings.home}{'' if os.environ.get('MLA_HOME') else ' (the default)'}")
    sources = Sources.shipped()
    _line("sources", str(sources.root))
    for variable in variables():
        if variable.field != "home":
            value = getattr(settings, variable.field)
            _line(variable.name, "not set" if value is None else str(value))
    if not no_build:
        _checked("build", lambda: shipped_release(settings).path.as_posix())
    checks = _Checks(settings, sources)
    results = [
        _checked("release", checks.release),
        _checked("up to date", checks.up_to_date),
        _checked("store", checks.store),
        _checked("answers", checks.answers),
    ]
    if all(results):
        click.echo("Healthy.")
        return
    click.echo(f"Not healthy: `mla-graph build` makes the release anew. Errors: {ISSUES_URL}")
    click.get_current_context().exit(UNAVAILABLE)


def _installed() -> Iterator[tuple[str, str]]:
    from mla_graph import __version__

    yield "mla-graph", __version__
    yield "Python", f"{platform.python_version()} on {platform.platform()}"
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "missing"


def _line(name: str, value: str) -> None:
    click.echo(f"{name:<20} {value}")


def _checked(name: str, check: Callable[[], str]) -> bool:
    try:
        _line(name, f"ok: {check()}")
    except MlaGraphError as error:
        _line(name, f"WRONG: {error.detail}")
        return False
    return True
