"""Bad luck as a bot's HTTP client meets it, every kind of it."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from bots import Api, Bot

from line_sim import MockLine, faults
from line_sim.errors import ConfigurationError
from line_sim.mock.faults import Fault
from line_sim.wire.signature import matches

PUSH = {"operation": "pushMessage"}
KEY = "7d1f9d3a-1f5c-4b8e-9a3c-0c5d2a1b4e6f"


@contextmanager
def line_with(*bad_luck: Fault, **more: object) -> Iterator[tuple[MockLine, Api]]:
    """A mock with bad luck, and a client."""
    with MockLine(faults=bad_luck, **more) as line:  # type: ignore[arg-type]
        yield line, Api(line)


def statuses(call: Callable[[], Any], times: int) -> list[int]:
    """What some calls are answered."""
    return [call().status for _ in range(times)]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 423, 429])
def test_a_refusal_is_in_lines_words_and_nothing_arrives(status: int) -> None:
    with line_with(faults.Refuses(status)) as (line, api):
        alice = line.visitor()
        answer = api.push(alice.id, "hello")
        seen = alice.sees()

    assert status == answer.status
    assert answer.json["message"]
    assert answer.headers["x-line-request-id"]
    assert [] == seen


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failure_is_not_acted_on_and_a_retry_arrives(status: int) -> None:
    with line_with(faults.FailsWith(status, first=1)) as (line, api):
        alice = line.visitor()
        found = statuses(lambda: api.push(alice.id, "hello", x_line_retry_key=KEY), 2)
        seen = alice.sees()

    assert [status, 200] == found
    assert 1 == len(seen)


def test_a_slow_answer_is_late_and_acted_on() -> None:
    with line_with(faults.Slow(0.05)) as (line, api):
        alice = line.visitor()
        api.push(alice.id, "hello")
        call = line.calls.one()

    assert call.took_ms is not None
    assert 45 <= call.took_ms  # a loop's timers count whole milliseconds, and may round down
    assert "Slow(seconds=0.05)" in str(call.fault)
    assert ["push"] == [call.kind]


def test_a_webhook_test_under_a_fault_is_a_test_all_the_same() -> None:
    with line_with(faults.Slow(0.01)) as (line, api):
        bot = Bot()
        line.connect(bot)
        answer = api.call("POST", "/v2/bot/channel/webhook/test", {})
        verified = len(bot.webhooks)

    assert (200, True, 200) == (answer.status, answer.json["success"], answer.json["statusCode"])
    assert 2 == verified


def test_a_hang_ends_with_the_callers_patience_and_is_not_acted_on() -> None:
    with line_with(faults.Hangs(first=1)) as (line, _):
        alice = line.visitor()
        with pytest.raises(TimeoutError):
            Api(line, timeout_s=0.05).push(alice.id, "hello")
        line.settle()
        seen = alice.sees()

    assert [] == seen


def test_a_reset_is_a_reset_and_is_not_acted_on() -> None:
    with line_with(faults.ResetsConnection(first=1)) as (line, api):
        alice = line.visitor()
        with pytest.raises(ConnectionResetError):
            api.push(alice.id, "hello")
        seen = alice.sees()

    assert [] == seen


@pytest.mark.parametrize("how", ["500", "hang", "reset"])
def test_a_lost_response_was_acted_on_and_a_retry_key_saves_the_customer(how: str) -> None:
    with line_with(faults.LosesResponse(how, first=1)) as (line, api):
        alice = line.visitor()

        def push(by: Api = api) -> int:
            return by.push(alice.id, "hello", x_line_retry_key=KEY).status

        if how == "500":
            first = push()

            assert 500 == first
        else:
            lost = ConnectionResetError if how == "reset" else TimeoutError
            with pytest.raises(lost):
                push(Api(line, timeout_s=0.05))
        second = push()
        line.settle()
        seen = alice.sees()
        kinds = line.calls.to(alice).kinds()

    assert 409 == second
    assert ["hello"] == [message["text"] for message in seen]
    assert ["push"] == kinds


def test_a_lost_reply_without_a_key_is_seen_by_the_customer_and_the_second_is_refused() -> None:
    with line_with(faults.LosesResponse(first=1), allow=["reply-token"]) as (line, api):
        bot = Bot()
        line.connect(bot)
        alice = line.visitor()
        alice.says("hi")
        line.settle()
        token = bot.events[0]["replyToken"]
        found = statuses(lambda: api.reply(token, "hello"), 2)
        seen = alice.sees()

    assert [500, 400] == found
    assert 1 == len(seen)


def test_truncated_content_breaks_off_where_the_length_is_kept() -> None:
    with line_with(faults.TruncatesContent(0.25)) as (line, api):
        sent = line.visitor().sends_file(size_bytes=1_000)
        with pytest.raises(http.client.IncompleteRead) as caught:
            api.content(sent.message)

    assert (250, 750) == (len(caught.value.partial), caught.value.expected)


def test_truncated_content_looks_whole_where_the_length_is_not_kept() -> None:
    with line_with(faults.TruncatesContent(0.25, keeps_length=False)) as (line, api):
        sent = line.visitor().sends_file(size_bytes=1_000)
        answer = api.content(sent.message)

    assert (200, 250, "250") == (answer.status, len(answer.body), answer.headers["content-length"])


def test_prepared_content_is_202_and_then_ready() -> None:
    settings = {"clock": "stepped"}
    with line_with(faults.PreparesContent(5), **settings) as (line, api):
        sent = line.visitor().sends_audio(size_bytes=20_000)
        first, asked = api.content(sent.message), api.content(sent.message, "/transcoding")
        line.advance(5)
        then, ready = api.content(sent.message), api.content(sent.message, "/transcoding")

    assert (202, b"", {"status": "processing"}) == (first.status, first.body, asked.json)
    assert (200, 20_000, {"status": "succeeded"}) == (then.status, len(then.body), ready.json)


def test_content_is_gone() -> None:
    with line_with(faults.ContentGone()) as (line, api):
        sent = line.visitor().sends_image()
        found = api.content(sent.message)

    assert 410 == found.status


def test_an_expired_token_is_dead_for_every_call_and_a_renewed_one_works() -> None:
    with line_with(faults.ExpiresToken(**PUSH), allow=["access-token"]) as (line, api):
        alice = line.visitor()
        before = api.get("/v2/bot/info").status
        found = [api.push(alice.id, "a").status, api.get("/v2/bot/info").status]
        renewed = Api(line, issued(line, api))
        found += [renewed.push(alice.id, "b").status, renewed.get("/v2/bot/info").status]

    assert 200 == before
    assert [401, 401, 200, 200] == found


def test_a_stateless_token_can_be_ended_too() -> None:
    with line_with(allow=["access-token"]) as (line, api):
        token, other = issued(line, api, stateless=True), issued(line, api, stateless=True)
        line.add_fault(faults.ExpiresToken(operation="getBotInfo"))
        found = [Api(line, token).get("/v2/bot/info").status for _ in range(2)]
        alive = Api(line, other).get("/v2/bot/info").status

    assert ([401, 401], 200) == (found, alive)


def issued(line: MockLine, api: Api, *, stateless: bool = False) -> str:
    """A new access token, asked for as bots do."""
    shop = line.channel
    form = f"grant_type=client_credentials&client_id={shop['id']}&client_secret={shop['secret']}"
    path = "/oauth2/v3/token" if stateless else "/v2/oauth/accessToken"
    answer = api.call("POST", path, form.encode(), content_type="application/x-www-form-urlencoded")
    return str(answer.json["access_token"])


def test_a_used_up_quota_refuses_what_counts_and_the_questions_agree() -> None:
    with line_with(faults.RunsOutOfQuota(limit=3)) as (line, api):
        bot = Bot(lambda event: api.reply(event["replyToken"], "still here"))
        line.connect(bot)
        alice = line.visitor()
        pushed = api.push(alice.id, "hello")
        quota = api.get("/v2/bot/message/quota").json
        used = api.get("/v2/bot/message/quota/consumption").json
        alice.says("hi")
        line.settle()
        seen = alice.sees()

    assert 429 == pushed.status
    assert ({"type": "limited", "value": 3}, {"totalUsage": 3}) == (quota, used)
    assert ["still here"] == [message["text"] for message in seen]


def test_a_webhook_comes_twice_with_the_same_ids() -> None:
    with line_with(faults.DuplicatesWebhook()) as (line, _):
        bot = Bot()
        line.connect(bot)
        line.visitor().says("hi")
        line.settle()
        ids = [event["webhookEventId"] for event in bot.events]

    assert 2 == len(ids)
    assert 1 == len(set(ids))


def test_webhooks_overtake_each_other() -> None:
    with line_with(faults.OvertakesWebhook(first=1)) as (line, _):
        bot = Bot()
        line.connect(bot)
        alice = line.visitor()
        for text in ("first", "second"):
            alice.says(text)
        line.settle()
        texts = [event["message"]["text"] for event in bot.events]

    assert ["second", "first"] == texts


def test_lines_clock_differs() -> None:
    with line_with(faults.SkewsClock(-300), clock="stepped") as (line, _):
        bot = Bot()
        line.connect(bot)
        line.visitor().says("hi")
        line.settle()
        now_ms = line.state["clock"]["unix_ms"]

    assert [now_ms - 300_000] == [event["timestamp"] for event in bot.events]


def test_a_webhook_may_hold_what_nobody_knows_yet_and_is_signed_all_the_same() -> None:
    with line_with(faults.MutatesWebhook("unknown_message_type", first=1)) as (line, _):
        bot = Bot()
        line.connect(bot)
        alice = line.visitor()
        for text in ("strange", "plain"):
            alice.says(text)
        line.settle()
        secret = line.channel["secret"]
    came = [(headers, body) for headers, body in bot.webhooks if json.loads(body)["events"]]

    assert [False, True] == [event["message"]["type"] == "text" for event in bot.events]
    assert all(matches(secret, body, headers["x-line-signature"]) for headers, body in came)


def test_a_webhook_may_say_the_same_in_other_bytes() -> None:
    with line_with(faults.RestylesWebhook("pretty")) as (line, _):
        bot = Bot()
        line.connect(bot)
        line.visitor().says("hi")
        line.settle()
        secret = line.channel["secret"]
    headers, body = bot.webhooks[-1]

    assert b"\n  " in body
    assert matches(secret, body, headers["x-line-signature"])


# which calls: by operation, path, user, number, chance and time


def test_faults_choose_by_operation_and_by_path() -> None:
    bad_luck = (faults.FailsWith(operation="getBotInfo"), faults.Refuses(operation="/v2/bot/rich*"))
    with line_with(*bad_luck) as (line, api):
        paths = ("/v2/bot/info", "/v2/bot/richmenu/list", "/v2/bot/message/quota")
        found = [api.get(path).status for path in paths]
        pushed = api.push(line.visitor().id, "hello").status

    assert ([500, 429, 200], 200) == (found, pushed)


def test_faults_choose_the_user_by_name_or_id_wherever_the_call_names_them() -> None:
    with line_with(faults.FailsWith(user="Bob")) as (line, api):
        bot = Bot()
        line.connect(bot)
        alice, bob = line.visitor("Alice"), line.visitor("Bob")
        sent = [each.sends_image() for each in (alice, bob)]
        line.settle()
        tokens = [event["replyToken"] for event in bot.events]
        found = [
            [api.push(each.id, "hello").status for each in (alice, bob)],
            [api.get(f"/v2/bot/profile/{each.id}").status for each in (alice, bob)],
            [api.content(each.message).status for each in sent],
            sorted(api.reply(token, "hello").status for token in tokens),
        ]

    assert [[200, 500]] * 4 == found


def test_faults_choose_every_nth_after_some_and_the_first_few() -> None:
    with line_with(faults.FailsWith(every=2, skip=1, first=2)) as (_, api):
        found = statuses(lambda: api.get("/v2/bot/info"), 8)

    assert [200, 200, 500, 200, 500, 200, 200, 200] == found


def test_chance_is_the_seeds() -> None:
    def run(seed: int) -> list[int]:
        with line_with(faults.FailsWith(probability=0.5), seed=seed) as (_, api):
            return statuses(lambda: api.get("/v2/bot/info"), 24)

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert {200, 500} == set(run(1))


def test_faults_have_their_time() -> None:
    with line_with(faults.FailsWith(after_s=10, until_s=20), clock="stepped") as (line, api):
        found = []
        for _ in range(3):
            found.append(api.get("/v2/bot/info").status)
            line.advance(10)

    assert [200, 500, 200] == found


def test_faults_are_composed_and_each_is_told_in_the_ledger() -> None:
    bad_luck = (faults.Slow(0.03), faults.LosesResponse("500", every=2), faults.FailsWith(every=3))
    with line_with(*bad_luck) as (line, api):
        alice = line.visitor()
        found = statuses(lambda: api.push(alice.id, "hello"), 3)
        told = [call.fault for call in line.calls]
        fault_lines = [line for line in line.lines if line["kind"] == "fault"]

    assert [200, 500, 500] == found
    assert [1, 2, 2] == [len(names) for names in told]
    assert 5 == len(fault_lines)


def test_an_operation_that_does_not_exist_is_told_with_the_nearest() -> None:
    wrong = faults.FailsWith(operation="pushMesage")
    with pytest.raises(ConfigurationError, match="pushMessage"), MockLine(faults=[wrong]):
        pass
    with MockLine() as line, pytest.raises(ConfigurationError, match="pushMessage"):
        line.add_fault(faults.FailsWith(operation="pushMesage"))


def test_bad_luck_ends_when_it_is_cleared() -> None:
    with line_with(faults.FailsWith()) as (line, api):
        before = api.get("/v2/bot/info").status
        line.clear_faults()
        after = api.get("/v2/bot/info").status

    assert (500, 200) == (before, after)
