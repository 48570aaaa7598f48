"""Errors are told apart by stable codes, which are part of the interface."""

import pickle
import re

from mla_graph.model import errors


def all_errors() -> list[type[errors.MlaGraphError]]:
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.MlaGraphError)
    ]


def test_every_error_has_a_code_and_a_title_of_its_own() -> None:
    kinds = all_errors()
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert len({kind.title for kind in kinds}) == len(kinds)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code) for kind in kinds)


def test_an_error_passes_from_process_to_process_whole() -> None:
    error = errors.UnknownValue("state is 'XX'.", parameter="state", value="XX", nearest=["LU"])
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.detail, copy.extensions) == (
        errors.UnknownValue,
        error.detail,
        error.extensions,
    )
