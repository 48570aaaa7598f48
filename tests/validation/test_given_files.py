"""Files that others wrote: recognised by what they hold, refused with what would mend them."""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.model.errors import UnreadableInput
from mla_graph.validation.run import read

NODE = "https://w3id.org/mla-graph/id/state/lu"
XML = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:owl="http://www.w3.org/2002/07/owl#"><owl:NamedIndividual rdf:about="{NODE}"/></rdf:RDF>"""


@pytest.mark.parametrize("name", ["facts.owl", "facts.rdf", "facts.xml", "facts.ttl", "facts"])
@pytest.mark.parametrize("start", ["", '<?xml version="1.0"?>\n', "\ufeff<?xml version='1.0'?>\n"])
def test_xml_is_recognised_whatever_its_name(tmp_path: Path, name: str, start: str) -> None:
    (tmp_path / name).write_text(start + XML, "utf-8")
    (quad,) = read([tmp_path / name])
    assert quad.subject == ox.NamedNode(NODE)


def test_turtle_of_an_editor_is_read(tmp_path: Path) -> None:
    (tmp_path / "facts.ttl").write_text(
        "\ufeff# baseURI: https://example.org/facts\r\n# imports: https://example.org/other\r\n"
        f"@prefix owl: <http://www.w3.org/2002/07/owl#> .\r\n<{NODE}> a owl:NamedIndividual .\r\n",
        "utf-8",
    )
    assert len(read([tmp_path / "facts.ttl"])) == 1


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (
            b"<urn:a>\n skos:note 1 .",
            "line 2.*add at the beginning: @prefix skos: <http://www.w3.org/2004/02/skos/core#>",
        ),
        (b"<urn:a> my:own 1 .", "add at the beginning: @prefix my: <…>"),
        (b'<urn:a>\n<urn:b> "\xe9" .', "line 2.*save the file as UTF-8"),
        ("<urn:a> <urn:b> 1 .".encode("utf-16"), "save it as UTF-8"),
    ],
)
def test_a_fault_is_named_with_its_remedy(tmp_path: Path, content: bytes, remedy: str) -> None:
    (tmp_path / "facts.ttl").write_bytes(content)
    with pytest.raises(UnreadableInput, match=f"(?s){remedy}"):
        read([tmp_path / "facts.ttl"])


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")
    with pytest.raises(UnreadableInput, match="not a regular file"):
        read([tmp_path / "pipe.ttl"])
