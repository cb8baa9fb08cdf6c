// A press whose button is replaced before it comes up would be lost, so nothing is replaced under a pressed button.

const LONGEST_PRESS = 1000;
let whenReleased = Promise.resolve();

const hold = (...ends) => {
  let letGo;
  whenReleased = new Promise((resolve) => (letGo = resolve));
  setTimeout(letGo, LONGEST_PRESS);
  // After the click, which comes right behind.
  for (const name of ends) addEventListener(name, () => setTimeout(letGo), { once: true, capture: true });
};

addEventListener("pointerdown", () => hold("pointerup", "pointercancel"), { capture: true });
// The blank is a press as well; Enter clicks as soon as it goes down.
addEventListener("keydown", ({ key }) => key === " " && hold("keyup"), { capture: true });

/** Wait until no button is held down. */
export const released = () => whenReleased;
