"""Worker processes for CPU work."""
