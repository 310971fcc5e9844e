"""H.264: x264's stream, and pictures repeated in it without being encoded."""
