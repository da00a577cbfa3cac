"""The good bridge does what it is the example of, on real sockets against a mock of LINE."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from echo_bridge.app import Bridge
from echo_bridge.settings import Settings

from line_sim import MockLine, faults
from line_sim.replay.agent_view import Attachment, Entry, HttpAgentView
from line_sim.wire.signature import sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WAIT_S = 8.0
EMOJI = "สวัสดี 🙂👩‍👩‍👧 “quoted” — café \u2028 🇹🇭"


def told(line: MockLine, **more: Any) -> Settings:  # noqa: ANN401
    """The settings of a bridge for the mock's first channel."""
    said = line.environment
    return Settings(
        secret=said["LINE_CHANNEL_SECRET"],
        access_token=said["LINE_CHANNEL_ACCESS_TOKEN"],
        api_url=said["LINE_API_BASE_URL"],
        data_url=said["LINE_DATA_API_BASE_URL"],
        agent=True,
        **more,
    )


@contextmanager
def connected(**more: Any) -> Iterator[tuple[MockLine, HttpAgentView]]:  # noqa: ANN401
    """A mock with the good bridge at it, and the bridge's staff."""
    with (
        MockLine(**more) as line,
        closing(HttpAgentView(line.connect(Bridge(told(line)).app()))) as view,
    ):
        yield line, view


def within(done: Callable[[], bool]) -> bool:
    """Whether it becomes so."""
    until = time.monotonic() + WAIT_S
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def customer(view: HttpAgentView, user: str) -> list[Entry]:
    """What staff see that a customer did."""
    return [entry for entry in view.transcript(user) if entry.from_ == "customer"]


def test_every_text_comes_back_as_it_was_by_reply() -> None:
    with connected() as (line, view):
        alice = line.visitor("Alice")
        alice.says(EMOJI)
        line.settle(WAIT_S)
        alice.sends_sticker(keywords=["cat"])
        line.settle(WAIT_S)

        assert [EMOJI, "You sent: sticker"] == line.calls.to(alice).texts()
        assert [EMOJI, "[sticker cat]"] == [entry.text for entry in customer(view, alice.id)]


def test_a_copy_after_a_restart_is_known(tmp_path: Path) -> None:
    with MockLine() as line:
        file = str(tmp_path / "state.sqlite")
        line.connect(Bridge(told(line, state=file)).app())
        alice = line.visitor("Alice")
        alice.says("once")
        line.settle(WAIT_S)
        webhooks = [each for each in line.lines if each["kind"] == "webhook"]
        sent = next(each for each in webhooks if "once" in str(each))
        body = sent["body"].encode()
        again = line.connect(Bridge(told(line, state=file)).app())
        headers = {"x-line-signature": sign(line.environment["LINE_CHANNEL_SECRET"], body)}
        answer = httpx.post(again, content=body, headers=headers, trust_env=False)
        alice.says("twice")
        line.settle(WAIT_S)

        assert 200 == answer.status_code
        assert ["once", "twice"] == line.calls.to(alice).texts()


def test_a_film_that_is_still_prepared_is_waited_for() -> None:
    with connected(faults=[faults.PreparesContent(seconds=0.4)]) as (line, view):
        alice = line.visitor("Alice")
        alice.expect(reply=1)
        alice.sends_video()

        assert within(lambda: any(entry.media_sha256 for entry in customer(view, alice.id)))


@pytest.mark.parametrize("how", ["500", "reset"])
def test_a_push_whose_answer_was_lost_is_sent_once_and_shown_so(how: str) -> None:
    lost = faults.LosesResponse(operation="pushMessage", how=how, first=1)
    with connected(faults=[lost]) as (line, view):
        alice = line.visitor("Alice")
        alice.says("hello")
        line.settle(WAIT_S)
        sent = view.send(alice.id, text="on its way", staff="Aom Suk")

        assert within(lambda: view.transcript(alice.id)[-1].delivery == "sent")
        assert sent.id == view.transcript(alice.id)[-1].id
        assert ["hello", "on its way"] == [each["text"] for each in alice.sees()]


def test_a_reply_whose_answer_was_lost_is_never_pushed_beside_it() -> None:
    lost = faults.LosesResponse(operation="replyMessage", how="500", first=1)
    with connected(faults=[lost], allow=["reply-token"]) as (line, view):
        alice = line.visitor("Alice")
        alice.says("hello")

        assert within(lambda: view.transcript(alice.id)[-1].delivery == "sent")
        assert ["hello"] == [each["text"] for each in alice.sees()]
        assert not line.calls.of("pushMessage")


def test_a_refused_reply_token_is_followed_by_one_push() -> None:
    refused = faults.Refuses(status=400, operation="replyMessage", first=1)
    with connected(faults=[refused]) as (line, _):
        alice = line.visitor("Alice")
        alice.says("hello")

        assert within(lambda: len(alice.sees()) == 1)
        assert 1 == len(line.calls.of("pushMessage"))


def test_429_is_waited_out_and_the_order_kept() -> None:
    busy = faults.Refuses(status=429, operation="pushMessage", first=2)
    with connected(faults=[busy]) as (line, view):
        alice = line.visitor("Alice")
        alice.says("hello")
        line.settle(WAIT_S)
        for number in range(4):
            view.send(alice.id, text=f"part {number}")

        assert within(lambda: len(alice.sees()) == 5)
        assert [f"part {n}" for n in range(4)] == [each["text"] for each in alice.sees()[1:]]


def test_many_customers_and_many_messages_keep_their_order() -> None:
    with connected() as (line, _):
        people = [line.visitor(f"Visitor {number}") for number in range(5)]
        for number in range(6):
            for person in people:
                person.says(f"{person.name} {number}")
        line.settle(WAIT_S)

        for person in people:
            wanted = [f"{person.name} {number}" for number in range(6)]

            assert wanted == line.calls.to(person).texts()


def test_what_was_taken_back_is_gone_also_when_that_comes_first() -> None:
    late = faults.DelaysWebhook(seconds=0.3, event="message", skip=1, first=1)
    with connected(faults=[late]) as (line, view):
        alice = line.visitor("Alice")
        alice.says("first")
        line.settle(WAIT_S)
        alice.unsends(alice.says("a secret"))
        line.settle(WAIT_S)
        with line.together():
            alice.unsends(alice.says("another secret"))
        line.settle(WAIT_S)

        assert "secret" not in str(view.transcript(alice.id))
        assert ["first"] == [each["text"] for each in alice.sees()]
        assert "retracted" in {entry.state for entry in view.transcript(alice.id)}


def test_staffs_picture_has_a_preview_and_a_file_is_refused_with_the_reason() -> None:
    from line_sim.media import images  # noqa: PLC0415 - loaded when needed

    with connected() as (line, view):
        alice = line.visitor("Alice")
        alice.says("hello")
        line.settle(WAIT_S)
        view.configure(public_url="https://bridge.example")
        sent = view.send(alice.id, media=Attachment(images.image("png").data, "image/png"))
        refused = view.send(alice.id, media=Attachment(b"%PDF-1.7", "application/pdf"))

        assert within(lambda: len(alice.sees()) == 2)
        assert "queued" == sent.state
        assert alice.sees()[1]["previewImageUrl"] != alice.sees()[1]["originalContentUrl"]
        assert ("refused", True) == (refused.state, "no files" in refused.reason)


def test_a_wrong_pair_of_secret_and_token_is_told() -> None:
    two = [{"name": "shop"}, {"name": "other"}]
    with MockLine(channels=two) as line:
        wrong = told(line)
        wrong.access_token = line.channels[1].access_token
        with closing(HttpAgentView(line.connect(Bridge(wrong).app()))) as view:
            assert within(lambda: any("same channel" in alert for alert in view.alerts()))


def test_time_can_be_moved_on_and_secrets_stay_out_of_the_log() -> None:
    late = faults.Refuses(status=429, operation="pushMessage", first=6)
    with connected(faults=[late]) as (line, view):
        alice = line.visitor("Alice")
        alice.says("hello")
        line.settle(WAIT_S)
        view.send(alice.id, text="later")

        def later() -> bool:
            view.clock(60.0)  # no back-off is longer
            return len(alice.sees()) == 2

        assert within(later)
        logged = "\n".join(view.logs())
        secrets = [line.environment["LINE_CHANNEL_SECRET"], line.channel.access_token]

        assert "request id" in logged
        assert [] == [secret for secret in secrets if secret in logged]
