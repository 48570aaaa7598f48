"""`mla-graph import`, a module for each kind of input."""
