"""Parts of bridges with one fault each, as people really build them in."""
