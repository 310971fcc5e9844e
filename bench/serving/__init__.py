"""The parts of `bench/server.py`: a server as a process, those who listen, and those who ask."""
