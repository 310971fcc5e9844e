"""What a server answers: a native API, dialects of others' APIs, signed files, and numbers for operators."""
