"""A release on its way to a server that many ask."""
