"""A worker cut on its way is refused: no engine installs half of one, or an empty one in the place of a good one."""

from tests.journeys.engines.phone import Phone
from tests.journeys.proxy import Proxy

REGISTER = "navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })"
REFUSED = ".then(() => 'installed', () => 'refused')"
SHELF = "return (await caches.keys()).length"


def test_a_worker_cut_on_its_way_is_not_installed(phone: Phone, proxy: Proxy) -> None:
    phone.open("/connexion")
    phone.until("(await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")
    proxy.set("cut")
    assert phone.run(f"return (await navigator.serviceWorker.ready).update(){REFUSED}") == "refused"
    assert phone.run("return (await navigator.serviceWorker.getRegistration()).active.state") == "activated"
    phone.run(
        "await (await navigator.serviceWorker.getRegistration()).unregister();"
        "for (const key of await caches.keys()) await caches.delete(key)"
    )
    assert phone.run(f"return {REGISTER}{REFUSED}") == "refused"
    proxy.set("pass")
    assert phone.run(f"return {REGISTER}{REFUSED}") == "installed"
    phone.until("(await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")
    assert phone.run(SHELF)  # and it is the whole one: it has laid out its shelf
