"""Memory: what rendering will take, known before, and the place where what is not wanted just now is kept."""
