"""Raw facts (JSON Lines, CSV) to draft Turtle: read, judge, merge, report, write."""
