"""Merge nodes, drop, account and write."""
