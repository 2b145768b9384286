// What pwa/client/ does around the queue, without a document: pages, thumbs, the moments of sending, the paint.
//
// The decisions are the portal's own (reducer, wishes, courier, store); only the wiring of connection.js, tapping.js,
// overlay.js, account.js and of the worker is said again here, for they speak to a document.

const WEEKS = "/planning?vue=quinzaine&jour=2026-11-16";

export function tabs({ courier, reducer, wishes, store, shelf, say, later }) {
  const { flush } = courier;
  const { isWaiting } = reducer;
  const { dismiss, isRetired, opposite, relieve, tap, view } = wishes;
  const open = new Map();
  const locks = lockManager();
  const tell = ({ type }) => type === "queue" && open.forEach((tab) => tab.read());
  const worker = { store, tell, fetch: shelf.fetch, heard: () => {}, now: () => Date.now(), locks };

  class Tab {
    records = new Map();
    squares = new Map();
    owner = "";

    // A page is shown: it claims the phone for its account, then sends.
    async load() {
      const page = await shelf.page(WEEKS, await store.fact("account"));
      flush(worker).catch(() => {});
      if (!page.owner) return { status: page.status, owner: "" };
      this.owner = page.owner;
      this.squares = new Map(page.squares.map((square) => [square.square, square]));
      await store.setFact("account", () => this.owner);
      await store.edit(this.owner, (records) => records.map(relieve));
      await store.drop(this.owner, isRetired);
      await this.read();
      this.send({ trigger: true });
      return { status: page.status, owner: this.owner };
    }

    async read() {
      if (this.owner) this.records = new Map((await store.records(this.owner)).map((record) => [record.square, record]));
    }

    async send(options) {
      const bag = { store, tell, fetch: shelf.fetch, now: () => Date.now(), account: this.owner, locks };
      const { end, until } = await flush(bag, options).catch(() => ({}));
      if (end === "other") await this.load();
      clearTimeout(this.retry);
      const waits = [...this.records.values()].some(({ state }) => state === "pending" || state === "sending");
      if (waits) this.retry = later(() => this.send(), Math.max(1000, (until || 0) - Date.now()));
      return end;
    }

    // The opposite of what is on screen; what was refused is read first; what is locked opens its reason instead.
    async touch(square, sync) {
      const markup = this.squares.get(square);
      if (!this.owner || !markup) return { touched: "absent" };
      let record = this.records.get(square);
      if (record && !isWaiting(record) && view(record, markup).q) {
        await store.edit(this.owner, (records) => records.filter((known) => known.square === square).map(dismiss));
        await this.read();
        record = this.records.get(square);
      }
      const shown = view(record, markup);
      if (!(record && isWaiting(record)) && markup.locked) return { touched: "locked" };
      return this.keep(markup, shown.over ? opposite(shown.want) : markup.offered, sync);
    }

    async keep({ square, name, price, s, v }, want, sync) {
      const wish = { account: this.owner, square, want, unit: null, name, price, until: 0, id: crypto.randomUUID(), at: Date.now() };
      say({ tried: { id: wish.id, account: wish.account, square, want } });
      const { seq, state } = await store.change(this.owner, square, (known, next) => tap(known, { ...wish, seq: next }, { s, v }));
      say({ recorded: { id: wish.id, account: wish.account, square, want, seq, waits: state === "pending" } });
      tell({ type: "queue" });
      later(() => this.send({ trigger: true }), 50);
      // Chromium wakes the worker as well; an iPhone has only its pages.
      if (sync) later(() => flush(worker, { trigger: true, wait: true }).catch(() => {}), 60);
      return { touched: want };
    }

    paint() {
      return [...this.squares.values()].map((markup) => {
        const { s, q } = view(this.records.get(markup.square), markup);
        return { square: markup.square, s, q };
      });
    }
  }

  const tab = (name) => open.get(name) || open.set(name, new Tab()).get(name);
  const orders = {
    look: ({ tab: name }) => tab(name).load(),
    tap: ({ tab: name, square, sync }) => tab(name).touch(square, sync),
    wake: ({ tab: name, force }) => tab(name).send({ trigger: true, force }).then((end) => ({ end })),
    // The page that held the lock is gone, and with it its request; the worker or another tab takes over.
    shut: ({ tab: name }) => {
      clearTimeout(open.get(name)?.retry);
      open.delete(name);
      locks.free();
    },
    paint: async ({ tab: name }) => {
      await tab(name).read();
      return { owner: tab(name).owner, painted: tab(name).paint() };
    },
    queue: async ({ account }) => ({ records: await store.records(account), device: await store.fact("device") }),
  };
  return orders;
}

// navigator.locks of one origin; free() is what the death of a holder does.
function lockManager() {
  let held = null;
  const waiting = [];
  const leave = (token) => {
    if (held !== token) return;
    held = null;
    waiting.shift()?.();
  };
  return {
    free: () => leave(held),
    async request(name, { ifAvailable }, work) {
      if (held && ifAvailable) return work(null);
      while (held) await new Promise((resolve) => waiting.push(resolve));
      const token = held = {};
      try {
        return await work({ name });
      } finally {
        leave(token);
      }
    },
  };
}
