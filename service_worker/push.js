// Turns a push into a notification and a click into an address; pure.

// The payload is Declarative Web Push: Safari shows it by itself, the others hand it to the worker as it is.
// Whatever came, something is shown: silent pushes make Safari revoke the permission.
export function noticeFrom(text, words, origin) {
  const { title, body, tag, navigate } = declared(text);
  return notice(title || words.title, body, tag, destination(navigate, origin), words);
}

const notice = (title, body = "", tag = "", navigate, { look }) => [title, { ...look, body, tag, lang: "fr", data: { navigate } }];

function declared(text) {
  try {
    return JSON.parse(text).notification || {};
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
  return notice(words.refused || words.title, body, "taps", `${origin}/planning`, words);
}
