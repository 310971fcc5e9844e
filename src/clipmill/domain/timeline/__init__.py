"""The JSON video project: its models, its time, and what this version refuses."""
