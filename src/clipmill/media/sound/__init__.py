"""Sound as samples."""
