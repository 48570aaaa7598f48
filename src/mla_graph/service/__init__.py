"""The HTTP service: saved queries, ad-hoc SPARQL, resources, vocabulary, dumps, documentation."""
