"""The benchmark suite: ``make bench-suite``."""
