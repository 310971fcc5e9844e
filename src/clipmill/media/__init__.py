"""Media: the only code that touches pixels and samples, one thread wide: work is spread over processes."""
