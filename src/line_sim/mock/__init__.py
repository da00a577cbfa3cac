"""A LINE platform of one's own, for any bot or bridge in any language."""
