"""Pictures, sound and films: checked, stored, served to customers, and fetched from LINE.

Whoever needs it takes :class:`line_sim.bridge.media.service.Media`; what is looked at of a file is
looked at in a process of its own (:mod:`line_sim.bridge.media.worker`), which imports nothing of
the rest.
"""
