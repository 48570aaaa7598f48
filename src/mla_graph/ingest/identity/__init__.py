"""One key for one thing."""
