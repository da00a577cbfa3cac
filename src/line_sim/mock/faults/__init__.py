"""Bad luck on purpose: composable, seeded, the same calls meet the same faults in every run.

::

    faults = [LosesResponse(every=7), FailsWith(503, operation="pushMessage", probability=0.1)]

Every fault has the selectors of :class:`Fault`: whom it concerns, from when until when, and which
of the matching occasions it spoils. In TOML, JSON and the control API the class's name is `fault`:

.. code-block:: toml

    [[faults]]
    fault = "LosesResponse"
    how = "hang"
    every = 7
"""

from line_sim.mock.faults.calls import (
    CallFault,
    ContentGone,
    EnrichesAnswers,
    ExpiresToken,
    FailsWith,
    Hangs,
    LosesResponse,
    PreparesContent,
    Refuses,
    ResetsConnection,
    RunsOutOfQuota,
    Slow,
    TruncatesContent,
)
from line_sim.mock.faults.kinds import KINDS, fault_from
from line_sim.mock.faults.selectors import Fault
from line_sim.mock.faults.webhooks import (
    DelaysWebhook,
    DropsWebhook,
    DuplicatesWebhook,
    LosesConfirmation,
    MutatesWebhook,
    OvertakesWebhook,
    RestylesWebhook,
    SkewsClock,
    WebhookFault,
    WrongSignature,
)

__all__ = [
    "KINDS",
    "CallFault",
    "ContentGone",
    "DelaysWebhook",
    "DropsWebhook",
    "DuplicatesWebhook",
    "EnrichesAnswers",
    "ExpiresToken",
    "FailsWith",
    "Fault",
    "Hangs",
    "LosesConfirmation",
    "LosesResponse",
    "MutatesWebhook",
    "OvertakesWebhook",
    "PreparesContent",
    "Refuses",
    "ResetsConnection",
    "RestylesWebhook",
    "RunsOutOfQuota",
    "SkewsClock",
    "Slow",
    "TruncatesContent",
    "WebhookFault",
    "WrongSignature",
    "fault_from",
]
