"""Pages for people alone: the question in words, states side by side, reasons, coverage."""
