"""What staff send: refused at once with the reason, or queued, in order, once a key."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outgoing_bench import Attempt, Bench, Shop
from sqlalchemy import select

from line_sim.bridge.outgoing.courtesies import LOADING_S, loading_s
from line_sim.bridge.store.tables import chats, enquiries, entries, outbox, staff
from line_sim.mock import faults
from line_sim.wire.bridge_profiles import load

Test = Callable[[Bench, Shop], Coroutine[Any, Any, None]]
MOST = load("seed").text.max_units


def run(test: Test, folder: Path, shop: Shop) -> None:
    """Run a test with a bench of its own."""

    async def whole() -> None:
        bench = Bench(folder, shop)
        try:
            await bench.outbox.start()
            await test(bench, shop)
        finally:
            await bench.close()

    asyncio.run(whole())


REFUSED = {
    "empty": ("", "empty"),
    "white space": (" \n\t\u3000", "white space"),
    "half a character": ("a\ud83d", "half of a character"),
    "too long": ("x" * (MOST + 1), f"at most {MOST:,}"),
    "too long by an emoji": ("x" * (MOST - 1) + "\U0001f600", f"at most {MOST:,}"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_sent_is_refused_and_leaves_nothing(
    tmp_path: Path, shop: Shop, text: str, reason: str
) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        sent = bench.sending.send(bench.chat(shop.visitor().id), None, text=text)

        assert (None, "refused") == (sent.entry, sent.state)
        assert reason in sent.reason
        assert [] == bench.store.rows(select(entries)) == bench.store.rows(select(outbox))

    run(test, tmp_path, shop)


def test_a_long_text_goes_out_whole_where_the_channel_splits(tmp_path: Path, shop: Shop) -> None:
    text = "".join(f"{n:05} \U0001f469\u200d\U0001f680" for n in range(3_000))

    async def test(bench: Bench, shop: Shop) -> None:
        bench.configure(split_long="split")
        visitor = shop.visitor()
        entry = bench.wish(bench.chat(visitor.id), text)
        assert await bench.ended(entry) == "sent"

        seen = [each["text"] for each in visitor.sees()]
        assert text == "".join(seen)
        assert len(bench.made) == 2
        assert all(len(said["messages"]) <= 5 for _, said, *_ in bench.made)

    run(test, tmp_path, shop)


@settings(max_examples=20)
@given(texts=st.lists(st.sampled_from("abcd"), min_size=2, max_size=5), data=st.data())
def test_a_chat_is_told_in_order_whatever_befalls_a_call(
    shop: Shop, tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    unlucky = data.draw(st.integers(0, len(texts) - 1))
    fault = data.draw(st.sampled_from(
        [faults.FailsWith(500), faults.Refuses(429), faults.LosesResponse("reset")]
    ))  # fmt: skip

    async def test(bench: Bench, shop: Shop) -> None:
        bench.plan.extend([Attempt()] * unlucky + [Attempt(fault)])
        visitor = shop.visitor()
        chat = bench.chat(visitor.id)
        found = [bench.wish(chat, text) for text in texts]
        await bench.ended(*found)

        assert texts == [each["text"] for each in visitor.sees()]

    run(test, tmp_path_factory.mktemp("order"), shop)


def test_no_chat_waits_for_another(tmp_path: Path, shop: Shop) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        stuck, free = shop.visitor(), shop.visitor()
        shop.line.add_fault(faults.Hangs(user=stuck.id))
        try:
            bench.wish(bench.chat(stuck.id), "first")
            assert await bench.ended(bench.wish(bench.chat(free.id), "second")) == "sent"
        finally:
            shop.line.clear_faults()

    run(test, tmp_path, shop)


def test_the_same_key_is_the_same_message(tmp_path: Path, shop: Shop) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor, other = shop.visitor(), shop.visitor()
        chat = bench.chat(visitor.id)
        first = bench.sending.send(chat, None, text="Here", key="k")
        assert first.entry is not None
        again = bench.sending.send(chat, None, text="Here", key="k")
        elsewhere = bench.sending.send(bench.chat(other.id), None, text="Here", key="k")
        await bench.ended(first.entry)

        assert first.entry == again.entry
        assert "refused" == elsewhere.state
        assert 1 == len(visitor.sees())
        assert "sent" == bench.sending.send(chat, None, text="Here", key="k").state

    run(test, tmp_path, shop)


def test_a_quote_works_in_its_own_chat_and_not_once_taken_back(tmp_path: Path, shop: Shop) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor, other = shop.visitor(), shop.visitor()
        message = shop.said(visitor)["message"]
        chat = bench.chat(visitor.id)
        entry = bench.transcript.note(
            chat, author="customer", kind="text", text="hello", at_ms=0, message=message["id"],
            quote_token=message["quoteToken"],
        )  # fmt: skip
        quoting = bench.sending.send(chat, None, text="Yes", quote=message["id"])
        wrong = bench.sending.send(bench.chat(other.id), None, text="Yes", quote=message["id"])
        assert quoting.entry is not None
        await bench.ended(quoting.entry)
        bench.transcript.set(entry, state="retracted")
        late = bench.sending.send(chat, None, text="Yes", quote=message["id"])

        assert message["quoteToken"] == bench.made[0][1]["messages"][0]["quoteToken"]
        assert ["refused"] * 2 == [wrong.state, late.state]

    run(test, tmp_path, shop)


def test_who_blocked_the_account_and_groups_are_not_written_to(tmp_path: Path, shop: Shop) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor = shop.visitor()
        chat, group = bench.chat(visitor.id), bench.chat("C" + "0" * 32, "group")
        bench.store.run(chats.update().where(chats.c.id == chat).values(blocked=1))

        assert "blocked" in bench.sending.send(chat, None, text="Hello").reason
        assert "groups" in bench.sending.send(group, None, text="Hello").reason
        assert "no such chat" in bench.sending.send(99, None, text="Hello").reason

    run(test, tmp_path, shop)


def test_what_waits_when_somebody_blocks_the_account_is_told_as_failed(
    tmp_path: Path, shop: Shop
) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor = shop.visitor()
        chat = bench.chat(visitor.id)
        entry = bench.wish(chat, "Hello")
        bench.store.run(chats.update().values(blocked=1))

        assert "failed" == await bench.ended(entry)
        assert "blocked" in bench.outbox.reason(entry)
        assert [] == bench.made

    run(test, tmp_path, shop)


@pytest.mark.parametrize(
    ("locale", "form", "name"),
    [
        ("en", "none", None), ("en", "first_name", "Aom"), ("en", "full_name", "Aom Suk"),
        ("ja", "full_name", "Suk Aom"), ("th", "full_name", "Aom Suk"),
        ("zh-TW", "full_name", "Suk Aom"),
    ],
)  # fmt: skip
def test_staff_are_named_as_the_channel_says(
    tmp_path: Path, shop: Shop, locale: str, form: str, name: str | None
) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        bench.configure(display_name_format=form)
        member = bench.store.add(
            staff, number=0, login="aom", first_name="Aom", last_name="Suk", locale=locale,
            created_at=0.0,
        )  # fmt: skip
        sent = bench.sending.send(bench.chat(shop.visitor().id), member, text="Hello")
        assert sent.entry is not None
        await bench.ended(sent.entry)

        (message,) = bench.made[0][1]["messages"]
        assert name == message.get("sender", {}).get("name")

    run(test, tmp_path, shop)


def test_the_desk_is_told_of_a_message_to_an_enquiry_that_somebody_has(
    tmp_path: Path, shop: Shop
) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        chat, free = (bench.chat(shop.visitor().id) for _ in range(2))
        for number, (of, state) in enumerate([(chat, "closed"), (chat, "ongoing"), (free, "open")]):
            bench.store.add(
                enquiries, number=number, chat=of, channel=1, state=state, created_at=0.0
            )
        entry = bench.wish(chat, "Hello")
        bench.wish(free, "Hello")

        assert [(1, "text")] == bench.desk.wrote
        assert 1 == bench.store.value(select(entries.c.enquiry).where(entries.c.id == entry))

    run(test, tmp_path, shop)


def test_staff_may_have_sent_again_what_failed_under_another_key(
    tmp_path: Path, shop: Shop
) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor = shop.visitor()
        bench.plan.append(Attempt(faults.Refuses(403)))
        entry = bench.wish(bench.chat(visitor.id), "Hello")
        assert await bench.ended(entry) == "failed"
        assert "403" in bench.outbox.reason(entry)
        assert [] == visitor.sees()

        assert bench.sending.resend(entry)
        assert await bench.ended(entry) == "sent"
        assert not bench.sending.resend(entry)
        assert ["Hello"] == [each["text"] for each in visitor.sees()]
        assert 2 == len({key for _, _, key, _ in bench.made})

    run(test, tmp_path, shop)


def test_what_waits_can_be_withdrawn_and_what_was_sent_cannot(tmp_path: Path, shop: Shop) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor = shop.visitor()
        chat = bench.chat(visitor.id)
        entry = bench.wish(chat, "first")
        late = bench.wish(chat, "second")
        assert bench.outbox.withdraw(late)
        await bench.ended(entry)

        assert "withdrawn" == bench.outbox.delivery(late)
        assert not bench.outbox.withdraw(entry)
        assert ["first"] == [each["text"] for each in visitor.sees()]

    run(test, tmp_path, shop)


def test_listeners_hear_of_each_change(tmp_path: Path, shop: Shop) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        heard: list[tuple[int, str]] = []
        bench.outbox.on_changed(lambda _, e: heard.append((e, bench.outbox.delivery(e))))
        entry = bench.wish(bench.chat(shop.visitor().id), "Hello")
        await bench.ended(entry)

        assert [(entry, "queued"), (entry, "sent")] == heard
        assert bench.store.value(select(entries.c.message).where(entries.c.id == entry))

    run(test, tmp_path, shop)


def test_read_is_shown_once_by_the_newest_message_where_line_leaves_it_to_us(
    tmp_path: Path, shop: Shop
) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor = shop.visitor()
        chat = bench.chat(visitor.id)
        for number in range(2):
            token = shop.said(visitor)["message"]["markAsReadToken"]
            bench.transcript.note(
                chat, author="customer", kind="text", text="", at_ms=number, read_token=token
            )
        assert bench.sending.read(chat)
        assert not bench.sending.read(chat)
        bench.channel.account = {"markAsReadMode": "auto"}
        bench.transcript.note(
            chat, author="customer", kind="text", text="", at_ms=9, read_token=token
        )
        assert not bench.sending.read(chat)
        await bench.calls()

        assert [("markAsRead", {"markAsReadToken": token}, "", 200)] == bench.made

    run(test, tmp_path, shop)


@given(st.floats(allow_nan=True))
def test_the_loading_indicator_has_a_length_that_line_takes(seconds: float) -> None:
    assert loading_s(seconds) in LOADING_S


def test_typing_is_shown_to_users_alone(tmp_path: Path, shop: Shop) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor = shop.visitor()
        shop.said(visitor)
        assert not bench.sending.typing(bench.chat("C" + "1" * 32, "group"), 10.0)
        assert bench.sending.typing(bench.chat(visitor.id), 12.0)
        await bench.calls()

        ((path, said, key, status),) = bench.made
        assert ("start", 15, "", 202) == (path, said["loadingSeconds"], key, status)

    run(test, tmp_path, shop)


def test_a_reply_token_is_for_one_call_and_the_youngest_is_taken(
    tmp_path: Path, shop: Shop
) -> None:
    async def test(bench: Bench, shop: Shop) -> None:
        visitor = shop.visitor()
        old, young = shop.said(visitor), shop.said(visitor)
        chat = bench.keep(old)
        bench.clock.pass_(5.0)
        bench.keep(young)
        await bench.ended(*[bench.wish(chat, text) for text in "abc"])

        assert ["reply", "reply", "push"] == [path for path, *_ in bench.made]
        assert [young["replyToken"], old["replyToken"]] == [
            said["replyToken"] for path, said, *_ in bench.made if path == "reply"
        ]
        assert ["a", "b", "c"] == [each["text"] for each in visitor.sees()]

    run(test, tmp_path, shop)
