"""The service and the commands need nothing that only an extra brings."""

import subprocess
import sys

EXTRAS = ("docx", "fpdf", "font_roboto", "mcp", "mcp_types", "pandas", "tantivy")


def test_the_service_and_the_commands_start_without_the_extras() -> None:
    code = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({EXTRAS}))\n"
        "import mla_graph.cli.main, mla_graph.client\n"
        "import mla_graph.review.desk, mla_graph.service.app\n"
        "for name in ('mcp', 'serve', 'review', 'query'):\n"
        "    mla_graph.cli.main.main([name, '--help'], standalone_mode=False)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=120)
