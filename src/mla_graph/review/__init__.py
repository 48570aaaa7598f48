"""The review of saved pages by a person: page and draft side by side, a decision on each fact."""
