// What all page modules share: facts and words written in the page, its live region, and the word passed between tabs.

export const metaOf = (name) => document.querySelector(`meta[name="marelle-${name}"]`)?.content;
export const owner = metaOf("account");
export const byId = (id) => document.getElementById(id);
export const each = (selector, work) => document.querySelectorAll(selector).forEach(work);

// All listeners sit on the document: htmx may replace everything under it.
export const listen = (type, work, options) => document.addEventListener(type, work, options);
export const onClick = (selector, work) => listen("click", (event) => {
  const found = event.target.closest(selector);
  if (found) work(found, event);
});

// The page is looked at again: another tab, the lock screen, or Back.
export function onReturn(work) {
  listen("visibilitychange", () => document.hidden || work());
  addEventListener("pageshow", (event) => event.persisted && work());
}

// <template id="phrases"><p data-say="key" data-one="… 1 …">… {n} …</p></template>: no text lives here.
export function phrase(key, values = {}) {
  const found = byId("phrases")?.content.querySelector(`[data-say="${key}"]`);
  const text = (values.n === 1 && found?.dataset.one) || found?.textContent || "";
  return text.replace(/{(\w+)}/g, (_, name) => values[name]);
}

export function cloneOf(id, slots) {
  const copy = byId(id).content.firstElementChild.cloneNode(true);
  for (const slot of copy.querySelectorAll("[data-slot]")) slot.textContent = slots[slot.dataset.slot];
  return copy;
}

export function announce(text) {
  if (text) byId("live").textContent = text;
}

// A formatter takes a slow phone some ms to make: one of each, and only once it is needed.
const made = {};
const formatter = (kind, options) => (made[kind] ??= new Intl[kind]("fr", options));

const relative = (...away) => formatter("RelativeTimeFormat", { numeric: "auto" }).format(...away);
const PARIS = { timeZone: "Europe/Paris", weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
const dayAndHour = (time) => formatter("DateTimeFormat", PARIS).format(time).split(/\W+(?=\d+:)/);

// « 14 h 02 », « demain à 10 h », « jeudi 12 mars à 10 h ».
export function moment(time) {
  const [day, clock] = dayAndHour(time);
  const away = [0, 1, -1].find((days) => dayAndHour(Date.now() + days * 86_400_000)[0] === day);
  const hour = clock.replace(/^0/, "").replace(":", "\xa0h\xa0").replace("\xa000", "");
  return away === 0 ? hour : phrase("moment", { day: away ? relative(away, "day") : day, hour });
}

export function remaining(time) {
  const minutes = Math.ceil(time / 60_000);
  return relative(...minutes < 100 ? [minutes, "minute"] : [Math.floor(minutes / 60), "hour"]);
}

export const euros = (cents) => formatter("NumberFormat", { style: "currency", currency: "EUR" }).format(cents / 100);

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

export const workers = navigator.serviceWorker;
export const toWorker = (message) => workers?.controller?.postMessage(message);
export const subscriptionOf = async () => (await workers?.getRegistration())?.pushManager?.getSubscription();

// The frame under way first: what is not the square's own answer can wait for the next. A hidden page has no frames.
export function afterFrame(work) {
  if (document.hidden) setTimeout(work);
  else requestAnimationFrame(() => setTimeout(work));
}

// Some promises of browsers never settle: the parent must not wait for ever.
export const within = (time, work) => Promise.race([work, new Promise((_, reject) => setTimeout(reject, time))]);
