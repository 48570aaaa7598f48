"""From source files to a store that never changes, switched atomically."""
