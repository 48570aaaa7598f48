"""The errors of queries in workers."""

import json
import signal
from typing import Final, NamedTuple

from mla_graph.adhoc.process import Failure
from mla_graph.adhoc.text import NO_SERVICE, too_nested
from mla_graph.model.errors import (
    AnswerTooLarge,
    InputError,
    LimitReached,
    MlaGraphError,
    QuerySyntaxError,
    StoreUnavailable,
    UpdateRefused,
)
from mla_graph.model.sparql_calls import may_call_service

_CRASHES: Final = (-signal.SIGSEGV, -signal.SIGBUS)


class Limits(NamedTuple):
    """What one query may take: seconds, bytes of memory, and seconds for a free worker.

    ``wait`` is the deadline unless given.
    """

    deadline: float = 10.0
    memory: int = 1 << 30
    wait: float | None = None

    def too_slow(self) -> LimitReached:
        """Compose the error for a query that runs into the deadline."""
        return LimitReached(
            f"The query took longer than {self.deadline:g} s; ask for less, or more precisely.",
            limit="time",
        )

    def too_large(self) -> LimitReached:
        """Compose the error for a query that runs into the limit on memory."""
        return LimitReached(
            f"The query needs more than the {self.memory >> 20} MiB of memory that it may have; "
            "ask for less, or more precisely.",
            limit="memory",
        )


USUAL: Final = Limits()


class Ended(Exception):
    """A worker ended, or ran out of memory, over a query."""

    def __init__(self, reason: MlaGraphError, may_be_by_chance: bool) -> None:
        super().__init__(reason.detail)
        self.reason = reason
        self.may_be_by_chance = may_be_by_chance


def too_much(bound: str) -> AnswerTooLarge:
    """Compose the error for an answer that reaches a bound and cannot be marked as cut."""
    return AnswerTooLarge(
        f"The answer has more {bound} than are given; ask for less, for example with LIMIT"
        " and OFFSET.",
        limit=bound,
    )


def why_failed(failure: Failure, text: str, limits: Limits, asked: int) -> MlaGraphError | Ended:
    """Explain a worker's message; ``asked`` counts the queries that the worker had."""
    match failure.what:
        case "refused":
            return _refused(**json.loads(failure.message))
        case "memory":
            return Ended(limits.too_large(), asked > 1)
        case "query":
            return InputError(f"The query cannot be answered: {failure.message.rstrip('.')}.")
    if may_call_service(text):
        return InputError(NO_SERVICE)
    return StoreUnavailable(f"The store cannot be read: {failure.message}")


def _refused(*, update: bool, detail: str, place: dict[str, int | None]) -> InputError:
    if update:
        return UpdateRefused(detail)
    return QuerySyntaxError(detail, **place) if place else InputError(detail)


def why_ended(status: int, text: str, limits: Limits, asked: int) -> Ended:
    """Explain the exit status of a worker; ``asked`` counts the queries that it had."""
    if status in _CRASHES:
        return Ended(too_nested(), True)
    if status == -signal.SIGXCPU:
        return Ended(limits.too_slow(), False)
    if may_call_service(text):  # the engine gives up when it may not set up TLS
        return Ended(InputError(NO_SERVICE), False)
    by_memory = status == -signal.SIGABRT
    return Ended(limits.too_large(), not by_memory or asked > 1)
