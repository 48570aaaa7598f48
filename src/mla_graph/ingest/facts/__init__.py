"""Records that come in and nodes that go out."""
