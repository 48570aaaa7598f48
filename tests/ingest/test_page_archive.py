"""A page that a browser saved in one file (MHTML) says what the page itself says."""

from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from mla_graph.ingest.saved_page.text import read
from mla_graph.model.errors import UnreadableInput

ADDRESS = "https://www.ejn-crimjust.europa.eu/ejn2021/FichesBelgesDetail/EN/A.73/314/-1"
LINE = "Directive 2014/41/EU, décision " * 5
HTML = f"<html><body><h4>Legal Framework</h4><p>{LINE}</p></body></html>"


def archive(html: str, encoding: str, charset: str = "utf-8") -> bytes:
    message = EmailMessage(policy.SMTP)
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = ADDRESS
    message.add_related(html, subtype="html", cte=encoding, charset=charset)
    message.add_related(b"\x89PNG", "image", "png", cte="base64")
    return message.as_bytes()


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_an_archive_is_read_as_its_page(tmp_path: Path, encoding: str, charset: str) -> None:
    (tmp_path / "page.html").write_text(HTML, "utf-8")
    (tmp_path / "page.mhtml").write_bytes(archive(HTML, encoding, charset))
    found = read(tmp_path / "page.mhtml")
    assert found.lines == read(tmp_path / "page.html").lines
    assert found.address == ADDRESS


def test_an_archive_without_a_page_is_refused(tmp_path: Path) -> None:
    message = EmailMessage()
    message.set_content("only text")
    (tmp_path / "page.mht").write_bytes(message.as_bytes())
    with pytest.raises(UnreadableInput, match="archive without a page"):
        read(tmp_path / "page.mht")
