// The phone's network and what it keeps beside the queue: its cookie, and the last page it was shown.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const SQUARE = /<button class="sq"([^>]*)>(?:.*?)<span class="sr">(.*?)<\/span>/gs;
const ATTRIBUTE = /\s([a-z-]+)="([^"]*)"/g;
const plainFetch = globalThis.fetch;

export class Shelf {
  constructor(file, origin, say) {
    Object.assign(this, { file, origin, say });
    this.kept = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { cookie: "", page: null };
  }

  keep(changes) {
    Object.assign(this.kept, changes);
    writeFileSync(`${this.file}.new`, JSON.stringify(this.kept));
    renameSync(`${this.file}.new`, this.file);
  }

  // What a browser adds: the cookie and where the request comes from. Verdicts that arrive are told to the outside.
  fetch = async (path, options) => {
    const headers = { ...options.headers, cookie: this.kept.cookie, "sec-fetch-site": "same-origin" };
    const answer = await within(whole(this.origin + path, { ...options, keepalive: false, headers }), options.signal);
    if (path === "/taps" && answer.status === 200) this.say({ heard: (await answer.json()).verdicts });
    return answer;
  };

  request(path, options = {}) {
    return this.fetch(path, { redirect: "manual", signal: AbortSignal.timeout(10_000), ...options });
  }

  async enter(name, password) {
    const body = new URLSearchParams({ identifiant: name, mot_de_passe: password });
    const { status, headers } = await this.request("/connexion", { method: "POST", body }).catch(() => ({ status: 0, headers: new Headers() }));
    const cookie = headers.getSetCookie().map((text) => text.split(";")[0]).find((text) => /^marelle=./.test(text));
    if (cookie) this.keep({ cookie });
    return { status };
  }

  // The network first; after the worker's limits what was shown last, if it is this account's.
  async page(path, account) {
    const known = account && this.kept.page?.owner === account;
    try {
      const answer = await this.request(path, { signal: AbortSignal.timeout(known ? 2500 : 12_000) });
      if (answer.status !== 200) return { status: answer.status };
      const html = await answer.text();
      const page = { owner: /name="marelle-account" content="([^"]*)"/.exec(html)[1], squares: squaresIn(html) };
      this.keep({ page });
      return { status: 200, ...page };
    } catch {
      return { status: 0, ...(known ? this.kept.page : {}) };
    }
  }
}

async function whole(url, options) {
  const response = await plainFetch(url, options);
  const { status, headers } = response;
  const text = await response.text();
  return { status, headers, text: async () => text, json: async () => JSON.parse(text) };
}

// Node's fetch, aborted while it unpacks an answer, may never settle; a browser's does.
function within(work, signal) {
  work.catch(() => {});
  return Promise.race([work, new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))]);
}

function squaresIn(html) {
  return [...html.matchAll(SQUARE)].map(([, attributes, name]) => {
    const found = Object.fromEntries([...attributes.matchAll(ATTRIBUTE)].map(([, key, value]) => [key, value]));
    const [square, offered] = found.value.split("~");
    const locked = found["data-s"] === "closed" || found["aria-disabled"] === "true";
    return { square, offered, name, locked, s: found["data-s"], v: Number(found["data-v"]), price: Number(found["data-price"] || 0) };
  });
}
