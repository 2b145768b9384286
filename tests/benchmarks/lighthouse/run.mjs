// Lighthouse, as Google's own tool does it for a phone on slow 4G, in a browser that is already open and signed in.
// Before each visit it empties the caches and stops the worker, and leaves the cookies.
// node run.mjs PORT URL … : one line of JSON for each address.

import lighthouse from "lighthouse";

const [port, ...urls] = process.argv.slice(2);
const options = {
  port: Number(port), output: "json", logLevel: "error", formFactor: "mobile",
  onlyCategories: ["performance", "accessibility", "best-practices"],
};

for (const url of urls) {
  const { lhr } = await lighthouse(url, options);
  const { categories, audits } = lhr;
  const wrong = Object.values(audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 1 && scoreDisplayMode === "binary");
  console.log(JSON.stringify({
    url,
    performance: Math.round(categories.performance.score * 100),
    accessibility: Math.round(categories.accessibility.score * 100),
    practices: Math.round(categories["best-practices"].score * 100),
    fcp: audits["first-contentful-paint"].numericValue,
    lcp: audits["largest-contentful-paint"].numericValue,
    tbt: audits["total-blocking-time"].numericValue,
    cls: audits["cumulative-layout-shift"].numericValue,
    bytes: audits["total-byte-weight"].numericValue,
    requests: audits["network-requests"].details.items.filter((item) => !item.url.startsWith("data:")).length,
    wrong: wrong.map(({ id }) => id),
    error: lhr.runtimeError?.message || "",
  }));
}
