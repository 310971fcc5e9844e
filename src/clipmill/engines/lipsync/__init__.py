"""The lipsync engine: a picture and a voice become a video."""
