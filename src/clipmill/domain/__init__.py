"""Floor 0: the values and the pure rules of the line. No I/O, no clock, no chance."""
