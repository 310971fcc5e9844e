"""The command line: one file per command; progress on stderr, data on stdout."""
