"""Validation of a change alone. Without this folder validation is slower, not different."""
