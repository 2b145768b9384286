// Subscribes this phone to the town's notices, on a gesture only, and gives the server its address again at each start,
// unless the phone was removed from the list meanwhile.

import { letterOf } from "../../service_worker/courier.js";
import { each, metaOf, onClick, phrase, subscriptionOf, within, workers } from "./page.js";

async function report(subscription, start) {
  const { endpoint, keys } = subscription.toJSON();
  const label = navigator.userAgentData?.platform || navigator.platform;
  const { ok, status } = await fetch("/avis/appareils", letterOf({ endpoint, keys, label, start }));
  if (status === 410) await subscription.unsubscribe();
  return ok ? "push-on" : "push-failed";
}

async function enable() {
  if (await Notification.requestPermission() !== "granted") return "push-denied";
  const { pushManager } = await workers.ready;
  return report(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: metaOf("push-key") }));
}

export async function startSubscribe() {
  if (!window.PushManager || !metaOf("push-key")) return;
  each("[data-push-enable]", (button) => { button.hidden = false; });
  onClick("[data-push-enable]", async () => {
    const said = await within(10_000, enable()).catch(() => "push-failed");
    each("[data-push-said]", (node) => { node.textContent = phrase(said); });
  });
  const subscription = await subscriptionOf();
  if (subscription) report(subscription, true);
}
