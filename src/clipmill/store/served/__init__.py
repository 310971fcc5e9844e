"""What a server keeps beside the line: keys, answers, templates by name, uploads, secrets of its own."""
