"""Find things by words in the index: stems of three languages, slips, every word somewhere."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec
from tantivy import Index, Occur, Query, TextAnalyzer

from mla_graph.model.namespaces import MLAD
from mla_graph.search.index import STEMMED, stems, words

_MOST_WORDS: Final = 32
_WHOLE: Final = 45.0
_START: Final = 32.0
_WORDS: Final = 25.0
"""What a document is worth that has the text as a name, as its beginning, or all of its words."""

_TELLING: Final = 3
"""The beginning of a word is looked for from so many letters, slips from one more."""
_LONG: Final = 8
"""A word of so many letters may have two slips."""
_LONGEST: Final = 60
"""Letters of a word or name that may have slips; no word is longer."""
_AT_ONCE: Final = 100
"""Documents that are read at once; a thing has several."""


class Hit(NamedTuple):
    """A thing that was found; ``language`` of its label is empty if the asked one is missing."""

    thing: str
    kind: str
    label: str
    language: str
    match: str
    score: int


def find(
    index: Index, text: str, kind: str | None = None, lang: str = "en", most: int | None = 10
) -> list[Hit]:
    """Find things, best first; of score 4 the text is a name, 3 its beginning, 2 words of one."""
    asked = tuple(word[:_LONGEST] for word in words(text)[:_MOST_WORDS])
    if not asked:
        return []
    search = _Search(index, asked, kind)
    for sure, query in search.stages():
        if found := list(islice(_hits(search, query, sure, lang), most)):
            return found
    return []


class _Search:
    """The queries that a text is, from what it says exactly to what it may mean."""

    def __init__(self, index: Index, asked: tuple[str, ...], kind: str | None) -> None:
        self.searcher = index.searcher()
        self._schema = index.schema
        self._kind = kind
        self._words = tuple(filter(_counts, asked)) or asked
        self._wholes = tuple(dict.fromkeys(("".join(asked), "".join(self._words))))

    def stages(self) -> Iterator[tuple[bool, Query]]:
        """Yield the queries in their order; with each whether it takes the words as they are."""
        yield True, self._query(self._same)
        yield False, self._query(self._begun)
        yield False, self._query(self._one_slip, slips=1)
        yield False, self._query(self._two_slips, slips=1)
        if len(self._words) > 2:
            yield False, self._query(self._two_slips, slips=1, missing=1)

    def page(self, query: Query, offset: int) -> list[Any]:
        """Return score and address of the next documents."""
        found = self.searcher.search(
            query, _AT_ONCE, count=False, offset=offset, weight_by_field="weight"
        )
        return found.hits

    def score(self, name: str) -> int:
        """Return 4 if the text is the name, 3 if it begins the name, else 2."""
        whole = "".join(words(name))
        return 4 if whole in self._wholes else 3 if whole.startswith(self._wholes) else 2

    def _query(
        self, meant: Callable[[str], list[Query]], slips: int = 0, missing: int = 0
    ) -> Query:
        each = [(Occur.Should, Query.disjunction_max_query(meant(word))) for word in self._words]
        every = Query.boolean_query(each, len(each) - missing)
        ways = [Query.const_score_query(every, _WORDS)]
        for place, whole in enumerate(self._wholes):
            short = len(whole) < _TELLING + slips
            same = self._near("whole", whole, 0 if short else slips)
            ways.append(Query.const_score_query(same, _WHOLE - place))
            if not short:
                ways.append(Query.const_score_query(self._beginning("whole", whole), _START))
        best = Query.disjunction_max_query(ways)
        if self._kind is None:
            return best
        of_kind = Query.const_score_query(self._near("kind", self._kind, 0), 0.0)
        return Query.boolean_query([(Occur.Must, best), (Occur.Must, of_kind)])

    def _near(self, field: str, text: str, slips: int) -> Query:
        if not slips or len(text) > _LONGEST:
            return Query.term_query(self._schema, field, text)
        return Query.fuzzy_term_query(self._schema, field, text, slips)

    def _beginning(self, field: str, text: str) -> Query:
        return Query.fuzzy_term_query(self._schema, field, text, 0, prefix=True)

    def _same(self, word: str) -> list[Query]:
        """Return the word and its stem in each language."""
        return [self._near(field, text, 0) for field, text in _forms(word)]

    def _begun(self, word: str) -> list[Query]:
        return [*self._same(word), *self._more(word, 0)]

    def _one_slip(self, word: str) -> list[Query]:
        return [*self._begun(word), *self._more(word, 1)]

    def _two_slips(self, word: str) -> list[Query]:
        return [*self._begun(word), *self._more(word, 2 if len(word) >= _LONG else 1)]

    def _more(self, word: str, slips: int) -> list[Query]:
        """Return the words that begin so, or that are so but for slips."""
        if len(word) < _TELLING + bool(slips) or word.isdecimal():
            return []
        if not slips:
            return [self._beginning("word", word)]
        return [self._near(field, text, slips) for field, text in _forms(word)]


def _hits(search: _Search, query: Query, sure: bool, lang: str) -> Iterator[Hit]:
    """Read the documents of a query, best first, each thing once."""
    seen: set[str] = set()
    offset = 0
    while hits := search.page(query, offset):
        for _, address in hits:
            document = search.searcher.doc(address)
            thing, name = document["thing"][0], document["name"][0]
            if thing in seen:
                continue
            seen.add(thing)
            labels = msgspec.json.decode(document["labels"][0], type=dict[str, str])
            label = labels.get(lang)
            yield Hit(
                thing,
                thing.removeprefix(MLAD).partition("/")[0],
                label or labels[""],
                lang if label else "",
                name or label or labels[""],
                search.score(name) if sure and name else 1,
            )
        offset += _AT_ONCE


@cache
def _analyzers() -> dict[str, TextAnalyzer]:
    return {language: stems(name) for language, name in STEMMED.items()}


def _counts(word: str) -> bool:
    """Return whether a word means something in each language."""
    return word.isdecimal() or (len(word) > 1 and len(_forms(word)) > len(STEMMED))


def _forms(word: str) -> list[tuple[str, str]]:
    """Return the word and its stems, each with the field that has such."""
    stemmed = {language: one.analyze(word) for language, one in _analyzers().items()}
    return [("word", word), *((language, found[0]) for language, found in stemmed.items() if found)]
