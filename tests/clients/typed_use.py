"""A program on the generated client, checked by mypy and run by ``test_generated_client``."""

import datetime
import sys

from mla_graph_client import Client
from mla_graph_client.api.dossier import dossier
from mla_graph_client.api.fiche import legal_bases, legal_bases_post
from mla_graph_client.models import (
    Dossier,
    DossierExecuting,
    DossierMeasure,
    DossierRequesting,
    LegalBasesMeasure,
    LegalBasesPostJsonBody,
    LegalBasesPostJsonBodyMeasure,
    LegalBasesPostJsonBodyState,
    LegalBasesRows,
    LegalBasesState,
)


def main(address: str) -> None:
    """Ask two questions in a typed way and write what a caller would use."""
    client = Client(
        address, headers={"Accept": "application/json"}, raise_on_unexpected_status=True
    )

    found = legal_bases.sync(
        client=client, state=LegalBasesState.LU, measure=LegalBasesMeasure.A_30, limit=3
    )
    assert isinstance(found, LegalBasesRows)
    print(found.meta.count, [row.label for row in found.data])
    dates: list[datetime.date | None] = [row.statute_date for row in found.data]
    assert all(date is None or date.year > 1900 for date in dates)

    body = LegalBasesPostJsonBody(
        state=LegalBasesPostJsonBodyState.LU, measure=LegalBasesPostJsonBodyMeasure.A_30, limit=3
    )
    same = legal_bases_post.sync(client=client, body=body)
    assert isinstance(same, LegalBasesRows) and same.data == found.data

    whole = dossier.sync(
        client=client,
        requesting=DossierRequesting.BE,
        executing=DossierExecuting.LU,
        measure=DossierMeasure.A_30,
        on=datetime.date(2024, 5, 1),
    )
    assert isinstance(whole, Dossier)
    print([instrument.label for instrument in whole.instruments])


if __name__ == "__main__":
    main(sys.argv[1])
