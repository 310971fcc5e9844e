"""The line: read, check, map, admit, make, verify, deliver. Start with `row.py`."""
