// Joins the modules as the server does (server/web/assets.py), to hold syntax, names and byte budgets.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const IMPORT = /^import \{([^}]*)\} from "(\.[^"]+)";$/;
const TOP_NAME = /^(?:async )?(?:function\*? |const |let |class )(\w+)/;
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const ENTRIES = { "app.js": "pwa/client/app.js", "desk.js": "pwa/client/desk.js", "sw.js": "service_worker/main.js" };

// Depth first: what a module imports stands before it.
export function order(entry, seen = [], path = []) {
  const file = resolve(ROOT, entry);
  if (path.includes(file)) throw new Error(`circle: ${[...path, file].join(" > ")}`);
  if (seen.includes(file)) return seen;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const found = IMPORT.exec(line);
    if (found) order(resolve(dirname(file), found[2]), seen, [...path, file]);
    else if (/^import\b|^export (default|\{|\*)|\bimport\(/.test(line)) throw new Error(`${file}: ${line}`);
  }
  seen.push(file);
  return seen;
}

export const strip = (source) => source.split("\n")
  .filter((line) => line.trim() && !line.trim().startsWith("//") && !line.startsWith("import "))
  .map((line) => line.replace(/^export /, "").trimStart()).join("\n") + "\n";

export const join = (entry) => order(entry).map((file) => strip(readFileSync(file, "utf8"))).join("\n");

export function names(entry) {
  return order(entry).flatMap((file) => readFileSync(file, "utf8").split("\n")
    .map((line) => TOP_NAME.exec(line.replace(/^export /, ""))?.[1]).filter(Boolean).map((name) => ({ name, file })));
}

export const weight = (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, entry] of Object.entries(ENTRIES)) {
    const text = join(entry);
    console.log(name, `${order(entry).length} modules`, `${text.length} bytes`, `${weight(text)} brotli`);
    if (process.argv[2]) process.stdout.write(process.argv[2] === name ? text : "");
  }
}
