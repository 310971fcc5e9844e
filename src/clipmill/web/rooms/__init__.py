"""One file for what belongs together on the pages."""
