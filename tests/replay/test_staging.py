"""What a recorded webhook becomes: living ids and tokens, the same bytes around them."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from recorded import BOT, EPOCH_MS, Line, Tape, reply, text_event, user, webhook

from line_sim.mock.platform.platform import Platform
from line_sim.mock.settings import Settings
from line_sim.net.clock import Instant
from line_sim.replay.living import Living
from line_sim.replay.plan import Plan, Planned
from line_sim.replay.scan import scan
from line_sim.replay.selection import Selection
from line_sim.replay.staging import Staged, Staging
from line_sim.replay.token_map import TokenMap
from line_sim.wire import signature

NOW = Instant(0, 0)
LIVE_MS = EPOCH_MS + 10**10


class Stage:
    """Everything between a tape and the wire."""

    def __init__(self, tape: Tape, **choice: Any) -> None:  # noqa: ANN401
        seen = scan(tape)
        self.platform = Platform(Settings(), LIVE_MS)
        self.channel = self.platform.first
        self.map = TokenMap()
        living = Living(self.platform, tape, seen, self.map, lambda _recorded: None)
        self.staging = Staging(dict.fromkeys(seen.channels, self.channel), living)
        self.planned = list(Plan(tape, seen, Selection(**choice)))

    def staged(self) -> list[Staged]:
        """All of it, in order."""
        return [self.staging.webhook(each, each.at_us, NOW) for each in self.planned]

    def events(self) -> list[Line]:
        """The events that go out."""
        return [event for each in self.staged() for event in sent(each)["events"]]


def sent(staged: Staged) -> Line:
    """What goes out, parsed."""
    return json.loads(staged.outgoing.body)


def test_ids_tokens_and_destination_live_and_the_text_stays() -> None:
    stage = Stage(Tape([webhook(1, 0.0, text_event(1, user(7), 0.0, 'say "hi" \U0001f600'))]))
    [staged] = stage.staged()
    body = sent(staged)
    event = body["events"][0]
    assert body["destination"] == stage.channel.bot_user_id
    assert event["source"]["userId"] in stage.channel.provider.people
    assert event["source"]["userId"] in stage.channel.friends
    assert event["message"]["text"] == 'say "hi" \U0001f600'
    assert event["timestamp"] == LIVE_MS
    quoted = stage.platform.seal.quoted(
        stage.channel.id, event["source"]["userId"], event["message"]["quoteToken"]
    )
    assert quoted == event["message"]["id"]
    tokens = stage.channel.reply_tokens
    assert tokens.chats(event["replyToken"]) == (event["source"]["userId"],)
    headers = dict(staged.outgoing.headers)
    assert signature.matches(
        stage.channel.secret, staged.outgoing.body, headers["x-line-signature"]
    )
    assert stage.map.recorded(event["webhookEventId"]) == text_event(1, "", 0)["webhookEventId"]
    assert event["replyToken"] not in stage.map.fresh


@given(st.lists(st.integers(0, 4), min_size=1, max_size=10), st.integers(1, 3))
def test_equal_ids_stay_equal_within_a_loop_and_differ_between_loops(
    numbers: list[int], loops: int
) -> None:
    tape = Tape([
        webhook(place, place * 1.0, text_event(number, user(number % 2), place))
        for place, number in enumerate(numbers, 1)
    ])  # fmt: skip
    events = Stage(tape, loops=loops).events()
    for read in (
        lambda event: event["webhookEventId"],
        lambda event: event["replyToken"],
        lambda event: event["message"]["id"],
        lambda event: event["message"]["quoteToken"],
    ):
        of_loop = [
            [read(e) for e in events[n * len(numbers) : (n + 1) * len(numbers)]]
            for n in range(loops)
        ]
        for each in of_loop:
            pairs = set(zip(numbers, each, strict=True))
            assert len(pairs) == len(set(numbers)) == len(set(each))
        assert len({one for each in of_loop for one in each}) == loops * len(set(numbers))
    people = {(n % 2, e["source"]["userId"]) for n, e in zip(numbers * loops, events, strict=True)}
    assert len(people) == len({n % 2 for n in numbers})


def test_a_redelivery_keeps_id_time_and_token() -> None:
    first = text_event(1, user(1), 0.0)
    again = {**first, "deliveryContext": {"isRedelivery": True}}
    stage = Stage(Tape([webhook(1, 0.0, first), webhook(2, 60.0, again, attempt=2)]))
    one, two = stage.events()
    assert two == {**one, "deliveryContext": {"isRedelivery": True}}
    assert stage.planned[1].attempt == 2


def test_a_redelivery_whose_first_sending_is_not_played_keeps_its_distance() -> None:
    event = text_event(1, user(1), 0.0, deliveryContext={"isRedelivery": True})
    [live] = Stage(Tape([webhook(1, 60.0, event)])).events()
    assert live["timestamp"] == LIVE_MS - 60_000


def test_events_of_one_webhook_keep_their_distances_and_overtaken_ones_their_order() -> None:
    late = text_event(1, user(1), 0.0)
    tape = Tape([
        webhook(1, 1.0, text_event(2, user(1), 0.9), text_event(3, user(2), 1.0)),
        webhook(2, 2.0, late),
    ])  # fmt: skip
    times = [event["timestamp"] - LIVE_MS for event in Stage(tape).events()]
    assert times == [-100, 0, -1_000]


def test_an_event_skewed_by_an_hour_stays_so() -> None:
    [live] = Stage(Tape([webhook(1, 0.0, text_event(1, user(1), 3_600.0))])).events()
    assert live["timestamp"] == LIVE_MS + 3_600_000


def test_unusual_bodies_go_out_as_they_are() -> None:
    bodies = [
        "not json at all",
        '{"events": 5}',
        "[1, 2,  3]",
        '{"destination":"Uother","events":[{"type":"novelty","more":[1e5]},7,null]}',
        '{"events":[{"type":"message","message":"text","source":[]}]}',
        '{"destination": "U1", "events": []}',
    ]
    tape = Tape([webhook(n, n * 1.0, body=body) for n, body in enumerate(bodies)])
    assert [each.outgoing.body.decode() for each in Stage(tape).staged()] == bodies


def test_bytes_that_are_no_text_go_out_as_they_are() -> None:
    line = webhook(1, 0.0)
    del line["body"]
    tape = Tape([{**line, "body_b64": "/wD/"}])
    assert [each.outgoing.body for each in Stage(tape).staged()] == [b"\xff\x00\xff"]


def test_unknown_types_and_places_get_their_ids_too() -> None:
    event = {
        "type": "novelty", "webhookEventId": "01ARZ3NDEKTSV4RRFFQ6900000",
        "deep": {"people": [{"userId": user(1)}, {"userId": BOT}], "messageId": "5"},
    }  # fmt: skip
    stage = Stage(Tape([webhook(1, 0.0, event)]))
    [live] = stage.events()
    assert live["deep"]["people"][0]["userId"] in stage.channel.provider.people
    assert live["deep"]["people"][1]["userId"] == stage.channel.bot_user_id
    assert stage.map.recorded(live["deep"]["messageId"]) == "5"


def with_signature(value: str | None) -> Line:
    """A webhook whose signature header was that; None: there was none."""
    headers = {"Content-Type": "application/json", "Host": "old", "X-Line-Signature": value}
    kept = {name: each for name, each in headers.items() if each is not None}
    return webhook(1, 0.0, text_event(1, user(1), 0.0), headers=kept)


def test_headers_keep_names_and_order_and_the_signature_lives() -> None:
    right = signature.sign("0" * 32, b"whatever it was")
    stage = Stage(Tape([with_signature(right)]))
    [staged] = stage.staged()
    assert [name for name, _ in staged.outgoing.headers] == ["Content-Type", "X-Line-Signature"]
    value = staged.outgoing.headers[1][1]
    assert signature.matches(stage.channel.secret, staged.outgoing.body, value)


def test_wrong_signatures_stay_wrong() -> None:
    for given_value in (None, "", "%% not base64 %%", "c2hvcnQ="):
        stage = Stage(Tape([with_signature(given_value)]))
        [staged] = stage.staged()
        found = [each for name, each in staged.outgoing.headers if "sign" in name.lower()]
        assert found == ([] if given_value is None else [given_value])
    planned = signature.sign("0" * 32, b"")
    tape = Tape([with_signature(planned), {"kind": "fault", "at_s": 0.0, "exchange": 1,
                                           "fault": "WrongSignature"}])  # fmt: skip
    stage = Stage(tape)
    [staged] = stage.staged()
    value = dict(staged.outgoing.headers)["X-Line-Signature"]
    assert len(value) == len(planned)
    assert not signature.matches(stage.channel.secret, staged.outgoing.body, value)


def test_a_recording_without_headers_gets_lines_own() -> None:
    line = webhook(1, 0.0, text_event(1, user(1), 0.0))
    stage = Stage(Tape([line], {"lacks": ["headers", "signatures"]}))
    [staged] = stage.staged()
    names = [name for name, _ in staged.outgoing.headers]
    assert names == ["content-type", "user-agent", "accept", "x-line-signature"]


def told(path: str, answer: object, exchange: int = 90, **more: object) -> list[Line]:
    """A recorded GET and its answer."""
    end = {"kind": "call_end", "at_s": 9.0, "exchange": exchange, "status": 200}
    body = {} if answer is None else {"body": json.dumps(answer)}
    return [
        {"kind": "call", "at_s": 9.0, "exchange": exchange, "method": "GET", "path": path},
        {**end, **body, **more},
    ]


def test_people_and_groups_have_the_names_that_the_recording_shows() -> None:
    group = "C" + "1" * 32
    event = text_event(1, user(1), 0.0, source={"type": "group", "groupId": group,
                                                "userId": user(1)})  # fmt: skip
    profile = {"displayName": "さくら", "userId": user(1), "pictureUrl": "https://p.example/1",
               "language": "ja"}  # fmt: skip
    tape = Tape([
        webhook(1, 0.0, event),
        *told(f"/v2/bot/profile/{user(1)}", profile),
        *told(f"/v2/bot/group/{group}/summary", {"groupName": "Tea"}, 91),
    ])  # fmt: skip
    stage = Stage(tape)
    [live] = stage.events()
    person = stage.channel.provider.people[live["source"]["userId"]]
    assert (person.name, person.language) == ("さくら", "ja")
    chat = stage.platform.chats[live["source"]["groupId"]]
    assert (chat.name, chat.channel, list(chat.members)) == ("Tea", stage.channel, [person.id])


def test_who_unfollows_is_reached_no_more_until_the_next_follow() -> None:
    kinds = ["message", "unfollow", "follow"]
    events = [{**text_event(n, user(1), n * 1.0), "type": kind} for n, kind in enumerate(kinds, 1)]
    for event in events[1:]:
        del event["message"]
    stage = Stage(Tape([webhook(n, n * 1.0, event) for n, event in enumerate(events, 1)]))
    reached = []
    for planned in stage.planned:
        stage.staging.webhook(planned, planned.at_us, NOW)
        [person] = stage.channel.provider.people.values()
        reached.append(stage.channel.reaches(person, NOW))
    assert reached == [True, False, True]


def picture(number: int, **more: object) -> Line:
    """A recorded image event."""
    message = {"type": "image", "id": f"{number}", "contentProvider": {"type": "line"}, **more}
    return text_event(number, user(1), 0.0, message=message)


def test_content_is_the_recorded_one_else_something_of_its_kind_and_size() -> None:
    lines = [webhook(n, 0.0, picture(n)) for n in (1, 2, 3)]
    lines += [{"kind": "media", "at_s": 9.0, "sha256": "a" * 64, "bytes": 4, "type": "image/png"},
              {"kind": "media", "at_s": 9.0, "sha256": "b" * 64, "bytes": 60_000,
               "type": "image/jpeg"}]  # fmt: skip
    lines += told("/v2/bot/message/1/content", None, 91, media="a" * 64)
    lines += told("/v2/bot/message/2/content", None, 92, media="b" * 64)
    tape = Tape(lines)
    tape.files["a" * 64] = b"\x89PNG"
    stage = Stage(tape)
    files = [
        stage.platform.content.file(stage.channel.id, event["message"]["id"], NOW)
        for event in stage.events()
    ]
    assert files[0] == (b"\x89PNG", "image/png")
    assert (len(files[1].content), files[1].media_type) == (60_000, "image/jpeg")
    assert files[2].content.startswith(b"\xff\xd8")


def test_what_was_thought_after_which_answer_is_planned() -> None:
    one, two, three = (text_event(n, user(1), n * 10.0) for n in (1, 2, 3))
    tape = Tape([
        webhook(1, 10.0, one), *reply(2, 12.0, one["replyToken"]),
        webhook(3, 20.0, two),
        webhook(4, 30.0, three), *reply(5, 31.0, two["replyToken"], status=400),
    ])  # fmt: skip
    plan: list[Planned] = list(Plan(tape, scan(tape), Selection()))
    assert [each.answers for each in plan] == [0, 1, 1]
    assert plan[0].thought_s is None
    assert round(plan[1].thought_s or 0, 6) == 7.99
    assert plan[2].thought_s is None
