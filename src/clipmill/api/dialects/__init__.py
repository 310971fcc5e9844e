"""Others' APIs, each a package of pure translation: a request becomes a wish, a state becomes their answer."""
