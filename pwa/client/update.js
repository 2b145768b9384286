// Registers the worker; a new one waits for the parent's word, then the page starts again once.

import { byId, onClick } from "./page.js";
import { isSaving } from "./tapping.js";

let asked = false;

export async function startUpdate() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  onClick("[data-update]", () => skip(workers));
  workers.addEventListener("controllerchange", () => asked && startOver());
  const registration = await workers.register("/sw.js", { updateViaCache: "none" });
  const offer = () => {
    if (registration.waiting && workers.controller) byId("update")?.removeAttribute("hidden");
  };
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  document.addEventListener("visibilitychange", () => document.hidden || registration.update().catch(() => {}));
}

async function skip(workers) {
  asked = true;
  const { waiting } = (await workers.getRegistration()) || {};
  if (waiting) waiting.postMessage({ type: "skip" });
  else startOver();
}

// Never with an unsaved tap.
function startOver() {
  if (isSaving()) return setTimeout(startOver, 50);
  asked = false;
  return location.reload();
}
