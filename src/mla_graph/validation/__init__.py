"""Whether a graph conforms to the SHACL shapes, and if not, what a curator is to do."""
