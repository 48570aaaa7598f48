"""The ground floor: vocabulary, terms, settings, errors, files."""
