"""`mla-graph`: the group of commands, each imported when it is called."""

import errno
import io
import os
import sys
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

import click

from mla_graph.cli.failures import INTERRUPTED, READER_GONE, Failure
from mla_graph.model.about import NOTICE
from mla_graph.model.errors import MlaGraphError

_COMMANDS: Final = (
    "dossier",
    "query",
    "queries",
    "sparql",
    "serve",
    "stats",
    "export",
    "diff",
    "validate",
    "format",
    "build",
    "publish",
    "import",
    "review",
    "doctor",
)
_LACKS: Final = (
    errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.EROFS,
)  # fmt: skip
_MODULES: Final = {"import": "importing.facts"}


class Commands(click.Group):
    """Commands in the order in which people need them; an error of ours is shown as one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, which holds it as ``command``."""
        if cmd_name not in _COMMANDS:
            return None
        module = _MODULES.get(cmd_name, cmd_name)
        command = import_module(f"mla_graph.cli.commands.{module}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a mistyped one gets the nearest."""
        nearest = get_close_matches(args[0], _COMMANDS, n=1)
        if nearest and nearest[0] != args[0]:
            ctx.fail(f"No such command {args[0]!r}; did you mean {nearest[0]}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what goes wrong into a message and an exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except MlaGraphError as error:
            raise Failure(error) from error
        except BrokenPipeError:
            _write_no_more()
            ctx.exit(READER_GONE)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except (OSError, MemoryError, RuntimeError) as error:
            if (lack := _lack(error)) is None:
                raise
            _write_no_more()
            raise Failure(MlaGraphError(lack)) from error
        return result


_NO_THREAD: Final = "can't start new thread"


def _lack(error: OSError | MemoryError | RuntimeError) -> str | None:
    """Say what this machine lacks; None if the error is a fault of ours."""
    if isinstance(error, MemoryError) or str(error) == _NO_THREAD:
        return "There is too little memory for this."
    if isinstance(error, OSError) and error.errno in _LACKS:
        return f"{error.filename or 'The output'}: {error.strerror}."
    return None


def _write_no_more() -> None:
    """Send what is still in the buffer of standard output nowhere."""
    with suppress(io.UnsupportedOperation):  # in tests
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from mla_graph import __version__

        click.echo(f"mla-graph {__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"\b\n{NOTICE}",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Mutual legal assistance in criminal matters: a graph that answers.

    Which legal basis, which authority, which conditions, languages and time limits, for a measure
    in a state; each fact with its source.

    \b
    Start here:
      mla-graph dossier --requesting BE --executing LU --measure A.30
                                                         the whole answer
      mla-graph queries                                  what can be asked
      mla-graph query legal-bases state=LU measure=A.30  ask it
      mla-graph query authorities state=LU measure=A.30 --format csv > authorities.csv
      mla-graph sparql my.rq                             ask anything else
      mla-graph serve                                    the same over HTTP

    The first command that needs the graph builds it once, into MLA_HOME or the user's data folder.

    \b
    Exit codes: 0 answered (also with no rows), 1 violations, 2 bad input,
    3 store or endpoint unavailable, 4 limit reached.

    \b
    Completion: eval "$(_MLA_GRAPH_COMPLETE=bash_source mla-graph)"   (or zsh_source, fish_source)
    """


if __name__ == "__main__":
    main(prog_name="mla-graph")
