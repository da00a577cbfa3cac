"""The platform as a whole, driven at random: what must hold whatever bots and visitors do.

Three channels of two providers; the bots know each other's ids and tokens and try them all.
"""

import datetime as dt
from collections import Counter
from uuid import UUID

import pytest
from calling import EPOCH_MS, Bot, platform
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from meeting import AREAS, hand_over, listening, push, reply, text

from line_sim.mock.platform import acts
from line_sim.mock.platform.calls import Answer, Outcome
from line_sim.mock.platform.channel import Channel as RuledChannel
from line_sim.mock.platform.impossible import ImpossibleActError
from line_sim.mock.platform.quota import Quota
from line_sim.mock.platform.reply_tokens import ReplyTokens
from line_sim.mock.platform.retry_keys import RetryKeys
from line_sim.mock.platform.sealed import Seal
from line_sim.mock.settings import Channel, ReplySettings, Settings
from line_sim.net.clock import Instant

TOLD = Settings(
    channels=(
        Channel(name="shop", provider="one", quota=3, redelivery=True, groups=True),
        Channel(name="cafe", provider="one", quota=2),
        Channel(name="rival", provider="two", quota=1),
    ),
    reply=ReplySettings(ttl_s=60, cap_s=1_200),
)
BOTS = st.sampled_from(["shop", "cafe", "rival"])
NAMES = st.sampled_from(["Mei", "Ken", "Ana"])
KEYS = st.integers(0, 3).map(lambda number: str(UUID(int=number)))
WAITS_S = st.sampled_from([0.5, 20, 61, 301, 3_600, 86_400, 31 * 86_400])


class Meetings(RuleBasedStateMachine):
    """Visitors act, bots call, webhooks fail, time passes."""

    tokens = Bundle("tokens")
    quotes = Bundle("quotes")

    def __init__(self) -> None:
        super().__init__()
        where = platform(*AREAS, told=TOLD)
        self.platform = where
        self.bots = {name: listening(Bot(where, name)) for name in ("shop", "cafe", "rival")}
        for provider in where.providers.values():
            for name in ("Mei", "Ken", "Ana"):
                provider.new(name)
        for bot in self.bots.values():
            acts.befriends(bot.channel, bot.channel.provider.person("Mei"))
        self.now = Instant(0, 0)
        self.replied: Counter[str] = Counter()
        self.accepted: dict[tuple[str, str], int] = {}
        self.sent: Counter[tuple[str, int]] = Counter()

    def bot(self, name: str) -> Bot:
        """The bot, at the machine's time."""
        found = self.bots[name]
        found.now = self.now
        return found

    def person(self, bot: Bot, name: str) -> object:
        """The provider's person of that name."""
        return bot.channel.provider.person(name)

    @rule(seconds=WAITS_S, contract=st.booleans())
    def time_passes(self, seconds: float, *, contract: bool) -> None:
        """Of both faces, or of the schedule only."""
        us = int(seconds * 1_000_000)
        self.now = Instant(self.now.schedule_us + us, self.now.contract_us + us * contract)

    @rule(name=BOTS, who=NAMES)
    def somebody_follows(self, name: str, who: str) -> None:
        """Or unblocks."""
        bot = self.bot(name)
        acts.follows(bot.channel, self.person(bot, who), self.now)

    @rule(name=BOTS, who=NAMES)
    def somebody_blocks(self, name: str, who: str) -> None:
        """Twice is impossible."""
        bot = self.bot(name)
        try:
            acts.blocks(bot.channel, self.person(bot, who), self.now)
        except ImpossibleActError:
            assert self.person(bot, who).id in bot.channel.blocked

    @rule(target=tokens, name=BOTS, who=NAMES, at_once=st.booleans())
    def somebody_writes(self, name: str, who: str, *, at_once: bool) -> tuple[str, str]:
        """The token is kept for any bot to try, before its webhook comes or after."""
        bot = self.bot(name)
        person = self.person(bot, who)
        if person.id in bot.channel.blocked:
            return name, "0" * 32
        token = acts.says(bot.channel, person, self.now, "hi")["replyToken"]
        if at_once:
            hand_over(self.platform, self.now)
        return name, token

    @rule(status=st.sampled_from([200, 500]))
    def webhooks_go_out(self, status: int) -> None:
        """And end well or badly."""
        for delivery in hand_over(self.platform, self.now):
            own = set(delivery.channel.provider.people)
            assert all(event["source"]["userId"] in own for event in delivery.events)
            self.platform.deliveries.ended(
                delivery, Outcome(status, "" if status == 200 else "error_status_code"), self.now
            )

    @rule(token=tokens)
    def a_bot_replies(self, token: tuple[str, str]) -> None:
        """With a token of its own."""
        name, text_of_it = token
        answer = reply(self.bot(name), text_of_it)
        if answer.status == 200:
            self.replied[text_of_it] += 1
            self.reached_its_own(name, answer)

    @rule(name=BOTS, token=tokens)
    def a_bot_tries_a_token(self, name: str, token: tuple[str, str]) -> None:
        """With any token it has heard of."""
        if name != token[0]:
            assert 400 == reply(self.bot(name), token[1]).status

    @rule(name=BOTS, other=BOTS, who=NAMES, key=st.one_of(st.none(), KEYS))
    def a_bot_pushes(self, name: str, other: str, who: str, key: str | None) -> None:
        """To anybody, another provider's people too."""
        bot = self.bot(name)
        to = self.person(self.bot(other), who)
        own = bot.channel.provider is self.bots[other].channel.provider
        headers = {} if key is None else {"x_line_retry_key": key}
        answer = push(bot, to.id, text(), **headers)

        assert own or answer.status in {400, 409}
        if answer.status == 409:
            assert answer.sent is None
        if answer.status == 200:
            self.count(name, answer)
            if key is not None:
                self.sent_once_a_day(name, key)

    @rule(name=BOTS, who=st.lists(NAMES, min_size=1, max_size=3), key=KEYS)
    def a_bot_multicasts(self, name: str, who: list[str], key: str) -> None:
        """With a key that pushes use as well."""
        bot = self.bot(name)
        to = [self.person(bot, each).id for each in who]
        body = {"to": to, "messages": [text()]}
        answer = bot.post("/v2/bot/message/multicast", body, x_line_retry_key=key)
        if answer.status == 200:
            self.count(name, answer)
            self.sent_once_a_day(name, key)

    @rule(name=BOTS, who=NAMES)
    def a_bot_looks_somebody_up(self, name: str, who: str) -> None:
        """By every id it has heard of."""
        for other in self.bots.values():
            bot = self.bot(name)
            user_id = self.person(other, who).id
            answer = bot.get(f"/v2/bot/profile/{user_id}")
            known = bot.channel.is_friend(user_id) or (
                user_id in bot.channel.last_wrote_us and user_id not in bot.channel.blocked
            )

            assert (200 if known else 404) == answer.status
            assert other.channel.provider is bot.channel.provider or not known

    @rule(name=BOTS)
    def a_bot_lists_its_friends(self, name: str) -> None:
        """All of them, and nobody else's."""
        bot = self.bot(name)
        listed = bot.get("/v2/bot/followers/ids").content["userIds"]

        assert [each for each in bot.channel.friends if each not in bot.channel.blocked] == listed

    @rule(target=quotes, name=BOTS, who=NAMES)
    def a_token_to_quote_with(self, name: str, who: str) -> tuple[str, str, str]:
        """Of a message in that bot's chat."""
        bot = self.bot(name)
        to = self.person(bot, who).id
        return name, to, self.platform.seal.quote(bot.channel.id, to, "480000000000000001")

    @rule(quote=quotes, name=BOTS, who=NAMES)
    def a_bot_quotes(self, quote: tuple[str, str, str], name: str, who: str) -> None:
        """In the right chat, or in another."""
        bot = self.bot(name)
        to = self.person(bot, who).id
        answer = push(bot, to, text(quoteToken=quote[2]))
        if answer.status == 200:
            self.count(name, answer)

        assert (quote[:2] == (name, to)) == (answer.status != 400)

    def reached_its_own(self, name: str, answer: Answer) -> None:
        """What was delivered went to people of the channel's own provider, who do not block it."""
        channel = self.bots[name].channel
        assert answer.sent.channel == channel.id
        assert set(answer.sent.delivered) <= set(channel.provider.people) - channel.blocked

    def count(self, name: str, answer: Answer) -> None:
        """Count what a call used of the quota, by our own calendar."""
        self.reached_its_own(name, answer)
        self.sent[name, self.months()] += len(answer.sent.delivered)

    def months(self) -> int:
        """Which month it is in Japan, counted."""
        moment = dt.datetime.fromtimestamp(
            (EPOCH_MS + self.now.schedule_us // 1_000) / 1_000, dt.timezone(dt.timedelta(hours=9))
        )
        return moment.year * 12 + moment.month

    def sent_once_a_day(self, name: str, key: str) -> None:
        """A key that was accepted is not accepted again within 24 hours of the schedule."""
        before = self.accepted.get((name, key))
        assert before is None or self.now.schedule_us - before >= 86_400_000_000
        self.accepted[name, key] = self.now.schedule_us

    @invariant()
    def no_reply_token_works_twice(self) -> None:
        """Whatever became of it."""
        assert max(self.replied.values(), default=0) <= 1

    @invariant()
    def the_quota_is_what_was_sent_and_within_its_limit(self) -> None:
        """By our own count."""
        for name, bot in self.bots.items():
            quota = bot.channel.quota
            used = quota.used(self.platform.unix_ms(self.now))
            assert self.sent[name, self.months()] == used
            assert 0 <= used <= quota.limit

    @invariant()
    def nobody_knows_anothers_users(self) -> None:
        """Providers share nobody, channels know their provider's people only."""
        one, two = (set(each.people) for each in self.platform.providers.values())
        assert not one & two
        for bot in self.bots.values():
            channel = bot.channel
            known = {*channel.friends, *channel.blocked, *channel.last_wrote_us}
            assert known <= set(channel.provider.people)


Meetings.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestMeetings = Meetings.TestCase


FAULTS = {
    "a reply token stays alive": (ReplyTokens, "use", lambda *_: 0.0),
    "no retry key is found": (RetryKeys, "find", lambda *_: None),
    "the quota is not checked": (Quota, "_check", lambda *_: None),
    "blockers are reached": (RuledChannel, "reaches", lambda *_: True),
    "quote tokens work anywhere": (Seal, "quoted", lambda *_: "1"),
    "friends are everybody's": (RuledChannel, "is_friend", lambda *_: True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_machine_finds_a_planted_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, name, planted = FAULTS[fault]
    monkeypatch.setattr(owner, name, planted)
    hurried = settings(
        max_examples=300,
        stateful_step_count=40,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Meetings, settings=hurried)
