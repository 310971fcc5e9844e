"""What pixels alone say: contrast, blankness, black and stillness."""
