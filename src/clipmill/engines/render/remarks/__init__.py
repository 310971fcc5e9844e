"""What of a project will not be drawn as it was asked for: one file a question, one line each in `suite`."""
