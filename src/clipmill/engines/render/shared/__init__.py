"""What the worker processes of one main process make once and share."""
