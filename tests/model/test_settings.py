"""Settings come from MLA_ variables, with defaults that work and errors that name the variable."""

from dataclasses import fields
from pathlib import Path

import pytest

from mla_graph.model.errors import InvalidValue
from mla_graph.model.settings import Settings, variables


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    settings = Settings.from_environ({})
    assert settings.query_timeout == 10
    assert settings.memory_quads == 1_500_000
    assert settings.query_memory == 1024**3
    assert settings.max_body == 1024**2
    assert settings.max_rows == 10_000
    assert settings.workers_adhoc == 2
    assert settings.base_url is None
    assert settings.home.name == "mla-graph"
    assert settings.home.is_absolute()


def test_variables_replace_defaults_and_empty_ones_do_not() -> None:
    settings = Settings.from_environ(
        {
            "MLA_HOME": "~/graphs",
            "MLA_QUERY_TIMEOUT": "2.5",
            "MLA_MAX_ROWS": " 50 ",
            "MLA_BASE_URL": "https://graph.example/api/",
            "MLA_LOG_LEVEL": "debug",
            "MLA_SERVICE_HOSTS": "a.example, b.example:8443",
            "MLA_MAX_BODY": "",
        }
    )
    assert settings.home == Path.home() / "graphs"
    assert settings.query_timeout == 2.5
    assert settings.max_rows == 50
    assert settings.base_url == "https://graph.example/api"
    assert settings.log_level == "DEBUG"
    assert settings.service_hosts == "a.example,b.example:8443"
    assert settings.max_body == 1024**2


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("MLA_QUERY_TIMEOUT", "soon"),
        ("MLA_QUERY_TIMEOUT", "0"),
        ("MLA_QUERY_TIMEOUT", "inf"),
        ("MLA_QUERY_TIMEOUT", "nan"),
        ("MLA_MEMORY_QUADS", "1e6"),
        ("MLA_QUERY_MEMORY", "-1"),
        ("MLA_MAX_BODY", "1 MiB"),
        ("MLA_MAX_ROWS", "0"),
        ("MLA_WORKERS_ADHOC", "two"),
        ("MLA_SPARQL_MAX_ROWS", "0"),
        ("MLA_SEND_TIMEOUT", "never"),
        ("MLA_SERVICE_HOSTS", "a.example, b example"),
        ("MLA_BASE_URL", "graph.example"),
        ("MLA_BASE_URL", "ftp://graph.example"),
        ("MLA_BASE_URL", "http://graph.example/?a=1"),
        ("MLA_BASE_URL", "http://[graph"),
        ("MLA_LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_refused_with_the_name_of_its_variable(variable: str, text: str) -> None:
    with pytest.raises(InvalidValue, match=variable) as caught:
        Settings.from_environ({variable: text})
    assert caught.value.extensions["value"] == text
    assert "it should be" in caught.value.detail


def test_every_setting_has_one_documented_variable() -> None:
    table = variables()
    assert [row.field for row in table] == [item.name for item in fields(Settings)]
    assert len({row.name for row in table}) == len(table)
    assert all(row.name.startswith("MLA_") and row.help and row.default for row in table)
