"""Single requests: taken in, priced, gathered into batches, and known when they come again."""
