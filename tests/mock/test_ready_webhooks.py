"""Webhooks made elsewhere: their bytes go out as they are, in the order of their lanes."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from line_sim.mock.outgoing import Outgoing, outgoing
from line_sim.mock.platform.platform import Platform
from line_sim.mock.running import Options, RunningMock
from line_sim.mock.settings import DispatchSettings, Settings
from line_sim.mock.turns import Turns
from line_sim.net.serve import Server
from line_sim.wire import signature

BODY = b'{ "destination":"U1", "events":[] }'


class Receiver:
    """Answers 200 when it is let; keeps the bodies in the order they came."""

    def __init__(self) -> None:
        self.came: list[bytes] = []
        self.open = asyncio.Event()

    async def __call__(self, _scope: object, receive, send) -> None:  # noqa: ANN001 - ASGI
        """Take one webhook."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.came.append(body)
        await self.open.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def ready(mock: RunningMock, body: bytes, **line: object) -> dict:
    """The flags of a webhook made elsewhere."""
    value = signature.sign(mock.service.platform.first.secret, body)
    headers = [("X-Line-Signature", value), ("content-type", "application/json")]
    return {"ready": Outgoing(headers, body), "lanes": ("one",), "line": line}


def test_bytes_and_headers_go_out_as_they_are() -> None:
    platform = Platform(Settings(), 0)
    made = Outgoing([("X-Line-Signature", "of my own"), ("x-more", "1")], BODY)
    delivery = platform.deliveries.schedule(platform.first, [], 5, {"ready": made})
    assert outgoing(delivery, platform.settings) == made
    assert platform.deliveries.next_due_us() == 5


def test_a_fault_may_still_spoil_the_signature() -> None:
    platform = Platform(Settings(), 0)
    made = Outgoing([("X-Line-Signature", "of my own"), ("x-more", "1")], BODY)
    flags = {"ready": made, "signature": "missing"}
    delivery = platform.deliveries.schedule(platform.first, [], 5, flags)
    assert outgoing(delivery, platform.settings) == Outgoing([("x-more", "1")], BODY)


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True),
            st.integers(0, 5),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_turns_come_in_the_order_of_each_lane(plan: list[tuple[list[str], int]]) -> None:
    lanes = [each for each, _ in plan]
    turns, came = Turns(), list[int]()

    async def one(number: int, turn: object, pause: int) -> None:
        for _ in range(pause):
            await asyncio.sleep(0)
        if pause != 3:  # else it never comes to hand anything over
            await turn.come()  # type: ignore[attr-defined]
            came.append(number)
        turn.over()  # type: ignore[attr-defined]

    async def every() -> None:
        made = [(turns.next(each), pause) for each, pause in plan]
        tasks = [one(number, *each) for number, each in enumerate(made)]
        await asyncio.wait_for(asyncio.gather(*tasks), 5)

    asyncio.run(every())
    for lane in "abc":
        numbers = [number for number in came if lane in lanes[number]]
        assert numbers == sorted(numbers)
    last = {turns.next(lane)._before == [] for lane in "abc"}  # noqa: SLF001 - nobody is waited for
    assert last == {True}


def test_what_finds_no_room_is_pressed_and_every_step_is_told() -> None:
    asyncio.run(_pressed())


async def _pressed() -> None:
    mock = RunningMock(Settings(dispatch=DispatchSettings(in_flight=2)), Options())
    await mock.start()
    told: list[tuple] = []

    class Watching:
        def started(self, sending, exchange) -> None:  # noqa: ANN001
            told.append(("started", exchange, sending.pressed))

        def handed_over(self, sending, _now) -> None:  # noqa: ANN001
            told.append(("handed", sending.shown.number))

        def ended(self, _sending, outcome) -> None:  # noqa: ANN001
            told.append(("ended", outcome.status))

    receiver = Receiver()
    mock.service.dispatcher.watch(Watching())
    async with Server(receiver, lifespan="off") as server:
        channel = mock.service.platform.first
        channel.endpoint = server.url
        bodies = [b'{"events":[],"n":%d}' % number for number in range(4)]
        for number, body in enumerate(bodies):
            flags = ready(mock, body, recorded=number)
            mock.service.platform.deliveries.schedule(channel, [], 0, flags)
        mock.service.dispatcher.wake()
        while len(receiver.came) < 2:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.001)
        receiver.open.set()
        await asyncio.wait_for(mock.service.dispatcher.idle(), 5)
    await mock.stop()
    assert receiver.came == bodies
    assert [each[2] for each in told if each[0] == "started"] == [False, False, True, True]
    assert [each[0] for each in told].count("handed") == 4
    assert [each for each in told if each[0] == "ended"] == [("ended", 200)] * 4
    lines = [line for line in mock.ledger.lines() if line["kind"] == "webhook"]
    assert [line["recorded"] for line in lines] == [0, 1, 2, 3]
    assert [line["body"].encode() for line in lines] == bodies
    mock.ledger.close()
