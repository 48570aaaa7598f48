"""HTTP servers compared on this service: what each one bounds, and how fast it is."""
