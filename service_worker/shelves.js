// Names the personal shelves of this phone and empties them; the page does it at sign-out, the worker at the door.

export const shelfOf = (account) => `u-${account}-v1`;

export async function dropShelves(kept) {
  for (const key of await caches.keys()) if (/^u-/.test(key) && key !== kept) await caches.delete(key);
}
