/* A slow machine: what a browser reports later than it happens comes later still. A test that does
   not wait for it fails here, and not one time in a hundred somewhere else. */
(() => {
  const DELAY = 200; // milliseconds
  const late = { hashchange: HashChangeEvent, pageshow: PageTransitionEvent, storage: StorageEvent, toggle: ToggleEvent };
  const again = (event) => {
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    const { target, type } = event;
    setTimeout(() => target.dispatchEvent(new late[type](type, event)), DELAY);
  };
  for (const type in late) addEventListener(type, again, true);

  for (const method of ["readText", "writeText"]) {
    const original = navigator.clipboard?.[method].bind(navigator.clipboard);
    if (original) navigator.clipboard[method] = (text) => new Promise((done) => setTimeout(done, DELAY)).then(() => original(text));
  }
})();
