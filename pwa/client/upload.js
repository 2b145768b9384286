// A form with files sent with a progress bar. A cut leaves the form as it was, and its button tries again: the form's own
// id makes it one document whatever happened to the answer. Loaded by the pages that send files only, in htmx's place.

const SILENCE = 45_000;  // without a byte gone or an answer come; opening the files takes the town hall a while
const form = document.querySelector("form[data-upload]");
const find = (selector) => form.querySelector(selector);
const say = (key) => find("#upload-words").content.querySelector(`[data-say="${key}"]`).textContent;

let under;  // the request under way
let bar, button, fault;

const chosen = () => [...form.querySelectorAll("[type=file]")].flatMap((input) => [...input.files]);

function filesFault() {
  const files = chosen();
  if (!files.length) return say("none");
  if (files.length > bar.dataset.files) return say("many");
  return files.some(({ size }) => size > bar.dataset.size) && say("big");
}

function show(text) {
  fault.textContent = text;
  fault.hidden = !text;
  find("#f-fichier").toggleAttribute("aria-invalid", !!text);
}

function over(text) {
  under = undefined;
  bar.hidden = true;
  button.disabled = false;
  show(text);
  fault.scrollIntoView({ block: "center" });
}

function retry(key) {
  button.textContent = say("again");
  over(say(key));
}

function answered({ status, responseText }) {
  let said = {};
  try { said = JSON.parse(responseText); } catch { /* a proxy's page: no answer of ours */ }
  if (said.url) return location.assign(said.url);
  if (status === 401) return retry("lost");
  if (!said.text) return retry("cut");
  if (status >= 500) button.textContent = say("again");
  return over(said.text);
}

// Deleted or changed since it was chosen, a file cannot be read any more: said as such, not as a cut for ever.
const readable = () => Promise.all(chosen().map((file) => file.slice(0, 1).arrayBuffer())).then(() => true, () => false);

async function send() {
  const request = under = new XMLHttpRequest();
  if (!await readable()) return over(say("gone"));
  const step = find("progress"), note = find(".sending .hint");
  let silence;
  const wait = () => {
    clearTimeout(silence);
    silence = setTimeout(() => request.abort(), SILENCE);
  };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.onprogress = ({ loaded, total }) => {
    wait();
    step.value = 100 * loaded / total;
    note.textContent = loaded < total ? `${Math.round(step.value)}\xa0%` : say("checking");
  };
  request.onload = () => answered(request);
  request.onerror = request.onabort = () => retry("cut");
  request.onloadend = () => clearTimeout(silence);
  show("");
  step.value = 0;
  bar.hidden = false;
  button.disabled = true;
  wait();
  request.send(new FormData(form));
}

if (form) {
  [bar, button, fault] = [".sending", "[type=submit]", "#f-fichier-error"].map(find);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (under) return;
    const text = filesFault();
    if (text) show(text);
    else send();
  });
}
