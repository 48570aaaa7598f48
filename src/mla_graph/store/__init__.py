"""One small protocol for asking a graph, and two engines behind it."""
