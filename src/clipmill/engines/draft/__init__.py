"""The draft engine: clips and stills that stand in for what generative models would make."""
