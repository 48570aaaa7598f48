"""Search by words: an index of what things are called, beside a release."""
