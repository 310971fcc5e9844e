"""Larger questions to the database, in plain SQL as those of `asking`: one file a question."""
