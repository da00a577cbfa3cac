// A bot on the official Node SDK, written as its documentation says: `middleware` checks the
// signature and parses the body, the clients answer. Where LINE's base URLs are not in the
// environment it calls LINE's own hosts, which a test leads to the mock by name.
import http from "node:http";
import { LineBotClient, middleware } from "@line/bot-sdk";

const client = LineBotClient.fromChannelAccessToken({
  channelAccessToken: process.env.LINE_CHANNEL_ACCESS_TOKEN,
  apiBaseURL: process.env.LINE_API_BASE_URL,
  dataApiBaseURL: process.env.LINE_DATA_API_BASE_URL,
});
const checked = middleware({ channelSecret: process.env.LINE_CHANNEL_SECRET });

async function picture(messageId) {
  const answer = await client.getMessageContentWithHttpInfo(messageId);
  let bytes = 0;
  for await (const part of answer.body) bytes += part.length;
  return `${bytes} bytes of ${answer.httpResponse.headers.get("content-type")}`;
}

async function handle(event) {
  if (event.type !== "message" || event.mode !== "active") return;
  const { message, replyToken, source } = event;
  const reply = (text) =>
    client.replyMessage({ replyToken, messages: [{ type: "text", text }] });
  if (message.type === "image") await reply(await picture(message.id));
  else if (message.type !== "text") return;
  else if (message.text === "push")
    await client.pushMessage(
      { to: source.userId, messages: [{ type: "text", text: "pushed" }] },
      crypto.randomUUID(),
    );
  else await reply(`echo: ${message.text}`);
}

const server = http.createServer((request, response) => {
  checked(request, response, (error) => {
    const status = !error ? 200 : error.name === "SignatureValidationFailed" ? 401 : 400;
    response.writeHead(status).end(); // before the work: LINE waits two seconds at most
    if (error) return;
    for (const event of request.body.events)
      handle(event).catch((failure) => console.error(failure));
  });
});

server.listen(Number(process.env.PORT), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/callback`);
});
