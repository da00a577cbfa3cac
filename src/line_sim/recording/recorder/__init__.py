"""The recorder: stands before a bridge and before LINE, passes all on, and writes it down.

It fails open: traffic is neither dropped nor held up for the recording (PLATFORM.md, "Recorder").
"""
