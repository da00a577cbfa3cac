"""The command line: ``line-sim simulate``, ``line-sim compare``, ``line-sim scenarios``.

One module a command. What they share: :mod:`.exits` (how a command ends), :mod:`.screen` (what is
written where), :mod:`.waiting` (progress), :mod:`.folder` (what is written to disk), :mod:`.asked`
(what was asked for, checked before anything runs). Heavy libraries are imported inside commands.
"""


def main() -> int:
    """Run ``line-sim`` on the arguments of this process; return its exit code."""
    from line_sim.cli.app import run  # noqa: PLC0415 - so that importing the package costs nothing

    return run()
