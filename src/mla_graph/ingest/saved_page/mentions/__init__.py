"""What a text names: instruments, national acts, offices, languages, measures, periods."""
