"""Disclaimer, licences and the address for reports."""

ISSUES_URL = "https://github.com/mla-graph/mla-graph/issues"
NOTICE = f"Not legal advice; report errors at {ISSUES_URL}"
CODE_LICENCE = "Apache-2.0"
DATA_LICENCE = "CC-BY-4.0"
DATA_LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
