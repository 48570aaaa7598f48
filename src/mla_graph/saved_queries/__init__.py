"""Saved queries: `.rq` files with typed parameters, bound as constants and run on any store."""
