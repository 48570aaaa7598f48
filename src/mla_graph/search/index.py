"""The index of a release: a document for each text of a thing, and one for all its texts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from math import log10
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import msgspec
import pyoxigraph as ox
from filelock import FileLock

from mla_graph.model.names import fold
from mla_graph.model.namespaces import MLAD
from mla_graph.store.interface import Store

if TYPE_CHECKING:
    import tantivy

_HERE: Final = Path(__file__).parent
NAMES: Final = _HERE / "names.rq"
"""The query on what things are called."""

FOLDER: Final = "search-2"
"""The folder of the index in that of a release; the number grows with what it holds."""

STEMMED: Final = {"en": "english", "fr": "french", "de": "german"}
"""The languages whose words are reduced to stems, each a field."""

_KINDS: Final = {
    "measure": 0.7, "state": 0.65, "instrument": 0.6, "authority": 0.5, "implementation": 0.15,
    "statute": 0.15,
}  # fmt: skip
"""How much better than the rest a thing of the kind is."""

_WRITER_BYTES: Final = 50_000_000
_RUN: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def words(text: str) -> tuple[str, ...]:
    """Fold a text into words; letters and digits side by side are two: ``ETS030`` as ``ETS 30``."""
    return fold(_RUN.sub(" ", text))


@dataclass
class _Thing:
    """A thing as it is indexed; texts are folded, each with its languages and its spelling."""

    default: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    texts: dict[tuple[str, ...], tuple[set[str], str]] = field(default_factory=dict)
    links: int = 0

    def add(self, text: ox.Literal) -> None:
        folded = words(text.value)
        languages, spelling = self.texts.get(folded, (set(), text.value))
        known = languages | {text.language or ""}
        self.texts[folded] = known, min(spelling, text.value)


_indexes: WeakKeyDictionary[Store, "tantivy.Index"] = WeakKeyDictionary()


def index_of(store: Store) -> "tantivy.Index | None":
    """Open the index beside the release of a store; write it first if it is missing.

    An index that cannot be written is kept in memory. None: the store is no release here, or the
    library is not installed.

    Raises:
        StoreUnavailable: the texts cannot be read from the store.
    """
    if store.release_folder is None or not installed():
        return None
    if store not in _indexes:
        _indexes[store] = _open(store, store.release_folder / FOLDER)
    return _indexes[store]


def installed() -> bool:
    """Return whether the library of the index is installed (the extra ``search``)."""
    try:
        import tantivy  # noqa: F401
    except ImportError:
        return False
    return True


def _open(store: Store, folder: Path) -> "tantivy.Index":
    import tantivy

    try:
        if not folder.exists():
            with FileLock(folder.with_name(f"{FOLDER}.lock")):
                if not folder.exists():
                    write(store, folder)
        return _with_stems(tantivy.Index.open(str(folder)))
    except (OSError, ValueError):  # a folder for reading only, or a damaged file
        return in_memory(store)


def in_memory(store: Store) -> "tantivy.Index":
    """Make an index of a store that is written nowhere.

    Raises:
        StoreUnavailable: the texts cannot be read from the store.
    """
    import tantivy

    return _filled(store, tantivy.Index(_schema()))


def write(store: Store, folder: Path) -> None:
    """Write the index of a store into a new folder, in one step.

    Raises:
        OSError: the folder cannot be written.
        StoreUnavailable: the texts cannot be read from the store.
    """
    import tantivy

    with TemporaryDirectory(prefix=".building-", dir=folder.parent) as workspace:
        new = Path(workspace) / "new"  # the workspace itself is closed to other users
        new.mkdir()
        _filled(store, tantivy.Index(_schema(), str(new)))
        new.rename(folder)


def _schema() -> "tantivy.Schema":
    import tantivy

    schema = tantivy.SchemaBuilder()
    for name in ("thing", "name", "labels"):
        schema.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("kind", "whole"):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    schema.add_text_field("word", tokenizer_name="whitespace", index_option="basic")
    for language in STEMMED:
        schema.add_text_field(language, tokenizer_name=language, index_option="basic")
    schema.add_float_field("weight", fast=True)
    return schema.build()


def _with_stems(index: "tantivy.Index") -> "tantivy.Index":
    """Register how texts become words and stems."""
    for language, name in STEMMED.items():
        index.register_tokenizer(language, stems(name))
    return index


def stems(language: str) -> "tantivy.TextAnalyzer":
    """Return what drops the small words of a language and reduces the others to their stems."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stopword(language))
    return builder.filter(Filter.stemmer(language)).build()


def _filled(store: Store, index: "tantivy.Index") -> "tantivy.Index":
    _with_stems(index)
    writer = index.writer(_WRITER_BYTES, 1)
    for document in _documents(store):
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def _documents(store: Store) -> Iterator["tantivy.Document"]:
    """Yield the documents in an order of their own: of equal ones the first is found first."""
    things = _things(store)
    around: defaultdict[str, list[str]] = defaultdict(list)
    for row in store.select((_HERE / "around.rq").read_text("utf-8")):
        around[row["thing"].value].append(row["other"].value)
    for iri, thing in sorted(things.items(), key=itemgetter(0)):
        if not thing.texts:
            continue
        for text, (languages, spelling) in sorted(thing.texts.items()):
            yield _document(iri, thing, [(text, languages)], spelling)
        others = [things[other].texts for other in around[iri] if other in things]
        every = chain(thing.texts.items(), *(texts.items() for texts in others))
        yield _document(iri, thing, [(text, languages) for text, (languages, _) in every])


def _document(
    iri: str,
    thing: _Thing,
    texts: Iterable[tuple[tuple[str, ...], set[str]]],
    spelling: str = "",
) -> "tantivy.Document":
    import tantivy

    texts = list(texts)
    kind = iri.removeprefix(MLAD).partition("/")[0]
    better = 1.2 + _KINDS.get(kind, 0) + 0.03 * log10(1 + thing.links)
    if spelling:
        better += 0.02 * max(0, 8 - len(texts[0][0]))
    else:
        better *= 0.85
    document = tantivy.Document(
        thing=iri,
        kind=kind,
        labels=msgspec.json.encode({"": thing.default, **thing.labels}).decode(),
        weight=2**better - 2,  # a search multiplies by the binary logarithm of this and two
        name=spelling,
    )
    for text, languages in texts:
        joined = " ".join(text)
        document.add_text("word", joined)
        for language in languages & STEMMED.keys():
            document.add_text(language, joined)
    if spelling:
        document.add_text("whole", "".join(texts[0][0]))
    return document


def _things(store: Store) -> dict[str, _Thing]:
    things: dict[str, _Thing] = {}
    for row in store.select((_HERE / "texts.rq").read_text("utf-8")):
        thing = things.setdefault(row["thing"].value, _Thing(row["default"].value))
        if isinstance(label := row["label"], ox.Literal):
            thing.labels[label.language or ""] = label.value
            thing.add(label)
        if isinstance(name := row["name"], ox.Literal):
            thing.add(name)
    for row in store.select(NAMES.read_text("utf-8")):
        if (known := things.get(row["value"].value)) and isinstance(row["name"], ox.Literal):
            known.add(row["name"])
    for row in store.select((_HERE / "links.rq").read_text("utf-8")):
        if known := things.get(row["thing"].value):
            known.links = int(row["links"].value)
    return things
