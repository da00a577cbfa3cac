"""Who customers are is found out beside, from a LINE that may not say; groups are left."""

from collections.abc import Iterator

import pytest
from served_bridge import ServedBridge
from sqlalchemy import update

from line_sim import MockLine, faults
from line_sim.bridge.intake.chats import FALLBACK
from line_sim.bridge.intake.people import FRESH_S, UNTOLD_S, WAITS_S
from line_sim.bridge.store.tables import channels

MOST_WAITED_S = sum(WAITS_S)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBridge]:
    """One bridge for the module; each test has visitors of its own."""
    folder = tmp_path_factory.mktemp("people")
    with MockLine(strict=False) as line, ServedBridge(folder, line) as made:
        yield made


@pytest.fixture
def line(served: ServedBridge) -> MockLine:
    """LINE, without bad luck and with no calls so far."""
    served.line.clear_faults()
    groups(served, allowed=False)
    return served.line


def groups(served: ServedBridge, *, allowed: bool) -> None:
    """Let the account stay in groups, or not."""

    def write() -> None:
        (channel,) = served.bridge.channels
        config = channel.config.model_copy(update={"groups": allowed}).model_dump(mode="json")
        served.bridge.store.run(update(channels).values(config=config))
        served.bridge.channels.refresh(channel.id)

    served.ask(write)
    served.line.switch(groups=True)


def asked(line: MockLine, name: str) -> int:
    """How often a call about somebody was made."""
    return sum(name in path for path in line.calls.paths())


def test_a_name_is_asked_for_once_and_again_when_a_day_has_passed(
    served: ServedBridge, line: MockLine
) -> None:
    alice = line.visitor("Alice", picture_url="https://example.com/a.jpg", language="th")
    for number in range(3):
        alice.says(f"message {number}")
        line.settle()

    served.until(lambda: served.name(alice.id) == "Alice")
    assert served.chat(alice.id)["picture_url"] == "https://example.com/a.jpg"
    assert served.chat(alice.id)["language"] == "th"
    assert asked(line, f"profile/{alice.id}") == 1

    served.advance(FRESH_S)
    alice.says("a day later")
    served.until(lambda: asked(line, f"profile/{alice.id}") == 2)


@pytest.mark.parametrize("status", [404, 403])
def test_who_has_no_readable_profile_is_shown_under_a_name_for_all_of_those(
    served: ServedBridge, line: MockLine, status: int
) -> None:
    visitor = line.visitor(f"Nobody {status}")
    line.add_fault(faults.Refuses(operation="getProfile", status=status))
    for text in ("one", "two"):
        visitor.says(text)
        line.settle()

    assert served.name(visitor.id) == FALLBACK
    assert ["one", "two"] == served.texts(visitor.id)
    assert asked(line, f"profile/{visitor.id}") == 1


def test_a_line_that_does_not_say_is_asked_again_soon_and_later(
    served: ServedBridge, line: MockLine
) -> None:
    visitor = line.visitor("Slowly")
    line.add_fault(faults.FailsWith(operation="getProfile", first=len(WAITS_S) + 1))
    visitor.says("hello")
    line.settle()
    for times, wait_s in enumerate(WAITS_S, 1):
        served.until(lambda times=times: served.told_of(visitor.id) == times)
        served.advance(wait_s)
    served.until(lambda: served.told_of(visitor.id) == len(WAITS_S) + 1)
    assert served.name(visitor.id) == FALLBACK

    visitor.says("too early to ask again")
    line.settle()
    assert asked(line, f"profile/{visitor.id}") == len(WAITS_S) + 1
    served.advance(UNTOLD_S)
    visitor.says("now")
    served.until(lambda: served.name(visitor.id) == "Slowly")


def test_a_message_does_not_wait_for_a_name(served: ServedBridge, line: MockLine) -> None:
    visitor = line.visitor("Hanging")
    line.add_fault(faults.Slow(operation="getProfile", seconds=0.3))
    said = visitor.says("hello")

    line.settle()

    assert ["hello"] == served.texts(visitor.id)
    ends = [each for each in line.lines if each["kind"] == "webhook_end"]
    assert said.events
    assert ends[-1]["took_ms"] < 300


def test_a_name_that_an_earlier_life_did_not_ask_for_is_asked_for_at_the_start(
    served: ServedBridge, line: MockLine
) -> None:
    visitor = line.visitor("Interrupted")
    line.add_fault(faults.FailsWith(operation="getProfile", first=1))
    visitor.says("hello")
    line.settle()
    assert served.name(visitor.id) == FALLBACK

    served.restart()

    served.until(lambda: served.name(visitor.id) == "Interrupted")


def test_a_name_of_any_letters_is_kept(served: ServedBridge, line: MockLine) -> None:
    name = "สมชาย \u202e\U0001f468\u200d\U0001f469\u200d\U0001f467 <b>'; DROP TABLE chats;--"
    visitor = line.visitor(name)

    visitor.says("hello")

    served.until(lambda: served.name(visitor.id) == name)


def test_a_group_is_left_where_the_account_may_not_be(served: ServedBridge, line: MockLine) -> None:
    member = line.visitor("Member")
    group = line.group("Friends", [member])

    group.invites_bot()
    line.settle()

    served.until(lambda: asked(line, f"group/{group.id}/leave") == 1)
    assert asked(line, f"group/{group.id}/summary") == 0
    assert not line.calls.to(group).sends()


def test_a_room_is_left_even_when_line_fails_at_first(served: ServedBridge, line: MockLine) -> None:
    guest = line.visitor("Guest")
    room = line.group("Room", [guest], room=True)
    line.add_fault(faults.FailsWith(operation="leaveRoom", first=1))

    room.invites_bot()
    guest.says("hello all", group=room)  # the account is in a room from its first event on
    served.until(lambda: served.told_of(f"{room.id}/leave") == 1)

    def tried_again() -> bool:
        served.advance(MOST_WAITED_S)  # again and again: it may not have begun to wait yet
        return asked(line, f"room/{room.id}/leave") == 2

    served.until(tried_again)


def test_in_an_allowed_group_members_and_the_group_have_their_names(
    served: ServedBridge, line: MockLine
) -> None:
    groups(served, allowed=True)
    member = line.visitor("Mia")
    group = line.group("Family", [member])

    group.invites_bot()
    member.says("hello all", group=group)
    line.settle()

    served.until(lambda: "Family" == served.name(group.id))
    served.until(lambda: "Mia" == served.name(member.id))
    assert "hello all" in served.texts(group.id)
    assert [] == served.texts(member.id)
    assert asked(line, f"group/{group.id}/leave") == 0
    assert asked(line, f"group/{group.id}/member/{member.id}") == 1
    assert asked(line, f"profile/{member.id}") == 0
