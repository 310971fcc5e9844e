"""Moving pictures from files: videos and GIFs, each picture as planes at the size that is asked for."""
