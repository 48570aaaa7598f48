"""Strangers' queries, each in a process that can be killed and cannot reach the network."""
