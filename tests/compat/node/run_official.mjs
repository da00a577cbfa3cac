// Calls of the script by @line/bot-sdk: operations have LINE's names, arguments LINE's order.
import { HTTPFetchError, channelAccessToken, messagingApi } from "@line/bot-sdk";
import { refused, serve, shown, told } from "./serve.mjs";

const AREAS = {
  messaging: messagingApi.MessagingApiClient,
  blob: messagingApi.MessagingApiBlobClient,
  token: channelAccessToken.ChannelAccessTokenClient,
};

function argument(value) {
  const found = told(value);
  return Buffer.isBuffer(found) ? new Blob([found], { type: value.type }) : found;
}

await serve(async ({ url, token, area, operation, given }) => {
  const client = new AREAS[area]({ baseURL: url, channelAccessToken: token });
  const call = client[`${operation}WithHttpInfo`];
  if (!call) return { lacks: true };
  try {
    const { httpResponse, body } = await call.apply(client, given.map(argument));
    const headers = Object.fromEntries(httpResponse.headers);
    return { status: httpResponse.status, headers, body: await shown(body) };
  } catch (error) {
    if (!(error instanceof HTTPFetchError)) throw error;
    const headers = Object.fromEntries(error.headers);
    return { status: error.status, headers, body: refused(error.body) };
  }
});
