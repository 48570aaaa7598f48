"""One module a route; no route knows another."""
