"""The renderer: JSON timeline → frames → file, in YUV planes, touching only what changed."""
