"""What each engine does differently."""
