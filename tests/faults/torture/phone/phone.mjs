// One phone, a process of its own: the portal's own queue, courier and store, driven from outside by lines of JSON.
//
// node phone.mjs <folder of this phone> <origin> <folder of service_worker>
// In: {"n", "do", ...}. Out: {"done": n, ...} and, as they happen, tried, recorded, heard. Its world (clock, timers,
// limits) runs `speed` times as fast as ours, so that eight seconds of silence cost half a second of a test.

import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { mount } from "./disk.mjs";
import { Shelf } from "./shelf.mjs";
import { tabs } from "./tab.mjs";

const [, , folder, origin, modules] = process.argv;
const realNow = Date.now;
const world = { speed: 16, skew: 0, at: realNow(), since: realNow() };
const worldNow = () => world.at + (realNow() - world.since) * world.speed;
Date.now = () => Math.round(worldNow() + world.skew);
// With a timer that holds its signal: node's own may be thrown away before its time has come.
AbortSignal.timeout = (ms) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException("too long", "TimeoutError")), ms / world.speed);
  return controller.signal;
};

const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`);
await mount(`${folder}/disk`);
const load = (name) => import(pathToFileURL(`${modules}/${name}.js`).href);
const [courier, reducer, wishes, { store }] = await Promise.all(["courier", "reducer", "wishes", "store"].map(load));
const shelf = new Shelf(`${folder}/shelf.json`, origin, say);
const later = (work, ms) => setTimeout(work, ms / world.speed);

const orders = {
  ...tabs({ courier, reducer, wishes, store, shelf, say, later }),
  clock: ({ skew }) => { world.skew = skew; },
  pace: ({ speed }) => { Object.assign(world, { at: worldNow(), since: realNow(), speed }); },
  // The worker shuts the queue at the door: whoever passes may come back as somebody else.
  enter: async ({ name, password }) => {
    await store.setFact("account", () => undefined);
    return shelf.enter(name, password);
  },
  post: async ({ path, content }) => {
    const { status } = await shelf.request(path, courier.letterOf(content)).catch(() => ({ status: 0 }));
    return { status };
  },
};

createInterface({ input: process.stdin }).on("line", async (text) => {
  const { n, do: what, ...rest } = JSON.parse(text);
  try {
    say({ done: n, ...await orders[what](rest) });
  } catch (fault) {
    say({ done: n, fault: String(fault?.stack || fault) });
  }
}).on("close", () => process.exit(0));
say({ done: 0 });
