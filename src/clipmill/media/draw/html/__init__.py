"""HTML drawn without a browser: the tags and properties a text on a video needs, laid out and painted."""
