"""Engines behind endpoints, one file each."""
