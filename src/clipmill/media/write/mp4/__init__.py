"""MP4: finished files of H.264 and AAC, the index first, the same bytes every time."""
