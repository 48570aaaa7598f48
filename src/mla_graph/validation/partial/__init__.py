"""Validation of a change alone: faster than that of the whole graph, with the same report."""
