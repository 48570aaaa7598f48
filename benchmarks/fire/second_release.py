"""A second release beside the first, in which every English text of some folders differs."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from mla_graph.model.sources import HASHED, Sources
from mla_graph.release.build import build
from mla_graph.release.directory import Release, read, releases_folder

_CHANGED: Final = ("states", "instruments", "measures", "authorities")
_ENGLISH = re.compile(r'(?<=[^\\"])"@en(?=[ ;,.\n])')


def second_release(home: Path, sources: Sources) -> Release:
    """Build it, or take the one built before from the same sources."""
    kept = home / "second-release" / sources.source_hash()[:16]
    if not (release := read(kept)):
        with tempfile.TemporaryDirectory(prefix="mla-graph-second-") as folder:
            root = Path(folder)
            for name in HASHED:
                shutil.copytree(sources.root / name, root / name)
            for name in _CHANGED:
                for path in (root / "graph_data" / name).rglob("*.ttl"):
                    text = path.read_text("utf-8")
                    path.write_text(_ENGLISH.sub(' (second)"@en', text), "utf-8")
            kept.parent.mkdir(parents=True, exist_ok=True)
            release = build(Sources(root), kept, progress=print, validate=False)
    place = releases_folder(home) / release.id
    if not read(place):
        shutil.copytree(kept, place)
    return Release(place, release.manifest)
