// A swipe or an arrow key turns the period: the previous and next links of the page, clicked for the parent.

const FAR = 60;

let start;

const turn = (way) => document.querySelector(`main a[rel="${way}"]`)?.click();

// What scrolls sideways keeps its own gesture.
function slides(node) {
  for (let box = node; box && box !== document.body; box = box.parentElement) {
    if (box.scrollWidth > box.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(box).overflowX)) return true;
  }
  return false;
}

function touched({ touches, target }) {
  const alone = touches.length === 1 && target.closest("main") && !slides(target) && visualViewport?.scale === 1;
  start = alone ? touches[0] : undefined;
}

function lifted({ changedTouches: [end] }) {
  if (!start) return;
  const across = end.clientX - start.clientX;
  const along = Math.abs(end.clientY - start.clientY);
  start = undefined;
  if (Math.abs(across) > FAR && Math.abs(across) > 2 * along) turn(across < 0 ? "next" : "prev");
}

function typed({ key, target, altKey, ctrlKey, metaKey, shiftKey }) {
  if (altKey || ctrlKey || metaKey || shiftKey || target.closest("input, select, textarea, dialog, [role=tablist]")) return;
  if (key === "ArrowLeft") turn("prev");
  if (key === "ArrowRight") turn("next");
}

export function startSwipe() {
  document.addEventListener("touchstart", touched, { passive: true });
  document.addEventListener("touchend", lifted, { passive: true });
  document.addEventListener("keydown", typed);
}
