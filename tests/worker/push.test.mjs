// From a push to a notification, from a click to an address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { destination, noticeFrom, refusalNotice } from "../../service_worker/push.js";

const HOME = "https://famille.example";
const WORDS = { title: "Portail famille", look: { icon: "/a/1/icon.png" } };
const notice = (notification, kind = 8030) => noticeFrom(JSON.stringify({ web_push: kind, notification }), WORDS, HOME);

test("a declarative push is shown as written", () => {
  const [title, options] = notice({ title: "Réservé", body: "Jeudi 26 novembre", tag: "r1", lang: "fr", navigate: `${HOME}/planning?jour=2026-11-26` });
  assert.equal(title, "Réservé");
  assert.deepEqual(options, { icon: "/a/1/icon.png", body: "Jeudi 26 novembre", tag: "r1", lang: "fr", data: { navigate: `${HOME}/planning?jour=2026-11-26` } });
});

for (const text of [undefined, null, "", "{", "null", "42", "[]", "\"text\"", "{}", "{\"web_push\":8030}", "{\"web_push\":8030,\"notification\":null}",
  "{\"web_push\":8030,\"notification\":\"x\"}", "{\"web_push\":8030,\"notification\":{\"navigate\":7}}"]) {
  test(`something is shown even for ${text}`, () => {
    const [title, options] = noticeFrom(text, WORDS, HOME);
    assert.equal(title, "Portail famille");
    assert.equal(options.body, "");
    assert.ok(options.data.navigate.startsWith(`${HOME}/`));
  });
}

const CLICKS = [
  [`${HOME}/planning?jour=1`, `${HOME}/planning?jour=1`], ["/avis", `${HOME}/avis`], ["avis", `${HOME}/avis`], [undefined, `${HOME}/`],
  ["https://evil.example/", `${HOME}/`], ["//evil.example/x", `${HOME}/`], ["javascript:alert(1)", `${HOME}/`],
  ["https://famille.example.evil.example/", `${HOME}/`], ["https://user@evil.example/", `${HOME}/`], ["http://[", `${HOME}/`], [null, `${HOME}/`],
];
for (const [address, expected] of CLICKS) {
  test(`a click on ${address} opens ${expected}`, () => assert.equal(destination(address, HOME), expected));
}

test("refusals while no page is seen say why, once each, without a name", () => {
  const records = [{ reason: "Limite dépassée.", label: "Refusé", name: "Lina" }, { reason: "Limite dépassée.", label: "Refusé" }, { reason: "", label: "Complet" }];
  const [title, options] = refusalNotice(records, { ...WORDS, refused: "Une réservation n’a pas été acceptée" }, HOME);
  assert.equal(title, "Une réservation n’a pas été acceptée");
  assert.equal(options.body, "Limite dépassée.\nComplet");
  assert.doesNotMatch(JSON.stringify([title, options]), /Lina/);
});
