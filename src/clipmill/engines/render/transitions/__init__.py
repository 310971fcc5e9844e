"""One file per family of transitions, and the table that names them all."""
