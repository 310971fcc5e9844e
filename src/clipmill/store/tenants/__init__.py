"""What tenants have and may do: contents that are kept once for all, limits of their keys."""
