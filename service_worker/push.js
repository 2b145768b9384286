// Turns a push into a notification and a click into an address; pure.

// The payload is Declarative Web Push: Safari shows it by itself, the others hand it to the worker as it is.
// Whatever came, something is shown: silent pushes make Safari revoke the permission.
export function noticeFrom(text, words, origin) {
  const { title, body, tag, lang, navigate } = declared(text);
  const plain = (value, otherwise = "") => (typeof value === "string" && value) || otherwise;
  const data = { navigate: destination(navigate, origin) };
  return [plain(title, words.title), { ...words.look, body: plain(body), tag: plain(tag), lang: plain(lang, "fr"), data }];
}

function declared(text) {
  try {
    const { web_push: kind, notification } = JSON.parse(text);
    return (kind === 8030 && notification) || {};
  } catch {
    return {};
  }
}

// A click never leaves the house.
export function destination(address, origin) {
  try {
    const url = new URL(address || "/", origin);
    if (url.origin === origin) return url.href;
  } catch { /* no address at all */ }
  return `${origin}/`;
}

// The words are the verdicts' own; no child's name, for the screen may be locked.
export function refusalNotice(records, words, origin) {
  const body = [...new Set(records.map(({ reason, label }) => reason || label))].join("\n");
  return [words.refused || words.title, { ...words.look, body, tag: "taps", lang: "fr", data: { navigate: `${origin}/planning` } }];
}
