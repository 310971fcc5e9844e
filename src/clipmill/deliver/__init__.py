"""Deliver: names, folders, archives, results and the report."""
