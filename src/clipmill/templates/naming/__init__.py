"""Names of files, out of patterns and tables."""
