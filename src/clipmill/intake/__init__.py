"""Read: one file per kind of table, each an iterator of rows."""
