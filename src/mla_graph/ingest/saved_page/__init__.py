"""A saved page on one measure in one state: what can be read off safely, as draft Turtle."""
