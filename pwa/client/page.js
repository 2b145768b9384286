// What all page modules share: facts and words written in the page, its live region, and the word passed between tabs.

export const metaOf = (name) => document.querySelector(`meta[name="marelle-${name}"]`)?.content || "";
export const owner = metaOf("account");
export const byId = (id) => document.getElementById(id);
export const each = (selector, work) => document.querySelectorAll(selector).forEach(work);
export const now = () => Date.now();

// All listeners sit on the document: htmx may replace everything under it.
export function onClick(selector, work) {
  document.addEventListener("click", (event) => {
    const found = event.target.closest(selector);
    if (found) work(found, event);
  });
}

// <template id="phrases"><p data-say="key" data-one="… 1 …">… {n} …</p></template>: no text lives here.
export function phrase(key, values = {}) {
  const found = byId("phrases")?.content.querySelector(`[data-say="${key}"]`);
  const text = (values.n === 1 && found?.dataset.one) || found?.textContent || "";
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function cloneOf(id, slots) {
  const copy = byId(id).content.firstElementChild.cloneNode(true);
  for (const slot of copy.querySelectorAll("[data-slot]")) slot.textContent = slots[slot.dataset.slot] || "";
  return copy;
}

export function announce(text) {
  const live = byId("live");
  if (live && text) live.textContent = text;
}

const LANG = document.documentElement.lang;
const PARIS = { timeZone: "Europe/Paris" };
const dayNumber = (time) => Date.parse(new Date(time).toLocaleDateString("en-CA", PARIS)) / 86_400_000;

// « 14 h 02 », « demain 10 h », « jeudi 12 mars 10 h ».
export function moment(time) {
  const hour = new Date(time).toLocaleTimeString(LANG, { ...PARIS, hour: "numeric", minute: "2-digit" });
  const away = dayNumber(time) - dayNumber(now());
  const near = away && new Intl.RelativeTimeFormat(LANG, { numeric: "auto" }).format(away, "day");
  const far = new Date(time).toLocaleDateString(LANG, { ...PARIS, weekday: "long", day: "numeric", month: "long" });
  return `${away ? `${Math.abs(away) < 2 ? near : far} ` : ""}${hour.replace(/^0/, "").replace(":", " h ").replace(" 00", "")}`;
}

export function remaining(time) {
  const minutes = Math.max(1, Math.floor(time / 60_000));
  const format = new Intl.RelativeTimeFormat(LANG);
  return minutes < 100 ? format.format(minutes, "minute") : format.format(Math.floor(minutes / 60), "hour");
}

export const euros = (cents) => (cents / 100).toLocaleString(LANG, { style: "currency", currency: "EUR" });

const channel = new BroadcastChannel("marelle");
const hearers = [];

export const onWord = (type, work) => hearers.push([type, work]);
export const pass = (message) => hearers.forEach(([type, work]) => type === message.type && work(message));
export const tellOthers = (message) => channel.postMessage(message);
export function tell(message) {
  tellOthers(message);
  pass(message);
}
channel.onmessage = ({ data }) => pass(data);

export const postJson = (url, content) => fetch(url, {
  method: "POST", body: JSON.stringify(content), keepalive: true, signal: AbortSignal.timeout(5000),
  headers: { "Content-Type": "application/json" },
});

export const toWorker = (message) => navigator.serviceWorker?.controller?.postMessage(message);
