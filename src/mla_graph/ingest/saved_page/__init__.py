"""Saved pages on one measure in one state, read by rule into a record."""
