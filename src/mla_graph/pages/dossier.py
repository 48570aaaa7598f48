"""The page of a dossier, for the service and for a file."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from mla_graph.dossier import memo
from mla_graph.dossier.model import Dossier
from mla_graph.dossier.speech import Speech, speaking
from mla_graph.pages.card import cards, certainty, offences
from mla_graph.pages.language import spoken, translated
from mla_graph.pages.render import render

Called = Callable[[str], str | None]
"""Gives the label of an IRI in the language of the page."""


def in_language(called: Called) -> AbstractContextManager[None]:
    """Have the lines of a dossier in the language of the page; in English codes are words."""
    language = spoken().language
    return speaking(Speech() if language == "en" else Speech(language, translated, called))


def page(dossier: Dossier, layout: str, link: Callable[[str], str | None], **more: Any) -> str:
    """Write the page; ``link`` gives the address of a resource, ``more`` what the layout adds."""
    found = cards(dossier)
    values = dict.fromkeys(("fields", "formats", "papers", "address", "cited_release")) | {
        "why": "#section-instruments"
    }
    return render(
        "dossier.html",
        layout=layout,
        link=link,
        dossier=dossier,
        memo=memo,
        all_cards=found,
        offences=offences(dossier),
        certainty=certainty,
        unknown=list(dict.fromkeys(key for card in found for key in card.unknown)),
        cited={
            *(number for card in found for number in card.cited),
            *(number for one in dossier.essentials.beware for number in one.references),
        },
        **(values | more),
    )
