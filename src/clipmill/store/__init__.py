"""The store: batches, rows, leases, ledger, events and files; the only code that speaks SQL."""
