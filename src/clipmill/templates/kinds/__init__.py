"""The kinds of fields: one small reader each, from the text of a cell to a value or the problem with it."""
