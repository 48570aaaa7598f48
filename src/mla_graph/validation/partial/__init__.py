"""Check only what a change can have touched."""
