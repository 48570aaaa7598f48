"""`mla-graph review`: saved pages and their drafts side by side, a decision on each fact."""

import secrets
import socket
from pathlib import Path

import click

from mla_graph.model.sources import Sources


@click.command("review", short_help="Review saved pages fact by fact, in the browser.")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--reviewer",
    required=True,
    metavar="AGENT",
    help="Who decides: the key or English name of an agent of the graph, or the name of a new one.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reviewed"),
    show_default=True,
    help="The folder for the Turtle files, laid out like graph_data/.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port; a free one unless given."
)
@click.option("--open/--no-open", "open_browser", default=True, help="Open the browser.")
def command(folder: Path, reviewer: str, out: Path, port: int, open_browser: bool) -> None:
    """Show each saved page in FOLDER beside the facts that rules read from it. Accept, change or
    reject each fact, with the buttons or the keys a, c and r; j and k go to the next and the
    previous. What a fact was read from is marked in the page, and so is what was not understood.

    Where the graph has the page already, each fact is compared with it: new, changed, as in the
    graph, or in the graph but not read from this page. A version reviewed on a later day
    supersedes the one in the graph, which is kept under a key with its day.

    Every decision is written at once into PAGE.decisions.json beside the page, so that you may stop
    at any time and go on later. After the last decision on a page its facts are written as Turtle
    below OUT, each with the decision, who took it and when. `mla-graph validate OUT` checks them.

    The server listens on this machine alone (127.0.0.1), at an address with a secret in it. Stop it
    with Ctrl-C.

    \b
    Examples:
      mla-graph review saved-pages --reviewer "Jane Doe"
      mla-graph review saved-pages --reviewer ejn-secretariat --out reviewed --port 8123 --no-open
      mla-graph validate reviewed
    """
    import uvicorn

    from mla_graph.review.app import review_app
    from mla_graph.review.desk import Desk

    desk = Desk(folder, out, reviewer, Sources.shipped())
    token = secrets.token_urlsafe(24)
    with socket.create_server(("127.0.0.1", port)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/{token}/"
        click.echo(f"{len(desk.pages)} pages. Review them at {address}", err=True)
        if open_browser:
            click.launch(address)
        config = uvicorn.Config(
            review_app(desk, token), log_level="warning", access_log=False, server_header=False
        )
        uvicorn.Server(config).run(sockets=[listening])
