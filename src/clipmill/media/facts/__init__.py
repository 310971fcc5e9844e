"""What a media file is and measures, before and after rendering."""
