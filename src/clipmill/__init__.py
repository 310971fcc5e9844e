"""clipmill turns rows into finished, verified videos and images."""

__version__ = "0.1.0"
