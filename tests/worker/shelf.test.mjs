// What is answered without a network, to whom, and what never is.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { dropOldShells, fromShell, openShell, pageFirst, route, shelfFirst, warm } from "../../service_worker/shelf.js";
import { dropShelves } from "../../service_worker/shelves.js";

const HOME = "https://famille.example";
const asked = (path, more = {}) => ({ method: "GET", url: new URL(path, HOME).href, mode: "cors", headers: new Headers(more.headers), ...more });
const FULL = { headers: { "HX-Request-Type": "full" } };
const NAVIGATION = { mode: "navigate" };

const ROUTES = [
  ["/a/0123/app.js", {}, "asset"], ["/planning", NAVIGATION, "page"], ["/planning?vue=mois", FULL, "page"], ["/", NAVIGATION, "page"],
  ["/f/planning", {}, "fragment"], ["/f/planning?vue=mois", {}, "fragment"], ["/f/planning/jour/2026-11-26", {}, "fragment"],
  ["/f/planningx", {}, "none"], ["/f/live", {}, "none"], ["/f/dossier", {}, "none"], ["/planning", {}, "none"], ["/theme.css", {}, "none"],
  ["/taps", { method: "POST" }, "none"], ["/planning", { method: "POST", mode: "navigate" }, "form"], ["/agent/demandes", { method: "POST", mode: "navigate" }, "none"], ["/f/planning", { method: "HEAD" }, "none"],
  ["/connexion", NAVIGATION, "none"], ["/connexion?suite=/planning", NAVIGATION, "none"], ["/connexion", { method: "POST", mode: "navigate" }, "in"],
  ["/connexion/code", NAVIGATION, "in"], ["/deconnexion", { method: "POST", mode: "navigate" }, "out"], ["/deconnexion", NAVIGATION, "out"],
  ["/agent", NAVIGATION, "none"], ["/agent/jour", NAVIGATION, "none"], ["/agents", NAVIGATION, "none"], ["/boite", NAVIGATION, "none"], ["/sw.js", {}, "none"],
  ["https://autre.example/a/1.js", {}, "none"], ["https://autre.example/", NAVIGATION, "none"],
];
for (const [path, more, plan] of ROUTES) {
  test(`${more.method || "GET"} ${path} (${more.mode || (more.headers ? "full" : "fetch")}) is ${plan}`, () => {
    assert.equal(route({ ...asked(path), ...more, headers: new Headers(more.headers) }, HOME), plan);
  });
}

// Cache Storage as far as the shelf goes: ordered, keyed by address.
function fakeCaches() {
  const boxes = new Map();
  const address = (key) => new URL(typeof key === "string" ? key : key.url, HOME);
  const box = () => {
    const kept = new Map();
    return {
      kept,
      async match(key, { ignoreSearch } = {}) {
        const wanted = address(key);
        const found = [...kept.keys()].find((url) => url === wanted.href || (ignoreSearch && new URL(url).pathname === wanted.pathname));
        return found && kept.get(found).clone();
      },
      async put(key, response) {
        kept.delete(address(key).href);
        kept.set(address(key).href, response);
      },
      keys: async () => [...kept.keys()].map((url) => ({ url })),
      delete: async (key) => kept.delete(address(key).href),
    };
  };
  return {
    boxes,
    open: async (name) => boxes.get(name) || boxes.set(name, box()).get(name),
    keys: async () => [...boxes.keys()],
    delete: async (name) => boxes.delete(name),
    match: async (key) => (await Promise.all([...boxes.values()].map((one) => one.match(key)))).find(Boolean),
  };
}

// A limit still running must not keep the test alive.
const plainTimeout = setTimeout;
globalThis.setTimeout = (...args) => plainTimeout(...args).unref();

let told;
let work;
let time;
Date.now = () => time;
const desk = (account = "a1") => ({ account, tell: (message) => told.push(message), later: (promise) => work.push(promise.catch(() => {})) });
const marked = (body, owner = "a1", status = 200) => new Response(body, { status, headers: owner ? { "X-Marelle-Shelf": owner } : {} });
const cut = (body) => new Response(body.slice(0, -1), { headers: { "X-Marelle-Shelf": "a1", "X-Marelle-Length": body.length } });
const request = (path, more = {}) => ({ url: new URL(path, HOME).href, headers: new Headers(more) });
const done = async () => { while (work.length) await work.shift().catch(() => {}); };
const kept = (name = "u-a1-v1") => [...(caches.boxes.get(name)?.kept.keys() || [])].map((url) => url.slice(HOME.length));
const offline = () => Promise.reject(new TypeError("offline"));

beforeEach(() => {
  globalThis.caches = fakeCaches();
  globalThis.fetch = offline;
  globalThis.Request = class { constructor(url) { Object.assign(this, request(url)); } };
  [told, work, time] = [[], [], 1_000_000];
});

async function shelve(path, body, owner) {
  globalThis.fetch = async () => marked(body, owner);
  await pageFirst(desk(), request(path));
  await done();
  globalThis.fetch = offline;
  told.length = 0;
}

test("a page marked for this account is kept, stamped, and read offline", async () => {
  await shelve("/planning", "calendar");
  assert.deepEqual(kept(), ["/planning"]);
  const answer = await pageFirst(desk(), request("/planning"));
  assert.equal(await answer.text(), "calendar");
  assert.equal(answer.headers.get("X-Marelle-At"), "1000000");
  assert.deepEqual(told, [{ type: "reach", ok: false }]);
});

for (const [what, answer] of [
  ["unmarked", () => marked("x", null)], ["marked for another account", () => marked("x", "b2")], ["an error", () => marked("x", "a1", 500)],
  ["redirected", () => Object.defineProperty(marked("x"), "redirected", { value: true })],
]) {
  test(`an answer that is ${what} is shown and not kept`, async () => {
    globalThis.fetch = async () => answer();
    assert.equal(await (await pageFirst(desk(), request("/planning"))).text(), "x");
    await done();
    assert.deepEqual(kept(), []);
  });
}

test("a page of a child's health is never kept, not even marked by mistake", async () => {
  for (const path of ["/sante", "/sante/kidlina", "/sante/kidlina/fiche?dit=fiche", "/f/sante/kidlina"]) await shelve(path, "health");
  assert.deepEqual(kept(), []);
  globalThis.fetch = offline;
  assert.notEqual(await (await pageFirst(desk(), request("/sante/kidlina"))).text(), "health");
});

test("without an account nothing is kept and nothing is read", async () => {
  await shelve("/planning", "hers");
  globalThis.fetch = async () => marked("x");
  await pageFirst(desk(null), request("/dossier"));
  globalThis.fetch = offline;
  assert.equal((await pageFirst(desk(null), request("/planning"))).type, "error");
  assert.equal((await pageFirst(desk("b2"), request("/planning"))).type, "error");
});

test("what is not on the shelf is answered by the offline page", async () => {
  await (await caches.open("shell-1")).put("/hors-ligne", new Response("hors ligne"));
  assert.equal(await (await pageFirst(desk(), request("/dossier"))).text(), "hors ligne");
});

test("a hung network gives the shelf after two and a half seconds, and a late page is kept all the same", async () => {
  await shelve("/planning", "old");
  let arrive;
  globalThis.fetch = () => new Promise((resolve) => { arrive = resolve; });
  mock.timers.enable({ apis: ["setTimeout"] });
  const coming = pageFirst(desk(), request("/planning"));
  for (let n = 0; n < 10; n += 1) await Promise.resolve();
  mock.timers.tick(2499);
  mock.timers.tick(1);
  assert.equal(await (await coming).text(), "old");
  mock.timers.reset();
  arrive(marked("new"));
  await done();
  assert.equal(await (await caches.boxes.get("u-a1-v1").match("/planning")).text(), "new");
  assert.deepEqual(told.at(-1), { type: "fresh", url: "/planning" });
});

test("a slow page that is not on the shelf is waited for", async () => {
  let arrive;
  globalThis.fetch = () => new Promise((resolve) => { arrive = resolve; });
  mock.timers.enable({ apis: ["setTimeout"] });
  const coming = pageFirst(desk(), request("/facture.pdf"));
  for (let n = 0; n < 10; n += 1) await Promise.resolve();
  mock.timers.tick(5000);
  arrive(marked("pdf", null));
  assert.equal(await (await coming).text(), "pdf");
  mock.timers.reset();
});

test("a server being restarted is answered from the shelf, a refusal of its own is not", async () => {
  await shelve("/planning", "old");
  globalThis.fetch = async () => marked("bad gateway", null, 502);
  assert.equal(await (await pageFirst(desk(), request("/planning"))).text(), "old");
  globalThis.fetch = async () => marked("not found", null, 404);
  assert.equal((await pageFirst(desk(), request("/planning"))).status, 404);
});

test("a preload that failed the way Firefox says it is a silence like another", async () => {
  globalThis.fetch = async () => marked("calendar");
  await pageFirst(desk(), request("/planning"));
  await done();
  const answer = await pageFirst(desk(), request("/planning"), Promise.resolve(Response.error()));
  assert.equal(await answer.text(), "calendar");
  assert.deepEqual(told.at(-1), { type: "reach", ok: false });
});

test("the navigation preload is used when there is one", async () => {
  assert.equal(await (await pageFirst(desk(), request("/planning"), Promise.resolve(marked("preloaded")))).text(), "preloaded");
});

test("a page asked with another query falls back on its sister, a fragment does not", async () => {
  await shelve("/planning?vue=mois", "month");
  assert.equal(await (await pageFirst(desk(), request("/planning?vue=semaine"))).text(), "month");
  globalThis.fetch = async () => marked("fragment");
  await shelfFirst(desk(), request("/f/planning?vue=mois"));
  await done();
  globalThis.fetch = offline;
  await assert.rejects(shelfFirst(desk(), request("/f/planning?vue=semaine")));
});

test("a fragment is answered from the shelf, refreshed behind, and told only when its bytes differ", async () => {
  globalThis.fetch = async () => marked("one");
  await shelfFirst(desk(), request("/f/planning"));
  await done();
  await shelfFirst(desk(), request("/f/planning"));
  await done();
  assert.deepEqual(told.filter(({ type }) => type === "fresh"), []);
  globalThis.fetch = async () => marked("two");
  assert.equal(await (await shelfFirst(desk(), request("/f/planning"))).text(), "one");
  await done();
  assert.deepEqual(told.filter(({ type }) => type === "fresh"), [{ type: "fresh", url: "/f/planning" }]);
});

test("an answer cut on its way, which Firefox takes for complete, replaces nothing", async () => {
  for (const [path, ask] of [["/planning", pageFirst], ["/f/planning", shelfFirst]]) {
    await shelve(path, "calendar");
    globalThis.fetch = async () => cut("calendar of this week");
    assert.equal(await (await ask(desk(), request(path))).text(), "calendar");
    await done();
    assert.deepEqual(told, [{ type: "reach", ok: false }]);
    globalThis.fetch = offline;
    assert.equal(await (await ask(desk(), request(path))).text(), "calendar");
    await done();
  }
});

test("a fragment cut on its way is none, a page is all there is", async () => {
  globalThis.fetch = async () => cut("calendar");
  await assert.rejects(shelfFirst(desk(), request("/f/planning")));
  assert.equal(await (await pageFirst(desk(), request("/planning"))).text(), "calenda");
  await done();
  assert.deepEqual(kept(), []);
});

test("asked again, a fragment costs no request", async () => {
  globalThis.fetch = async () => marked("one");
  await shelfFirst(desk(), request("/f/planning"));
  await done();
  globalThis.fetch = () => assert.fail();
  assert.equal(await (await shelfFirst(desk(), request("/f/planning", { "X-Marelle-Again": "1" }))).text(), "one");
});

test("what is older than thirty days is not shown", async () => {
  await shelve("/planning", "old");
  time += 30 * 86_400_000 + 1;
  assert.equal((await pageFirst(desk(), request("/planning"))).type, "error");
});

test("the shelf keeps eighty answers, the latest", async () => {
  for (let n = 0; n < 90; n += 1) await shelve(`/f/planning?n=${n}`, "x");
  assert.equal(kept().length, 80);
  assert.equal(kept()[0], "/f/planning?n=10");
});

test("a full disk does not break the page that has just arrived", async () => {
  (await caches.open("u-a1-v1")).put = () => Promise.reject(new DOMException("", "QuotaExceededError"));
  globalThis.fetch = async () => marked("x");
  assert.equal(await (await pageFirst(desk(), request("/planning"))).text(), "x");
  await done();
});

test("warming fetches what is missing or old, and stops at the first silence", async () => {
  const fetched = [];
  globalThis.fetch = async ({ url }) => {
    fetched.push(url.slice(HOME.length));
    return fetched.length > 2 ? offline() : marked("x");
  };
  await assert.rejects(warm(desk(), ["/f/planning?m=1", "/f/planning?m=2", "/f/planning?m=3", "/f/planning?m=4"]));
  await done();
  assert.deepEqual(fetched, ["/f/planning?m=1", "/f/planning?m=2", "/f/planning?m=3"]);
  fetched.length = 0;
  await warm(desk(), ["/f/planning?m=1", "/f/planning?m=2"]);
  assert.deepEqual(fetched, []);
});

test("warming ends at a busy town hall", async () => {
  const fetched = [];
  globalThis.fetch = async ({ url }) => {
    fetched.push(url.slice(HOME.length));
    return new Response("", { status: 503 });
  };
  await warm(desk(), ["/f/planning?m=1", "/f/planning?m=2"]);
  assert.deepEqual(fetched, ["/f/planning?m=1"]);
});

// A request as browsers make it: its signal ends the fetch.
function shellWhere(fetched) {
  globalThis.Request = class { constructor(url, options) { Object.assign(this, request(url), options); } };
  globalThis.fetch = fetched;
}

const hung = ({ signal }) => new Promise((_, reject) => {
  signal.addEventListener("abort", () => reject(signal.reason));
});

test("a fetch of the shell that hangs is ended and asked for again, alone", async () => {
  const limits = [];
  const ends = [];
  mock.method(AbortSignal, "timeout", (limit) => {
    const end = new AbortController();
    limits.push(limit);
    ends.push(end);
    return end.signal;
  });
  const asks = [];
  shellWhere(async (wanted) => {
    asks.push(wanted.url.slice(HOME.length));
    return asks.length === 2 ? hung(wanted) : new Response(wanted.url);
  });
  const opening = openShell("1", ["/hors-ligne", "/a/1/app.js", "/a/1/app.css"]);
  await new Promise(setImmediate);
  ends.slice().forEach((end) => end.abort(new Error("too long")));
  await opening;
  assert.deepEqual(kept("shell-1").sort(), ["/a/1/app.css", "/a/1/app.js", "/hors-ligne"]);
  assert.deepEqual(asks, ["/hors-ligne", "/a/1/app.js", "/a/1/app.css", "/a/1/app.js"]);
  assert.ok(limits[3] > limits[0], "a slow phone has all its time the second time");
  mock.restoreAll();
});

test("without the whole shell there is no worker", async () => {
  shellWhere(async ({ url }) => (url.endsWith(".css") ? offline() : new Response(url)));
  await assert.rejects(openShell("1", ["/hors-ligne", "/a/1/app.css"]));
});

test("without an asset, or with one that was cut on its way, there is no worker", async () => {
  for (const broken of [new Response("", { status: 404 }), cut("a { color: red }")]) {
    shellWhere(async ({ url }) => (url.endsWith(".css") ? broken.clone() : new Response(url)));
    await assert.rejects(openShell("1", ["/hors-ligne", "/a/1/app.css"]));
    await new Promise(setImmediate);
    assert.deepEqual(kept("shell-1"), ["/hors-ligne"]);
  }
});

test("assets come from any shell, and one earlier shell is kept for the pages that name its assets", async () => {
  for (const name of ["shell-1", "shell-2", "shell-3", "u-a1-v1"]) await (await caches.open(name)).put(`/a/${name}.js`, new Response(name));
  await dropOldShells("3");
  assert.deepEqual(await caches.keys(), ["shell-2", "shell-3", "u-a1-v1"]);
  assert.equal(await (await fromShell(request("/a/shell-2.js"))).text(), "shell-2");
});

test("another account's shelves are emptied, the shell stays", async () => {
  for (const name of ["shell-1", "u-a1-v1", "u-b2-v1"]) await caches.open(name);
  await dropShelves("u-b2-v1");
  assert.deepEqual(await caches.keys(), ["shell-1", "u-b2-v1"]);
  await dropShelves();
  assert.deepEqual(await caches.keys(), ["shell-1"]);
});
