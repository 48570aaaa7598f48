"""Metrics, log lines and the name of a request."""
