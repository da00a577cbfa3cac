"""What a tester is told wherever the mock's answer is right in form but made up in substance."""

from __future__ import annotations

SIMPLER = "answered from a simpler model than LINE's (tier 3, docs/mock.md)"
