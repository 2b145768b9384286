// While the town is attacked, a public form must have cost its sender a moment of calculation: a number that, after the
// form's own stamp, hashes to so many noughts. Loaded by such a form only. Without it, waiting a minute does as well.

const field = document.querySelector("[data-puzzle]");
const { form } = field;
const note = form.querySelector("[data-puzzle-says]");
const button = form.querySelector("button.main");
const READ = 3_200;  // ms: a form that comes back sooner is taken for a program's
const AT_ONCE = 256;

async function solve(stamp, bits) {
  const encoder = new TextEncoder();
  for (let from = 0; ; from += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, n) => from + n);
    const hashes = await Promise.all(
      numbers.map((n) => crypto.subtle.digest("SHA-256", encoder.encode(`${stamp}:${n}`))),
    );
    const found = hashes.findIndex((hash) => new DataView(hash).getUint32(0) >>> (32 - bits) === 0);
    if (found >= 0) return String(from + found);
  }
}

async function puzzle() {
  button.disabled = true;
  note.textContent = note.dataset.puzzleWorks;
  const read = new Promise((done) => setTimeout(done, READ));
  field.value = await solve(form.elements.ouvert_a.value, Number(field.dataset.puzzle));
  await read;
  button.disabled = false;
  note.textContent = note.dataset.puzzleSays;
}

if (globalThis.crypto?.subtle) puzzle();
