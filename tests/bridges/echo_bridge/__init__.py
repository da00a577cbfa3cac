"""A small bridge that does everything right: it echoes what customers write, and lets staff send.

Read it as an example, from the outside in:

    program     the start contract: arguments, environment, serving
    app         the bridge: its parts, its HTTP face, its life
    reception   a webhook is checked, stored and only then confirmed
    handling    what an event means: a line of the transcript, an answer to send
    outbox      what goes out, chat by chat, each message once
    routes      by reply token or by push, and what each answer of LINE means
    line_api    one call: token, request id, time-out
    tokens      the channel access token: refused, replaced, renewed
    content     what customers sent in is fetched at once
    attachments what staff send is checked, stored and served
    people      names of customers; which account this is
    texts       splitting texts, cutting names
    desk        what staff do
    agent       docs/agent-view.md as HTTP
    store       the one place of memory: SQLite
    clock, journal, settings

One install serves one channel: the checks of two channels in one process it cannot show.
"""
