"""One file per kind of layer; the compositor does not know their names."""
