"""Releases on their way to a public server."""
