"""One way to ask a graph, and two engines behind it."""
