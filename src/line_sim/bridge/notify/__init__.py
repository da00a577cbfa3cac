"""Telling others of enquiries: subscribers by a signed webhook, people by alerts."""
