"""Recorded traffic against any bridge: played, watched, judged, compared."""
