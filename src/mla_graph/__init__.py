"""Mutual legal assistance in criminal matters as a graph that answers questions."""

__version__ = "0.1.0"
