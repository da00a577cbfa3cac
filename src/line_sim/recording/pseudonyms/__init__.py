"""Recordings without personal data: keyed stand-ins that keep joins, lengths and scripts.

::

    from line_sim.recording.pseudonyms import Pseudonymiser, new_key, pseudonymise, read_key

    pseudonymise("friday.jsonl.gz", "friday-masked.jsonl.gz", read_key(Path("shop.key")))
"""

from line_sim.recording.pseudonyms.export import pseudonymise
from line_sim.recording.pseudonyms.keys import new_key, read_key
from line_sim.recording.pseudonyms.leaks import LeakError
from line_sim.recording.pseudonyms.masking import Pseudonymiser

__all__ = ["LeakError", "Pseudonymiser", "new_key", "pseudonymise", "read_key"]
