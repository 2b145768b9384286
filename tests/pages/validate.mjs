// Validates every .html file of a folder and prints the faults as JSON; whole pages and fragments alike.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";

const folder = process.argv[2];
const loader = new FileSystemConfigLoader({
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    "doctype-style": "off",
    "no-implicit-button-type": "error",
    // The list under a field that is typed into (a combobox) has no native element.
    "prefer-native-element": ["error", { exclude: ["listbox"] }],
    // A list of checkboxes, or several buttons of one form, share a name on purpose.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button"] }],
  },
});
const validator = new HtmlValidate(loader);
const faults = {};
for (const name of readdirSync(folder).filter((name) => name.endsWith(".html")).sort()) {
  const report = await validator.validateString(readFileSync(join(folder, name), "utf8"), name);
  const told = report.results.flatMap(({ messages }) => messages).map(
    ({ ruleId, message, line, column, selector }) => `${line}:${column} ${ruleId}: ${message} (${selector})`);
  if (told.length) faults[name.replace(/\.html$/, "")] = told;
}
console.log(JSON.stringify(faults));
