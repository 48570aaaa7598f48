"""The saved queries of a folder, each read at its first use."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Self, cast

from mla_graph.model.errors import UnknownQuery, UnreadableInput
from mla_graph.model.sparql_text import leading_keyword
from mla_graph.saved_queries import header
from mla_graph.saved_queries.header import Column, Given, Parameter
from mla_graph.saved_queries.template import Template

Form = Literal["select", "construct", "ask"]
_FORMS = ("select", "construct", "ask")
ENUMERATIONS = "parameters"
"""The folder, beside the queries, with parameters and the lists of their values."""
FEDERATED = "federated"
"""The folder, beside the queries, of those that call other endpoints; their names begin so."""


@dataclass(frozen=True)
class SavedQuery:
    """A query with its header. `text` is the whole file, `template` the query without header.

    The rows of the query `before`, as `given` describes, go into the gaps `row_gaps` of the
    template, each with the columns that it takes. `rows_only`: the query asks only these rows.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    form: Form
    text: str
    template: Template
    enumerations: Path
    given: Given | None
    before: "SavedQuery | None"
    row_gaps: Mapping[str, tuple[str, ...]]
    rows_only: bool

    @property
    def federated(self) -> bool:
        """Return whether it calls other endpoints (SERVICE)."""
        return self.name.startswith(f"{FEDERATED}/")

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """Return the names of the parameters in their order."""
        return tuple(parameter.name for parameter in self.parameters)

    @cached_property
    def number_names(self) -> frozenset[str]:
        """Return the members of a JSON body that are numbers: parameters, limit and offset."""
        numbers = (parameter.name for parameter in self.parameters if parameter.type == "integer")
        return frozenset(("limit", "offset", *numbers))

    @cached_property
    def list_names(self) -> frozenset[str]:
        """Return the parameters that may be lists in a JSON body."""
        return frozenset(parameter.name for parameter in self.parameters if parameter.list)

    @classmethod
    def parse(cls, name: str, text: str, enumerations: Path) -> Self:
        """Read a query; `enumerations` is the folder of the queries that list values.

        Raises:
            UnreadableInput: the header is wrong, or the text is no SELECT, CONSTRUCT or ASK.
        """
        yaml_text, body = header.split(text)
        about = header.parse(yaml_text, name, enumerations)
        form = leading_keyword(body).lower()
        if form not in _FORMS:
            raise UnreadableInput(f"The query {name} should be a SELECT, a CONSTRUCT or an ASK.")
        template, row_gaps = Template.cut_rows(body)
        before = None
        if about.given is not None:
            path = enumerations.parent / f"{about.given.query}.rq"
            before = cls.parse(about.given.query, path.read_text("utf-8"), enumerations)
        return cls(
            name=name,
            summary=about.summary,
            description=about.description,
            tags=about.tags,
            parameters=about.parameters,
            columns=about.columns,
            form=cast(Form, form),
            text=text,
            template=template,
            enumerations=enumerations,
            given=about.given,
            before=before,
            row_gaps=row_gaps,
            rows_only=about.asks == "rows",
        )


class Catalogue:
    """The saved queries of a folder, by name; safe to share between threads."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self.folder = folder
        self.names = names
        self._read: dict[str, SavedQuery] = {}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """List the queries of the folder, without its subfolders; open no file yet.

        Raises:
            UnreadableInput: there is no such folder.
        """
        try:
            names = sorted(path.stem for path in folder.iterdir() if path.suffix == ".rq")
        except OSError as error:
            raise UnreadableInput(f"{folder} is no folder of saved queries: {error}") from None
        return cls(folder, tuple(names))

    @classmethod
    def load_federated(cls, folder: Path) -> Self:
        """List the queries below the folder that call other endpoints (SERVICE)."""
        names = sorted(f"{FEDERATED}/{path.stem}" for path in (folder / FEDERATED).glob("*.rq"))
        return cls(folder, tuple(names))

    def get(self, name: str) -> SavedQuery:
        """Return the query of this name.

        Raises:
            UnknownQuery: there is none; names the nearest.
            UnreadableInput: its file is wrong.
        """
        if name not in self._read:
            if name not in self.names:
                raise self._unknown(name)
            text = (self.folder / f"{name}.rq").read_text("utf-8")
            self._read[name] = SavedQuery.parse(name, text, self.folder / ENUMERATIONS)
        return self._read[name]

    def __iter__(self) -> Iterator[SavedQuery]:
        """Iterate over all queries by name."""
        return map(self.get, self.names)

    def _unknown(self, name: str) -> UnknownQuery:
        shown = name if len(name) <= 80 else f"{name[:79]}…"
        nearest = difflib.get_close_matches(shown, self.names, n=3)
        rest = (
            f"did you mean {' or '.join(nearest)}?"
            if nearest
            else (f"there are {', '.join(self.names)}.")
        )
        return UnknownQuery(f"There is no saved query {shown!r}; {rest}", name=shown,
                            nearest=nearest)  # fmt: skip


def describe(query: SavedQuery) -> dict[str, object]:
    """Describe a query to its callers in plain JSON values."""

    def plain(texts: tuple[str, ...], parameter: Parameter) -> str | list[str] | None:
        if parameter.list:
            return list(texts) or None
        return texts[0] if texts else None

    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "form": query.form,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "description": parameter.description,
                "required": parameter.required,
                "list": parameter.list,
                "default": plain(parameter.default, parameter),
                "example": plain(parameter.example, parameter),
                "enumeration": parameter.enumeration,
            }
            for parameter in query.parameters
        ],
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "description": column.description,
                "optional": column.optional,
            }
            for column in query.columns
        ],
    }
