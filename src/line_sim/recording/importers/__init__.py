"""Traffic that others recorded, as a recording: one module a format, and what they share.

A format's module yields what it finds (:mod:`.found`), in the order of the file and with its place
there. :mod:`.importing` puts that into order, completes it and writes it.
"""
