"""Legal bases of a page: instruments, national acts, and the provisions cited of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.ingest.facts.nodes import Node, code, day, properties, ref, text
from mla_graph.ingest.facts.records import Rejected
from mla_graph.ingest.facts.tables import mapping, rows
from mla_graph.ingest.identity.acts import whole_day
from mla_graph.ingest.kinds.shared.fiche import NOTHING, Fiche, Item
from mla_graph.ingest.kinds.shared.provision_nodes import provision
from mla_graph.ingest.kinds.shared.statutes import ROLES, statute, statutory_role
from mla_graph.model.errors import InvalidValue

GROUPS: Final = ("any", "eio-states", "non-eio-states", "treaty-parties")

_ARTICLE = re.compile(r"(\d+[a-z]?(?:[-/.]\d+[a-z]*)*(?:\(\w+\))*)(?: ff\.?)?")
_BOUND_BY_ORDER: Final = "eu-dir-2014-41"
_BY_CONDITION: Final = "Named by the page with a condition alone."


@dataclass
class _Role:
    """The role of a national act, and the articles cited of it."""

    node: Node
    act: str
    instrument: str | None
    item: Item
    articles: list[str] = field(default_factory=list)


def bases(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    """Make the legal bases: instruments first, then national acts.

    An act that gives an instrument effect is a basis itself where the page cites its articles.
    References that name no known instrument are added to ``left``.
    """
    ranks = count(1)
    roles: dict[str, _Role] = {}
    for item in fiche.record.objects("statutes"):
        yield from _read_role(fiche, item, roles)
    given: set[str] = set()
    for item in fiche.record.objects("instruments"):
        key = item.get("key") or mapping("instrument-names").get(str(item.get("ref")).lower())
        if not key:
            left.append(f"Also cites: {item.get('ref')}.")
            continue
        given.add(key)
        yield from _on_instrument(fiche, key, next(ranks), roles, item)
    for item in fiche.record.objects("conditions"):
        if (key := item.get("instrument")) and key not in given:
            given.add(key)
            yield from _on_instrument(fiche, key, next(ranks), roles, note=_BY_CONDITION)
    for role in roles.values():
        if role.articles or role.instrument not in given:
            yield from _on_act(fiche, role, next(ranks))


def cited(
    fiche: Fiche, kind: str, key: str, articles: list[str], item: Item
) -> tuple[dict[str, Any], list[Node]]:
    """Return the properties that cite articles of an act, and the provisions.

    An article that is more than a number is kept as it is cited.
    """
    matches = [_ARTICLE.fullmatch(article) for article in articles]
    values: dict[str, Any] = {}
    if any(match is None or match[1] != match[0] for match in matches):
        written = ", ".join(dict.fromkeys(articles))
        values["mla:citedAs"] = code(f"Art. {written}" if written[:1].isdigit() else written)
    nodes = [provision(key, match[1], fiche.place(item)) for match in matches if match]
    if kind == "statute":
        owner = properties({"eli:is_part_of": ref("statute", key)})
        file = f"statutes/{fiche.iso.lower()}/{key}"
        nodes = [replace(n, file=file, properties={**n.properties, **owner}) for n in nodes]
    values["mla:statedIn"] = [ref("provision", node.key) for node in nodes]
    return values, nodes


def _on_instrument(
    fiche: Fiche,
    key: str,
    rank: int,
    roles: dict[str, _Role],
    item: Item = NOTHING,
    note: str | None = None,
) -> Iterator[Node]:
    """Make the basis in an instrument, with the act that gives it effect."""
    group = item.get("scope") or "treaty-parties"
    if group not in GROUPS:
        raise Rejected(f"scope {group!r} is none of {', '.join(GROUPS)}")
    articles, slip = _without_slips(fiche, key, item.get("articles") or [])
    values, provisions = cited(fiche, "instrument", key, articles, item)
    yield from provisions
    effect = [name for name, role in roles.items() if role.instrument == key]
    if fiche.open and len(effect) > 1:
        effect = []
    values |= {
        "mla:readingNote": text(note or slip),
        "mla:restsOn": ref("instrument", key),
        "mla:appliesToGroup": ref("applies-to", "eio-states" if key == _BOUND_BY_ORDER else group),
        "mla:rank": ox.Literal(item.get("rank") or rank),
        "mla:hasStatutoryRole": [ref("statutory-role", name) for name in effect[:1]],
    }
    yield fiche.part("legal-basis", key, "LegalBasis", values, item)


def _on_act(fiche: Fiche, role: _Role, rank: int) -> Iterator[Node]:
    """Make the basis in a national act; an open record leaves the group to the curator."""
    values, provisions = cited(fiche, "statute", role.act, role.articles, role.item)
    yield from provisions
    values |= {
        "mla:restsOn": ref("statute", role.act),
        "mla:appliesToGroup": None if fiche.open else ref("applies-to", "any"),
        "mla:rank": ox.Literal(role.item.get("rank") or rank),
        "mla:hasStatutoryRole": ref("statutory-role", role.node.key),
    }
    name = role.node.key.removeprefix(f"{fiche.iso.lower()}-")
    yield fiche.part("legal-basis", name, "LegalBasis", values, role.item)


def _without_slips(
    fiche: Fiche, instrument: str, articles: list[str]
) -> tuple[list[str], str | None]:
    """Return the articles without a known slip of the page, and the note on that slip."""
    for state, measure, key, article, note in rows("slips"):
        where = f"{state}-{measure}".lower()
        if (where, key) == (fiche.key, instrument) and article in articles:
            fiche.record.changed(f"article {article} of {key} left out: a slip of the page")
            return [other for other in articles if other != article], note
    return articles, None


def _read_role(fiche: Fiche, item: Item, roles: dict[str, _Role]) -> Iterator[Node]:
    """Make a national act and its role, and collect the articles cited of it in ``roles``."""
    title, role, instrument = item.get("title"), item.get("role"), item.get("instrument")
    if not isinstance(title, str) or role not in ROLES:
        raise Rejected(f"statutes holds {item!r}; it should have title, date and role")
    act = statute(fiche.merge, fiche.iso, title.strip(), _date(item), fiche.place(item))
    yield act
    if role in ("approves", "transposes") and not instrument:
        fiche.record.changed(f"{title}: {role}, but the record does not say what")
        role = "basis"
    node = statutory_role(act, fiche.iso, role, instrument)
    yield node
    found = roles.setdefault(node.key, _Role(node, act.key, instrument, item))
    found.articles.extend(item.get("articles") or [])


def _date(item: Item) -> str | None:
    try:
        day(date := whole_day(item.get("date")))
    except InvalidValue as error:
        raise Rejected(f"statutes: {error.detail.rstrip('.')}") from None
    return date
