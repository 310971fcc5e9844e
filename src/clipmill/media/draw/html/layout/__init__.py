"""Layout: how large every box becomes, and where it lies in the one around it."""
