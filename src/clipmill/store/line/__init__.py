"""Rows on their way, over the database: who works on which, what they wait for, what they cost."""
