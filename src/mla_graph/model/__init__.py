"""Vocabulary, terms, settings: what every other part stands on."""
