// The joined files: valid, without a name twice, without text of their own. The byte budgets are held in tests/web.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { ENTRIES, join, names, order, strip } from "./join.mjs";

// Top-level names of a classic worker script live beside these.
const TAKEN = ["self", "caches", "clients", "registration", "fetch", "name", "status", "origin", "location", "navigator", "indexedDB", "crypto", "onfetch", "onpush"];

for (const [file, entry] of Object.entries(ENTRIES)) {
  test(`${file} is one valid script`, () => {
    const folder = mkdtempSync(`${tmpdir()}/marelle-`);
    const path = `${folder}/${file.replace(".js", file === "sw.js" ? ".cjs" : ".mjs")}`;
    writeFileSync(path, join(entry));
    execFileSync(process.execPath, ["--check", path]);
  });

  test(`no top-level name of ${file} is used twice or taken`, () => {
    const all = names(entry).map(({ name }) => name);
    assert.deepEqual(all.filter((name, place) => all.indexOf(name) !== place), []);
    assert.deepEqual(all.filter((name) => TAKEN.includes(name)), []);
  });

  test(`every module of ${file} says in its first line what it does, and no French`, () => {
    for (const path of order(entry)) {
      const source = readFileSync(path, "utf8");
      assert.match(source, /^\/\/ [A-Z].*\n/, path);
      assert.doesNotMatch(strip(source), /[éèêàçùôîœ]/i, path);
      assert.ok(source.endsWith("}\n") || source.endsWith(");\n") || source.endsWith(";\n"), path);
    }
  });
}

test("every import is used, and every module imports what it uses from others", () => {
  for (const entry of Object.values(ENTRIES)) {
    const owners = new Map(names(entry).map(({ name, file }) => [name, file]));
    for (const path of order(entry)) {
      const source = readFileSync(path, "utf8");
      const imported = [...source.matchAll(/^import \{ ([^}]*) \} from/gm)].flatMap(([, list]) => list.split(", "));
      const body = strip(source).replace(/"[^"\n]*"/g, "\"\"");
      for (const name of imported) assert.match(body, new RegExp(`(?<!\\w|[^.]\\.)${name}\\b`), `${name} in ${path}`);
      const locals = new Set([...body.matchAll(/(?:const|let|function\*?) (\w+)|(\w+)(?= =>)|[({,] ?(\w+)(?=[^()]*\) (?:=>|\{))/g)].flatMap((found) => found.slice(1)));
      for (const [name, owner] of owners) {
        if (owner === path || imported.includes(name) || locals.has(name)) continue;
        assert.doesNotMatch(body, new RegExp(`(?<![.\\w{,] ?)\\b${name}\\(`), `${name} of ${owner} in ${path}`);
      }
    }
  }
});
