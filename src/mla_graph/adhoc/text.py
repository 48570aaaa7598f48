"""What is looked at in the text of a query before the engine gets it.

It is done in the worker: a text of a megabyte can take seconds, which count towards the deadline.
"""

from typing import Final

from mla_graph.model.errors import InputError, QuerySyntaxError
from mla_graph.model.sparql_calls import calls_service
from mla_graph.model.sparql_text import nested_beyond

NO_SERVICE: Final = "This query calls another endpoint (SERVICE); only this graph is asked here."
_MOST_NESTED: Final = 500


def too_nested() -> QuerySyntaxError:
    """Compose the error for a query that would overflow the stack of a parser."""
    detail = "The query is too deeply nested to be parsed."
    return QuerySyntaxError(detail, line=None, column=None)


def check(text: str) -> None:
    """Refuse what the engine must not get.

    Raises:
        QuerySyntaxError: brackets are nested too deeply.
        InputError: the query calls another endpoint.
    """
    if nested_beyond(text, _MOST_NESTED):
        raise too_nested()
    if calls_service(text):
        raise InputError(NO_SERVICE)
