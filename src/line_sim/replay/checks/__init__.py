"""Conformance checks of bridges: a function each, over what the ledger of a run shows."""
