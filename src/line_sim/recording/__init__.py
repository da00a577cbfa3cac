"""The recording: one line a request, an answer or a remark; what a ledger is and a replay reads."""
