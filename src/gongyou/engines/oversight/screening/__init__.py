"""Screens: a question about pairs of facts, over files, as one query. Plain Python, no Django."""
