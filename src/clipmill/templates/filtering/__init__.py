"""What filters and selections work with."""
