"""Every faulty bridge: what is wrong with it, and which checks must find that.

The sets are what must fail, each for the reason beside it, on a run with everything that a bridge
can be asked: started by command with ``--state`` and ``--agent``, media mapped, its clock moved
where a check needs that. What fails besides in consequence is `also`; nothing else may fail.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from echo_bridge.app import Parts
from faulty import fetching, meaning, operating, receiving, sending, staff


@dataclass(frozen=True)
class Planted:
    """One faulty bridge.

    Attributes
    ----------
    parts
        The classes it is made of.
    checks
        Numbers of the checks that must fail.
    why
        Why those.
    also
        Numbers of those that may fail beside them, in consequence; no other may.
    serving
        How it is served, where that is the fault.
    in_process
        Whether it may run inside a test's own process.
    """

    parts: Parts
    checks: frozenset[int]
    why: str
    also: frozenset[int] = frozenset()
    serving: dict[str, Any] = field(default_factory=dict)
    in_process: bool = True

    @property
    def what(self) -> str:
        """What is wrong, in the words of the class that does it."""
        plain = Parts()
        found = [getattr(self.parts, name) for name in reversed(Parts.__dataclass_fields__)
                 if getattr(self.parts, name) is not getattr(plain, name)]  # fmt: skip
        return ((found or [self.serving["http"]])[0].__doc__ or "").strip()


def _planted(
    checks: set[int],
    why: str,
    *,
    also: set[int] | frozenset[int] = frozenset(),
    in_process: bool = True,
    http: type | None = None,
    **parts: Any,  # noqa: ANN401
) -> Planted:
    serving = {"http": http} if http else {}
    return Planted(
        Parts(**parts),
        frozenset(checks),
        why,
        frozenset(also),
        serving,
        in_process and http is None,
    )


EVERYTHING = frozenset(range(1, 100))
"""What may fail beside it where nothing is as it should be any more."""


R, M, F, S, D, O = receiving, meaning, fetching, sending, staff, operating  # noqa: E741

FAULTS: dict[str, Planted] = {
    # signature and envelope
    "reserialises_body": _planted(
        {7, 8}, "escapes and white space are lost on the way", reception=R.ReserialisesBody,
        also={47}),
    "checks_no_signature": _planted(
        {2, 3, 4, 5, 10}, "anybody is believed", reception=R.ChecksNoSignature),
    "accepts_hex_signature": _planted(
        {5}, "another digest is taken", reception=R.AcceptsHexSignature),
    "compares_the_beginning": _planted(
        {3}, "a truncated or empty signature is taken", reception=R.ComparesTheBeginning),
    "dies_on_missing_signature": _planted(
        {2}, "the process ends, and with it all that comes later",
        reception=R.DiesOnMissingSignature, in_process=False),
    "exact_header_name": _planted(
        {6}, "X-Line-Signature is not found", http=O.ExactHeaderName),
    "keeps_the_first_secret": _planted(
        {10}, "the new secret is refused, the old one taken", reception=R.KeepsTheFirstSecret),
    "wants_user_agent": _planted({14}, "another User-Agent is refused", reception=R.WantsUserAgent),
    "refuses_empty_webhooks": _planted(
        {11, 98}, "the console cannot verify the URL", reception=R.RefusesEmptyWebhooks),
    "dies_on_not_json": _planted({9}, "500 for a body it cannot read", reception=R.DiesOnNotJson),
    "refuses_all": _planted({1}, "no webhook is taken", reception=R.RefusesAll, also=EVERYTHING),
    "takes_any_destination": _planted(
        {12, 97}, "another account's webhook is handled, a wrong pair of secret and token unseen",
        reception=R.TakesAnyDestination),
    # timing and reception
    "slow_handler": _planted({15, 16, 17}, "3 s for each webhook", reception=R.SlowHandler,
        also={13}),
    "works_before_confirming": _planted(
        {16}, "LINE's slow answer makes the bridge's slow", reception=R.WorksBeforeConfirming,
        also={13, 15, 17}),
    "one_at_a_time": _planted(
        {17}, "the tenth in a queue waits two seconds", reception=R.OneAtATime),
    "refuses_big_batches": _planted({13}, "413 for 100 events", reception=R.RefusesBigBatches),
    "no_dedupe": _planted(
        {21, 22, 23, 25, 29}, "every copy is handled", reception=R.NoDedupe, also={87}),
    "dedupes_by_text": _planted({28}, "the second of two equal texts is lost",
                                reception=R.DedupesByText, also={99}),
    "drops_redeliveries": _planted(
        {24}, "the redelivery of what never arrived is dropped", reception=R.DropsRedeliveries,
        also={30}),
    "forgets_after_restart": _planted(
        {29}, "the copy after the restart is new to it", store=O.ForgetsAfterRestart,
        also={67, 99}),
    "first_event_of_a_batch_only": _planted(
        {18, 19, 20}, "the others of a batch are lost", reception=R.FirstEventOfABatchOnly,
        also={28, 43, 99}),
    "crosses_users": _planted({19}, "one customer gets another's answer", reception=R.CrossesUsers,
        also={88}),
    "loses_order": _planted({27}, "the newest answer overtakes", outbox=S.LosesOrder,
        also={76, 82}),
    "orders_by_arrival": _planted(
        {26}, "a late redelivery stands at the end", desk=D.OrdersByArrival),
    "gives_up_after_an_outage": _planted(
        {30}, "nothing is sent after the outage", routes=S.GivesUpAfterAnOutage, also=EVERYTHING),
    "loses_some": _planted({99}, "every tenth event is lost", reception=R.LosesSome,
        also=EVERYTHING),
    "silent": _planted(
        set(), "no reaction at all, so what it fails is little; see SILENT_PASSES",
        reception=R.Silent, account=O.AsksNothing, agent=O.ShowsNothing),
    # tolerance
    "crashes_on_unknown_type": _planted(
        {20, 31, 32}, "500, and the neighbours are lost", reception=R.CrashesOnUnknownType,
        also={38, 67}),
    "knows_all_words": _planted(
        {33}, "an event with a new word is dropped", reception=R.KnowsAllWords),
    "strict_about_properties": _planted(
        {34}, "500 for a property it does not know", reception=R.StrictAboutProperties),
    "needs_every_property": _planted(
        {35, 38}, "500 for one that is missing", reception=R.NeedsEveryProperty),
    "strict_about_answers": _planted(
        {36}, "an answer with a new property is none", api=S.StrictAboutAnswers, also={67}),
    # meaning
    "edits_as_new": _planted({37}, "two messages with one id", handling=M.EditsAsNew),
    "answers_standby": _planted({39}, "it speaks out of turn", handling=M.AnswersStandby),
    "welcomes_always": _planted(
        {40}, "a second welcome", handling=M.WelcomesAlways),
    "welcomes_followers": _planted(
        {40}, "greets at follow, and again when unblocked", handling=M.WelcomesFollowers),
    "always_says_sent": _planted(
        {66, 77}, "staff see 'sent' for what failed, and nobody is told",
        outbox=S.AlwaysSaysSent, journal=O.TellsNobody, also={97, 99}),
    "ignores_unsend": _planted(
        {42, 43}, "what was taken back is shown", handling=M.IgnoresUnsend),
    "ignores_early_unsend": _planted(
        {43}, "what was taken back before it came is shown", handling=M.IgnoresEarlyUnsend),
    "first_image_of_a_set_only": _planted(
        {44}, "two of three pictures are lost", handling=M.FirstImageOfASetOnly, also={99}),
    "hides_unsupported": _planted(
        {32, 45, 46}, "files, places, stickers leave no trace", handling=M.HidesUnsupported,
        also={99}),
    "misplaces_emoji": _planted(
        {47}, "indexes are UTF-16, not code points", handling=M.MisplacesEmoji),
    "quotes_the_latest": _planted({48}, "the wrong message is quoted", desk=D.QuotesTheLatest),
    "answers_group_member_privately": _planted(
        {49}, "the answer goes to the member's own chat", handling=M.AnswersGroupMemberPrivately),
    "greets_groups": _planted({50}, "stays and speaks", handling=M.GreetsGroups, also={37}),
    "postback_as_text": _planted(
        {51}, "a tap is shown as typed text", handling=M.PostbackAsText),
    "needs_a_profile": _planted({52}, "no profile, no message", reception=R.NeedsAProfile,
        also={99}),
    "cuts_names": _planted({53}, "names are question marks", people=F.CutsNames),
    "refetches_profile": _planted({54}, "one call a message", people=F.RefetchesProfile),
    # media
    "stores_empty_202_body": _planted(
        {56}, "an empty file is stored", content=F.StoresEmpty202Body),
    "reads_content_late": _planted(
        {57}, "content may be gone by then", content=F.ReadsContentLate),
    "fetches_forever": _planted({58}, "a loop without end", content=F.FetchesForever),
    "trusts_every_byte": _planted(
        {58}, "half a picture is stored", content=F.TrustsEveryByte, api=F.KeepsHalfAnswers),
    "ignores_external_provider": _planted(
        {59}, "LINE is asked for what it does not have", handling=F.IgnoresExternalProvider),
    "guesses_the_type": _planted(
        {60}, "a PNG is shown as a file", content=F.GuessesTheType),
    "http_media_url": _planted(
        {61, 85}, "LINE refuses http://", attachments=F.HttpMediaUrl, also={64}),
    "media_behind_login": _planted(
        {61, 63}, "phones get a 401", attachments=F.MediaBehindLogin),
    "preview_is_the_original": _planted(
        {62}, "no preview is made", attachments=F.PreviewIsTheOriginal),
    "media_expires": _planted({63}, "404 after ten minutes", attachments=F.MediaExpires),
    "no_duration": _planted({64, 85}, "LINE refuses it", attachments=F.NoDuration),
    "passes_wav": _planted({64}, "phones cannot play it", attachments=F.PassesWav),
    "sends_files": _planted({65, 85}, "there is no such type", attachments=F.SendsFiles),
    # sending
    "loops_on_401": _planted({66}, "calls on, and nobody is told", tokens=O.LoopsOn401, also={75}),
    "keeps_the_first_token": _planted(
        {66}, "the new token is not used", tokens=O.KeepsTheFirstToken, also={75, 97}),
    "uses_token_twice": _planted(
        {67}, "a second reply", routes=S.UsesTokenTwice,
        also={21, 22, 23, 24, 25, 29, 36, 69, 75, 99}),
    "replies_after_90s": _planted(
        {68}, "the token has expired, and nothing follows", routes=S.RepliesAfter90s,
        also={66, 69}),
    "no_fallback": _planted({69}, "the answer is lost", routes=S.NoFallback),
    "blind_push_after_timeout": _planted(
        {70}, "the customer is told twice", routes=S.BlindPushAfterTimeout, also={87}),
    "replies_whatever_age": _planted(
        {71}, "staff's answer is tried by a dead token", routes=S.RepliesWhateverAge,
        also=EVERYTHING),
    "no_retry_key": _planted({72, 73}, "a retry is a second message", routes=S.NoRetryKey,
        also={99}),
    "new_key_per_retry": _planted({73}, "a retry is a second message", routes=S.NewKeyPerRetry,
        also={99}),
    "treats_409_as_error": _planted({74}, "sent is shown as failed", routes=S.Treats409AsError,
        also={99}),
    "retries_4xx": _planted({75}, "refused is refused", routes=S.Retries4xx),
    "drops_after_500": _planted({73}, "no second attempt", routes=S.DropsAfter500,
        also={30, 76, 99}),
    "silent_after_429": _planted({76, 77}, "nothing is sent any more", routes=S.SilentAfter429,
        also={69, 80, 81, 84, 88}),
    "hammers_429": _planted({76, 77}, "fifty attempts a second", routes=S.Hammers429, also={79}),
    "key_on_replies": _planted({78}, "LINE refuses it with 400", routes=S.KeyOnReplies,
        also={67, 75}),
    "reuses_keys": _planted(
        {79}, "another message under an old key is taken for sent", outbox=S.ReusesKeys,
        also=EVERYTHING),
    "truncates_at_4999_code_points": _planted(
        {80, 81}, "the end is cut off, and 4,999 emoji are 9,998 units",
        desk=D.TruncatesAt4999CodePoints, handling=D.TruncatesEchoes, also={85}),
    "splits_surrogates": _planted(
        {81}, "half a character in each part",
        desk=D.SplitsSurrogates, handling=D.SplitsEchoesAnywhere, also={85}),
    "sends_over_five": _planted({82, 85}, "LINE refuses six messages", outbox=S.SendsOverFive),
    "sends_empty": _planted(
        {83}, "LINE refuses an empty text", desk=D.SendsBlankTexts, handling=S.SendsEmpty,
        also={85}),
    "sender_name_too_long": _planted(
        {84, 85}, "LINE refuses the name", desk=D.SenderNameTooLong),
    "sends_to_strangers": _planted({86}, "an id of another provider", desk=D.SendsToStrangers),
    "pushes_everything": _planted(
        {87}, "quota for nothing; the customer is told twice", routes=S.PushesEverything,
        also=EVERYTHING),
    "multicasts": _planted({87}, "a call for many", routes=S.Multicasts, also={12, 27, 39, 48, 71}),
    "tidies_texts": _planted(
        {88}, "another text arrives", desk=D.TidiesTexts, handling=M.TrimsTexts, also={99}),
    "loading_for_groups": _planted(
        {89}, "groups have no indicator, and 7 s is no length", desk=D.LoadingForGroups),
    "marks_read_at_once": _planted({90}, "nobody has read it", handling=M.MarksReadAtOnce),
    "wrong_content_type": _planted({91}, "JSON as text/plain", api=S.WrongContentType,
        also=EVERYTHING),
    # operation
    "logs_secrets": _planted(
        {92}, "the token stands in the log", api=O.LogsSecrets, journal=O.MasksNothing),
    "logs_no_request_id": _planted({93}, "LINE's support asks for it", api=O.LogsNoRequestId),
    "never_renews": _planted({94}, "401 after 30 days", tokens=O.NeverRenews, also={66, 75}),
    "floods": _planted({95}, "150 calls where 100 a second are allowed", handling=M.Floods),
}  # fmt: skip
"""By the name that starts it: ``python tests/bridges NAME``."""

SILENT_PASSES = frozenset({13, 15, 16, 17})
"""All that the silent bridge may pass; a check that it passes besides is no check."""

NOT_COVERED = {
    41: "a bridge that refuses, and one that pushes, are both right: no fault was planted",
    55: "the echo has no away or close text",
    96: "one install serves one channel",
}
"""Checks that no faulty bridge is meant to fail, and why."""
