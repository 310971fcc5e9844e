"""What lies in a template folder, read and judged before any row is: documents, their shape, and assets."""
