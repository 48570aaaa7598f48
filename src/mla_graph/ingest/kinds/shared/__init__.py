"""Nodes that several kinds of record make."""
