"""What differs between two editions of the graph, and the feed of what each release changed."""
