"""What a timeline is made of: scenes, visuals, audios, the subtitle, and how they look and move."""
