"""A small product-photography studio in numpy: solids, materials, lights and a camera."""
