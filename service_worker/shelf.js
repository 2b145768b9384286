// Decides what may be read without a network, keeps it and hands it out: the public shell and one account's own pages.

import { shelfOf } from "./shelves.js";

const HURRY = 2500;
const PATIENT = 12_000;
const MONTH = 30 * 86_400_000;
const STAMP = "X-Marelle-At";

// Pure: asset (shell only), page (network, then shelf), fragment (shelf, then network), form (network,
// or a page that says that nothing has left) or none (not ours).
// "in" and "out" are the doors: whoever passes may come back as somebody else, so the shelf is shut until a page says who.
export function route({ method, url, mode, headers }, home) {
  const { pathname, origin } = new URL(url);
  if (origin !== home) return "none";
  if (/\/deconnexion$/.test(pathname)) return "out";
  if (/^.connexion/.test(pathname) && (method !== "GET" || pathname.length > 11)) return "in";
  if (method === "POST" && mode === "navigate" && !/^.agent/.test(pathname)) return "form";
  if (method !== "GET" || /^.(connexion|agent|boite|sw\.js)/.test(pathname)) return "none";
  if (/^.a\//.test(pathname)) return "asset";
  if (mode === "navigate" || headers.get("HX-Request-Type") === "full") return "page";
  return /^.f.planning(\/|$)/.test(pathname) ? "fragment" : "none";
}

// Without cookies: the shell is public, an offline page stamped with one parent's account must not greet another.
// One fetch that hangs must not hold the worker at its birth: it is asked for again, with all the time a slow phone needs.
export async function openShell(build, urls) {
  const shell = await caches.open(`shell-${build}`);
  const load = async (url, limit) => {
    const response = await fetch(new Request(url, { cache: "reload", credentials: "omit", signal: AbortSignal.timeout(limit) }));
    if (!response.ok) throw response;
    await entire(response.clone());
    await shell.put(url, response);
  };
  await Promise.all(urls.map((url) => load(url, 20_000).catch(() => load(url, 120_000))));
}

// One earlier shell stays: pages already on the shelf name its assets.
export async function dropOldShells(build) {
  const shells = (await caches.keys()).filter((key) => /^shell-/.test(key) && !key.endsWith(build));
  for (const key of shells.slice(0, -1)) await caches.delete(key);
}

export const fromShell = async (request) => (await caches.match(request, { ignoreVary: true })) || fetch(request);

export const posted = (request) => fetch(request).catch(async () => (await caches.match("/hors-ligne/envoi")) || Response.error());

// desk: { account, tell, later }. The limit is short only when there is something to show instead.
export async function pageFirst(desk, request, preload) {
  const known = await lookUp(desk, request);
  const coming = fetched(desk, request, { preload, piecemeal: !known }).catch(() => {});
  const limit = new Promise((resolve) => setTimeout(resolve, known ? HURRY : PATIENT));
  desk.later(coming);
  const answer = await Promise.race([coming, limit]);
  if (answer && (answer.status < 502 || !known)) return answer;
  desk.tell({ type: "reach", ok: false });
  return known || (await caches.match("/hors-ligne")) || Response.error();
}

// The page says "again" when it asks for what has just been refreshed.
export async function shelfFirst(desk, request) {
  const known = await lookUp(desk, request);
  if (known && request.headers.get("X-Marelle-Again")) return known;
  const coming = fetched(desk, request);
  if (!known) return coming;
  desk.later(coming.catch(() => desk.tell({ type: "reach", ok: false })));
  return known;
}

// At idle: what the parent will want in the bus, unless it is ten minutes fresh. One at a time; the first silence ends it,
// and so does the first answer that is not the page: a busy town hall has better to do.
export async function warm(desk, urls) {
  for (const url of urls) {
    const request = new Request(url);
    const known = await lookUp(desk, request);
    if (!known || Date.now() - known.headers.get(STAMP) > 600_000) {
      const { ok } = await fetched(desk, request);
      if (!ok) return;
    }
  }
}

// Kept: only what the server has marked for this very account; a redirected answer could not serve a navigation.
// Handed out once it is whole, so that what was cut on its way replaces nothing; or piecemeal, where there is nothing else.
// Without a network Firefox hands out a preload that is Response.error(), where the others reject.
async function fetched(desk, request, { preload, piecemeal } = {}) {
  const response = (await preload) || (await fetch(request));
  if (response.type === "error") throw response;
  const { account } = desk;
  const { headers, status, redirected } = response;
  // A child's health never stays on a phone, even if the server should mark it by mistake.
  const mine = account && headers.get("X-Marelle-Shelf") === account && !/^.{0,2}.sante/.test(new URL(request.url).pathname);
  if (!mine || status !== 200 || redirected) return response;
  const arriving = entire(response.clone());
  desk.later(arriving.then((body) => keep(desk, request, response, body)));
  if (!piecemeal) await arriving;
  return response;
}

// Firefox takes a packed answer that was cut on its way for a complete one; the server therefore tells its length unpacked.
async function entire(response) {
  const body = await response.blob();
  if (body.size < response.headers.get("X-Marelle-Length")) throw new Error("cut");
  return body;
}

async function keep(desk, request, { status, headers }, blob) {
  const { shelf, url } = await place(desk, request);
  const body = await blob.text();
  const before = await (await shelf.match(url))?.text();
  const copy = new Response(body, { status, headers });
  copy.headers.set(STAMP, Date.now());
  copy.headers.delete("Vary");
  await shelf.put(url, copy);
  desk.tell({ type: "reach", ok: true });
  if (before && before !== body) desk.tell({ type: "fresh", url });
  const keys = await shelf.keys();
  for (const key of keys.slice(0, -80)) await shelf.delete(key);
}

async function place({ account }, request) {
  const { pathname, search } = new URL(request.url);
  return { shelf: await caches.open(shelfOf(account)), url: pathname + search };
}

// A page asked with another query is better than none (the start address, another week); a fragment must be the one.
async function lookUp(desk, request) {
  if (!desk.account) return undefined;
  const { shelf, url } = await place(desk, request);
  const known = (await shelf.match(url)) || (await shelf.match(url, { ignoreSearch: !url.startsWith("/f/") }));
  return known && Date.now() - known.headers.get(STAMP) < MONTH ? known : undefined;
}
