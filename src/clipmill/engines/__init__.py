"""Make: the engines, one folder each."""
