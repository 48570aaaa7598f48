"""Strangers' queries, each in a process without network that can be killed."""
