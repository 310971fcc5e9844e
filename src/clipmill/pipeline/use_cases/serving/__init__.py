"""What servers let people do, one function each: keys, uploads, templates by name, batches and single requests."""
