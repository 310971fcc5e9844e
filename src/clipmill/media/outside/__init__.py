"""Media from outside: fetched safely, recognised, and taken into the store."""
