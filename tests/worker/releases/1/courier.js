// Carries the queue to the town hall: one sender at a time, oldest first, and nothing is lost whatever the answer is.

import { begin, bury, oldest, park, release, settle } from "./reducer.js";
import { holdOff, mustWait, setClock } from "./timing.js";

const BATCH = 100;
const LIMIT = 8000;
const SMALL = 16_000;

// phone: { store, fetch, locks, now, random, uuid, tell, account? }; options: { wait, trigger, force }.
// Ends with { end: empty | busy | hidden | later | offline | auth | other, settled: [records], until? }.
export async function flush(phone, options = {}) {
  const done = [];
  const work = async (lock) => ({ settled: done, ...(lock ? await deliver(phone, options, done) : { end: "busy" }) });
  // Without Web Locks two senders may overlap: the same ids twice, which the server answers twice and does once.
  return phone.locks ? phone.locks.request("marelle-flush", { ifAvailable: !options.wait }, work) : work(true);
}

// The account of the phone is the one whose page was shown last; another one's taps stay where they are, unseen.
async function deliver(phone, options, done) {
  const { store, now } = phone;
  const account = await store.fact("account");
  if (!account || (phone.account && phone.account !== account)) return { end: "hidden" };
  const pause = await store.fact("backoff");
  if (mustWait(pause, now(), options)) return { end: "later", until: pause.until };
  const device = await store.setFact("device", (known) => known || phone.uuid());
  return round({ ...phone, account, device, done });
}

async function round(phone) {
  for (;;) {
    // Marked before the fetch: whoever finds a "sending" record under the lock knows it was left by a killed sender.
    const batch = await phone.store.edit(phone.account, (records) => oldest(records, BATCH).map(begin));
    if (!batch.length) return { end: "empty" };
    phone.tell({ type: "queue" });
    const stopped = await carry(phone, batch);
    phone.tell({ type: "queue" });
    if (stopped) return stopped;
  }
}

// Returns nothing once the batch is answered, or how the round ends.
async function carry(phone, batch) {
  const { account, store } = phone;
  const { status, retry, content, sent } = await post(phone, batch);
  if (status === 200) return hear(phone, batch, content, sent);
  if (status === 400 || status === 413) return split(phone, batch, content.text);
  await store.edit(account, (records) => records.map(status === 401 ? park : release));
  if (status === 401) return { end: "auth" };
  if (status !== 409) return holdBack(phone, retry);
  // The session is somebody else's: nothing of this account is shown or sent until one of its pages is seen again.
  await store.setFact("account", () => undefined);
  return { end: "other" };
}

async function post({ account, device, now, fetch }, batch) {
  const taps = batch.map(({ id, square, want, unit, seq, seen, at }) => ({ id, square, want, unit, seq, seen, at }));
  const body = JSON.stringify({ account, device, taps });
  const sent = now();
  try {
    const response = await fetch("/taps", {
      method: "POST", body, redirect: "error", keepalive: body.length < SMALL,
      headers: { "Content-Type": "application/json" }, signal: AbortSignal.timeout(LIMIT),
    });
    const content = await response.json().catch(() => ({}));
    // A 200 that is not ours (a hotel's sign-in page) is a silence.
    const status = response.status === 200 && !content.verdicts ? 0 : response.status;
    return { status, content, sent, retry: Number(response.headers.get("Retry-After")) };
  } catch {
    return {};
  }
}

async function hear(phone, batch, content, sent) {
  const { account, store, now } = phone;
  const received = now();
  const verdicts = new Map(content.verdicts.map((verdict) => [verdict.id, verdict]));
  const answered = (record) => batch.some(({ id }) => id === record.sentId) && verdicts.get(record.sentId);
  const changed = await store.edit(account, (records) =>
    records.filter(answered).map((record) => settle(record, verdicts.get(record.sentId), received)));
  phone.done.push(...changed.filter((record) => record.settled));
  await store.setFact("clock", (known) => setClock(known, sent, received, content.now));
  if (batch.every(({ id }) => verdicts.has(id))) return void await store.setFact("backoff", () => undefined);
  await store.edit(account, (records) => records.map(release));
  return holdBack(phone);
}

// A batch that can never pass is cut in two until the guilty tap is alone.
async function split(phone, batch, reason = "") {
  const middle = batch.length >> 1;
  if (middle) return (await carry(phone, batch.slice(0, middle))) || carry(phone, batch.slice(middle));
  const [{ id }] = batch;
  const changed = await phone.store.edit(phone.account, (records) =>
    records.filter((record) => record.sentId === id).map((record) => bury(record, id, reason, phone.now())));
  phone.done.push(...changed.filter((record) => record.settled));
}

async function holdBack({ store, now, random }, retry) {
  const { until } = await store.setFact("backoff", (known) => holdOff(known, now(), random(), retry));
  return { end: "offline", until };
}
