"""Pages over the same application as the API."""
