// Registers the worker; a new one waits for the parent's word, then the page starts again once.

import { byId, onClick, onReturn, workers } from "./page.js";
import { isSaving } from "./tapping.js";

let asked;

export async function startUpdate() {
  if (!workers) return;
  // A private window may refuse, or give nothing: the page does without.
  const registration = await workers.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
  if (!registration) return;
  const offer = () => { byId("update").hidden = !registration.waiting || !workers.controller; };
  offer();
  registration.onupdatefound = () => { registration.installing.onstatechange = offer; };
  onReturn(() => registration.update());
  onClick("[data-update]", () => {
    asked = true;
    if (registration.waiting) registration.waiting.postMessage({ type: "skip" });
    else startOver();
  });
  // Only the page that asked: another tab may hold a half-filled form.
  workers.addEventListener("controllerchange", () => asked && startOver());
}

// Never with an unsaved tap.
function startOver() {
  asked = false;
  if (isSaving()) setTimeout(startOver, 50);
  else location.reload();
}
