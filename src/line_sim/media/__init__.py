"""Images, audio and video made to measure, and probed, without external programs."""
