// How a client is asked: a line of JSON in, a line of JSON out. Files are {"base64", "type"} on the
// way in and {"bytes", "sha256"} on the way out.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";

export function told(value) {
  if (value?.base64 !== undefined) return Buffer.from(value.base64, "base64");
  return value ?? undefined; // null stands for an argument that is left out
}

export async function shown(body) {
  if (body === undefined || body === null) return {};
  if (body[Symbol.asyncIterator] && !Buffer.isBuffer(body)) {
    const parts = [];
    for await (const part of body) parts.push(part);
    body = Buffer.concat(parts);
  }
  if (!Buffer.isBuffer(body)) return body;
  if (body.length === 0) return {};
  return { bytes: body.length, sha256: createHash("sha256").update(body).digest("hex") };
}

export function refused(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // content that is not there has no body
  }
}

export async function serve(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    console.log(JSON.stringify(await answer(asked).catch((error) => ({ broke: error.stack }))));
  }
}
