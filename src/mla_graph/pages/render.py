"""Pages from templates."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mla_graph import __version__
from mla_graph.model.about import DATA_LICENCE, DATA_LICENCE_URL, ISSUES_URL
from mla_graph.pages.address import ROOT
from mla_graph.pages.drawing import network, world
from mla_graph.pages.language import (
    LANGUAGES,
    in_words,
    kept_language,
    spoken,
    translated,
    translated_count,
)

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
"""Folder of the stylesheet and the scripts."""


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from mla_graph.dossier.rows import proviso
    from mla_graph.dossier.speech import worded

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(translated, translated_count, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {"voice": voice, "day": in_words, "plain": _plain, "begun": _begun}
    environment.globals.update(
        proviso=proviso,
        network=network,
        world=world,
        worded=worded,
        ours=ours,
        version=__version__,
        issues_url=ISSUES_URL,
        data_licence=DATA_LICENCE,
        data_licence_url=DATA_LICENCE_URL,
        root=ROOT.get,
        languages=LANGUAGES,
        spoken=spoken,
        kept_language=kept_language,
        english=lambda: tongue("en"),
        tongue=tongue,
    )
    return environment


def tongue(language: str) -> "Markup":
    """Give the attribute that marks text in a language other than that of the page."""
    from markupsafe import Markup

    foreign = language and language != spoken().language
    return Markup(' lang="{}"').format(language) if foreign else Markup("")


def voice(text: str | None, around: str = "") -> "Markup":
    """Write a label without its full stop, marked where its language is not that around it."""
    from markupsafe import Markup

    language = getattr(text, "language", "")
    said = (text or "").removesuffix(".")
    if not language or language == (around or spoken().language):
        return Markup("{}").format(said)
    return Markup('<span lang="{}">{}</span>').format(language, said)


def _begun(text: str) -> str:
    """Begin a text with a capital letter and leave the others as they are."""
    return text[:1].upper() + text[1:]


def ours(text: str) -> "Markup":
    """Give a text of ours in the language of the page, or marked as English without one."""
    from markupsafe import Markup

    said = translated(text)
    if said == text and spoken().language != "en":
        return Markup('<span lang="en">{}</span>').format(text)
    return Markup("{}").format(said)


def _plain(text: str | None) -> str:
    return (text or "").removesuffix(".")


def render(template: str, **values: Any) -> str:
    """Fill a template; every value is escaped."""
    return _environment().get_template(template).render(values)
