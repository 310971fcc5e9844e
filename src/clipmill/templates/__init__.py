"""Check and map: contracts, placeholders, filters, and template versions."""
