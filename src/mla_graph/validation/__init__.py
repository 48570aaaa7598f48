"""Validation of graphs against the SHACL shapes."""
