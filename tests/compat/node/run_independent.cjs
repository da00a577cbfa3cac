// Calls of the script by messaging-api-line: each operation as that client spells it. What it
// unwraps (`count`, `linkToken`) is wrapped again; status and headers are those axios saw last.
const { LineClient } = require("messaging-api-line");

const CALLS = {
  replyMessage: (client, body) => client.reply(body.replyToken, body.messages),
  pushMessage: (client, body) => client.push(body.to, body.messages),
  multicast: (client, body) => client.multicast(body.to, body.messages),
  broadcast: (client, body) => client.broadcast(body.messages),
  narrowcast: async (client, body) => {
    const { requestId, ...answer } = await client.narrowcast(body.messages); // the header's
    return answer;
  },
  getNarrowcastProgress: (client, id) => client.getNarrowcastProgress(id),
  getMessageContent: (client, id) => client.getMessageContent(id),
  getProfile: (client, user) => client.getUserProfile(user),
  getGroupSummary: (client, group) => client.getGroupSummary(group),
  getGroupMemberProfile: (client, group, user) => client.getGroupMemberProfile(group, user),
  getGroupMembersIds: (client, group, start) => client.getGroupMemberIds(group, start),
  getGroupMemberCount: async (client, group) => ({
    count: await client.getGroupMembersCount(group),
  }),
  getRoomMemberProfile: (client, room, user) => client.getRoomMemberProfile(room, user),
  getRoomMembersIds: (client, room, start) => client.getRoomMemberIds(room, start),
  getRoomMemberCount: async (client, room) => ({ count: await client.getRoomMembersCount(room) }),
  leaveGroup: (client, group) => client.leaveGroup(group),
  leaveRoom: (client, room) => client.leaveRoom(room),
  issueLinkToken: async (client, user) => ({ linkToken: await client.getLinkToken(user) }),
  getBotInfo: (client) => client.getBotInfo(),
  getWebhookEndpoint: (client) => client.getWebhookEndpointInfo(),
  setWebhookEndpoint: (client, body) => client.setWebhookEndpointUrl(body.endpoint),
  testWebhookEndpoint: (client) => client.testWebhookEndpoint(),
  getMessageQuota: (client) => client.getTargetLimitForAdditionalMessages(),
  getMessageQuotaConsumption: (client) => client.getNumberOfMessagesSentThisMonth(),
  getNumberOfSentReplyMessages: (client, day) => client.getNumberOfSentReplyMessages(day),
  getNumberOfSentPushMessages: (client, day) => client.getNumberOfSentPushMessages(day),
  getNumberOfSentMulticastMessages: (client, day) => client.getNumberOfSentMulticastMessages(day),
  getNumberOfSentBroadcastMessages: (client, day) => client.getNumberOfSentBroadcastMessages(day),
  createRichMenu: (client, menu) => client.createRichMenu(menu),
  getRichMenu: (client, menu) => client.getRichMenu(menu),
  getRichMenuList: async (client) => ({ richmenus: await client.getRichMenuList() }),
  deleteRichMenu: (client, menu) => client.deleteRichMenu(menu),
  setRichMenuImage: (client, menu, image) => client.uploadRichMenuImage(menu, image),
  getRichMenuImage: (client, menu) => client.downloadRichMenuImage(menu),
  setDefaultRichMenu: (client, menu) => client.setDefaultRichMenu(menu),
  getDefaultRichMenuId: (client) => client.getDefaultRichMenu(),
  cancelDefaultRichMenu: (client) => client.deleteDefaultRichMenu(),
  linkRichMenuIdToUser: (client, user, menu) => client.linkRichMenu(user, menu),
  getRichMenuIdOfUser: (client, user) => client.getLinkedRichMenu(user),
  unlinkRichMenuIdFromUser: (client, user) => client.unlinkRichMenu(user),
};
const RETRIED = ["pushMessage", "multicast", "broadcast", "narrowcast"];
const RETRY_KEY = 1; // where an argument of these stands that this client has no place for

function watched(axios, seen) {
  axios.interceptors.response.use(
    (response) => (seen.last = response),
    (error) => {
      seen.last = error.response;
      return Promise.reject(error);
    },
  );
}

function parsed(data, refused) {
  if (Buffer.isBuffer(data) || typeof data === "string") return refused(data.toString());
  return data;
}

import("./serve.mjs").then(({ refused, serve, shown, told }) =>
  serve(async ({ url, token, operation, given }) => {
    const call = CALLS[operation];
    const retried = RETRIED.includes(operation) && given[RETRY_KEY] !== undefined;
    if (!call || retried) return { lacks: true };
    const client = new LineClient({ accessToken: token, origin: url, dataOrigin: url });
    const seen = {};
    watched(client.axios, seen);
    watched(client.dataAxios, seen);
    let body;
    try {
      body = await call(client, ...given.map(told));
    } catch (error) {
      if (!seen.last) throw error;
    }
    const { status, headers, data } = seen.last;
    if (status >= 400) body = parsed(data, refused);
    return { status, headers, body: await shown(body === "" ? undefined : body) };
  }),
);
