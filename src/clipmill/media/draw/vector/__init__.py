"""Drawings made into what librsvg draws as browsers do."""
