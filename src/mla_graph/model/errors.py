"""The errors that a user can meet.

Each is rendered once for the command line and once as a problem document; neither rendering
lives here.
"""

from typing import Any, ClassVar


class MlaGraphError(Exception):
    """What was wrong and what would be right, in one or two plain sentences (``detail``).

    ``code`` is stable and names the problem type, ``title`` is the same for every instance,
    ``extensions`` are further members of the problem document.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, **extensions: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extensions = extensions


class InputError(MlaGraphError):
    """Something that the caller can mend."""

    code = "bad-input"
    title = "The request cannot be answered as it stands"


class UnknownQuery(InputError):
    """No saved query has this name."""

    code = "unknown-query"
    title = "No such saved query"


class UnknownParameter(InputError):
    """The saved query takes no such parameter."""

    code = "unknown-parameter"
    title = "No such parameter"


class MissingParameter(InputError):
    """A required parameter was not given."""

    code = "missing-parameter"
    title = "A required parameter is missing"


class InvalidValue(InputError):
    """A value has the wrong form: not a date, not a number, out of range."""

    code = "invalid-value"
    title = "A value has the wrong form"


class UnknownValue(InputError):
    """A well-formed value that the graph does not know.

    Extensions: ``parameter``, ``value``, ``nearest`` (the valid values closest to it).
    """

    code = "unknown-value"
    title = "No such value"


class AmbiguousValue(InputError):
    """A text that names several values of the graph.

    Extensions: ``parameter``, ``value``, ``nearest`` (the codes of what it may mean).
    """

    code = "ambiguous-value"
    title = "A value has several meanings"


class UnsupportedFormat(InputError):
    """The answer or the input cannot have this format."""

    code = "unsupported-format"
    title = "This format is not supported"


class QuerySyntaxError(InputError):
    """The text is not SPARQL. Extensions: ``line``, ``column`` (from 1, None if unknown)."""

    code = "query-syntax-error"
    title = "The query cannot be parsed"


class UpdateRefused(InputError):
    """An update came where only queries are answered."""

    code = "update-refused"
    title = "Updates are not accepted"


class UnknownResource(InputError):
    """The graph holds nothing about this resource."""

    code = "unknown-resource"
    title = "No such resource"


class UnreadableInput(InputError):
    """A file cannot be found, read or parsed."""

    code = "unreadable-input"
    title = "The input cannot be read"


class ReadOnlyStore(InputError):
    """Data was sent to a store that is opened for reading."""

    code = "read-only-store"
    title = "The store is read-only"


class BodyTooLarge(InputError):
    """A request is larger than the service accepts."""

    code = "body-too-large"
    title = "The request is too large"


class StoreUnavailable(MlaGraphError):
    """The store or endpoint does not answer, or not in a way that can be trusted."""

    code = "store-unavailable"
    title = "The store is unavailable"


class PublishFailed(StoreUnavailable):
    """A server does not take a release; the release that was current there is so still."""

    code = "publish-failed"
    title = "The release is not published"


class LimitReached(MlaGraphError):
    """A query ran into the limits on time, memory or nesting."""

    code = "limit-reached"
    title = "A limit was reached"


class AnswerTooLarge(LimitReached):
    """An answer has more rows or bytes than are given; asking again will not help."""

    code = "answer-too-large"
    title = "The answer is too large"


class InvalidRelease(MlaGraphError):
    """The sources do not conform; no release was built and nothing was changed."""

    code = "invalid-release"
    title = "The sources do not conform"


class UnreliableEngine(MlaGraphError):
    """The SHACL engine overlooks a planted fault; what it says of the graph is not believed."""

    code = "unreliable-engine"
    title = "The validation cannot be relied on"
