// What no script of ours may contain: unknown names, dead code, slips of the pen.
import js from "@eslint/js";
import globals from "globals";

const ours = { BUILD: "readonly", SHELL: "readonly", htmx: "readonly" };

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: { ...globals.browser, ...globals.serviceworker, ...ours } },
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "no-eval": "error", "no-implied-eval": "error" },
  },
];
