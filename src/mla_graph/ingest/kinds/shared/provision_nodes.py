"""Provisions of instruments: their keys and the bare node that a reference needs."""

import re

from mla_graph.ingest.facts.excel_dates import check_no_date
from mla_graph.ingest.facts.nodes import Node, Provenance, code, properties, ref, slug, text

_ARTICLE = re.compile(r"\d+[a-z]?(\(\w+\))*")
_HYPHENATED = re.compile(r"(\d{1,9})-(\d{1,9})(?![-\d])")


def _is_range(article: str) -> bool:
    """Return whether "48-53" is a range and not one number as "706-47" of a French code."""
    found = _HYPHENATED.fullmatch(article)
    return found is not None and int(found[1]) < int(found[2])


def provision_key(instrument: str, article: str) -> str:
    """Return the key of an article or range: ``10(2)`` gives ``…-art-10-2``."""
    words = article.replace("-", "-to-") if _is_range(article) else article
    numbered = article[:1].isdigit()
    return f"{instrument}-{'art-' if numbered else ''}{slug(words)}"


def citation(article: str) -> str:
    """Format the number as lawyers cite it."""
    if _is_range(article):
        return f"Arts {article}"
    return f"Art. {article}" if article[:1].isdigit() else article


def _name(article: str) -> str:
    """Format the number as a label."""
    if not article[:1].isdigit():
        return article[:1].upper() + article[1:]
    return f"{'Articles' if _is_range(article) else 'Article'} {article}"


def provision(instrument: str, article: str, provenance: Provenance | None) -> Node:
    """Make a provision with its number alone, for references.

    Raises:
        Rejected: a spreadsheet has made a date of the number.
    """
    check_no_date("article", article)
    if article.startswith("chapter-"):
        article = article.replace("-", " ", 1)
    values = {
        "rdfs:label": text(_name(article)),
        "eli:is_part_of": ref("instrument", instrument),
        "eli:number": code(article) if _ARTICLE.fullmatch(article) else None,
        "mla:citation": code(citation(article)),
    }
    key = provision_key(instrument, article)
    file = f"instruments/{instrument}"
    return Node("provision", key, "Provision", file, properties(values), provenance, stub=True)
