"""Subtitles: from SRT, VTT or JSON to words that come and go on the picture, letter by letter in their places."""
