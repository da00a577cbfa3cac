// An echo bot on the official Node SDK, as its sample shows: `node tests/bridges/sdk_node/bot.mjs`
// with --listen HOST:PORT, --secret, --token, or PORT, LINE_CHANNEL_SECRET and so on.
//
// What one may expect of its report, from its source: the sample confirms a webhook only when all
// its replies are through, and with 500 where one failed (16). It looks at no destination (12) and
// knows no webhookEventId (21, 22, 23, 25, 29, and so 67). It answers in groups (50) and in standby, where the token is missing and LINE refuses the
// call (85); by reply only, once, whatever LINE says (69, 76); and as the text came: nothing is split
// (80, 81 by the seed's profile), white space is no exception (83). Of what is no text it says
// nothing (32, 45, 46).
import http from "node:http";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

// the packages are those of tests/compat/node
const require = createRequire(new URL("../../compat/node/package.json", import.meta.url));
const { messagingApi, middleware } = require("@line/bot-sdk");

const told = process.env;
const { values } = parseArgs({
  options: {
    listen: { type: "string", default: `127.0.0.1:${told.PORT ?? 8000}` },
    secret: { type: "string", default: told.LINE_CHANNEL_SECRET },
    token: { type: "string", default: told.LINE_CHANNEL_ACCESS_TOKEN },
  },
  strict: false,
});

const client = new messagingApi.MessagingApiClient({
  channelAccessToken: values.token,
  baseURL: told.LINE_API_BASE_URL,
});
const checked = middleware({ channelSecret: values.secret });

function handleEvent(event) {
  if (event.type !== "message" || event.message.type !== "text") return Promise.resolve(null);
  return client.replyMessage({
    replyToken: event.replyToken,
    messages: [{ type: "text", text: event.message.text }],
  });
}

const server = http.createServer((request, response) => {
  checked(request, response, (error) => {
    if (error) {
      const status = error.name === "SignatureValidationFailed" ? 401 : 400;
      response.writeHead(status).end();
      return;
    }
    Promise.all(request.body.events.map(handleEvent))
      .then((result) => response.writeHead(200).end(JSON.stringify(result)))
      .catch((failure) => {
        console.error(failure.message);
        response.writeHead(500).end();
      });
  });
});

const [, host, port] = values.listen.match(/^(.*):(\d+)$/);
server.listen(Number(port), host);
for (const signal of ["SIGTERM", "SIGINT"])
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
