// Subscribes this phone to the town's notices, on a gesture only, and gives the server its address again at each start.

import { each, metaOf, onClick, owner, phrase, postJson } from "./page.js";

const SETTLING = 10_000;

// Some browsers never answer a subscription: the parent must not wait for ever.
const inTime = (work) => Promise.race([work, new Promise((_, reject) => setTimeout(reject, SETTLING, new Error("timeout")))]);

const say = (key) => each("[data-push-said]", (node) => { node.textContent = phrase(key); });

async function report(subscription) {
  const label = navigator.userAgentData?.platform || navigator.platform;
  const { endpoint, keys } = subscription.toJSON();
  const response = await postJson("/avis/appareils", { endpoint, keys, label });
  if (!response.ok) throw new Error("refused");
}

async function enable() {
  try {
    if ((await Notification.requestPermission()) !== "granted") return say("push-denied");
    const { pushManager } = await inTime(navigator.serviceWorker.ready);
    const options = { userVisibleOnly: true, applicationServerKey: metaOf("push-key") };
    await report(await inTime(pushManager.subscribe(options)));
    return say("push-on");
  } catch {
    return say("push-failed");
  }
}

export async function startSubscribe() {
  onClick("[data-push-enable]", enable);
  const able = "PushManager" in window && metaOf("push-key");
  each("[data-push-enable]", (button) => { button.hidden = !able; });
  if (!owner || !able) return;
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  if (subscription) await report(subscription).catch(() => {});
}
