// Filtering without reloading the page. Links and forms are what they are without this module: htmx
// fetches the page they lead to and takes its #results. Here is what a reader expects around that: focus
// and open panels stay, the count is announced, Back works, and what cannot be taken is simply opened.

const ID = "results";
const SIGNS = ["pointerover", "focusin", "touchstart"];
let kept = null;
let shown = address();

/** Fetch htmx at the first sign that someone is about to filter; until it is there links are plain links. */
function fetchHtmx(event) {
  if (!event.target.closest?.(`#${ID} [hx-boost]`)) return;
  for (const sign of SIGNS) document.removeEventListener(sign, fetchHtmx);
  const script = document.createElement("script");
  script.src = document.querySelector("script[data-htmx]").dataset.htmx;
  document.head.append(script);
}

function listen() {
  for (const sign of SIGNS) document.addEventListener(sign, fetchHtmx, { passive: true });
}

// Once all is loaded, since htmx begins at once only then.
if (document.readyState === "complete") listen();
else addEventListener("load", listen, { once: true });

function address() {
  return location.pathname + location.search;
}

function results() {
  return document.getElementById(ID);
}

/** Open an address as a browser does, when its answer cannot take the place of the results. */
function open(path) {
  location.assign(path);
}

/** What the reader has in hand: the focused element, the panels, and whether they turned a page. */
function keep(trigger) {
  const panels = [...results().querySelectorAll("details[id]")];
  kept = {
    focused: results().contains(document.activeElement) ? document.activeElement.id : null,
    panels: new Map(panels.map((panel) => [panel.id, panel.open])),
    isTurn: Boolean(trigger?.closest(".pager")),
    isTyped: Boolean(trigger?.matches("form")),
  };
}

function restore() {
  for (const panel of results().querySelectorAll("details[id]")) {
    if (!kept.panels.has(panel.id)) continue;
    // A field that was refused has to be seen.
    panel.open = kept.panels.get(panel.id) || panel.querySelector("[aria-invalid]") !== null;
  }
  const count = document.getElementById("listing-count");
  const isOnScreenKeyboard = kept.isTyped && matchMedia("(pointer: coarse)").matches;
  const same = kept.focused && !kept.isTurn && !isOnScreenKeyboard && document.getElementById(kept.focused);
  if (kept.isTurn) results().querySelector(".listing").scrollIntoView({ behavior: "instant" });
  if (same) same.focus({ preventScroll: true });
  else if (kept.focused !== null) count?.focus({ preventScroll: true });
  // The focused count is read out by itself.
  const isSaid = count === null || count === document.activeElement;
  document.getElementById("announced").textContent = isSaid ? "" : count.textContent;
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  // A field left empty says nothing, and an address is for sharing.
  const filled = [...detail.formData].filter(([, value]) => value !== "");
  for (const name of new Set(detail.formData.keys())) detail.formData.delete(name);
  for (const [name, value] of filled) detail.formData.append(name, value);
});

document.addEventListener("htmx:beforeRequest", () => results().setAttribute("aria-busy", "true"));

document.addEventListener("htmx:beforeSwap", (event) => {
  const { shouldSwap, xhr, target, pathInfo, requestConfig } = event.detail;
  if (target.id !== ID) return;
  if (shouldSwap && xhr.response.includes(`id="${ID}"`)) {
    keep(requestConfig.elt);
  } else {
    event.preventDefault();
    open(pathInfo.finalRequestPath ?? pathInfo.requestPath);
  }
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === ID) shown = address();
});

document.addEventListener("htmx:afterSettle", () => {
  if (kept === null) return;
  restore();
  kept = null;
});

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
  document.addEventListener(failure, ({ detail }) => {
    open(detail.pathInfo.finalRequestPath ?? detail.pathInfo.requestPath);
  });
}

// Back and forward: the results of that address, fetched as by a link, whatever its status.
document.addEventListener("htmx:historyCacheMiss", (event) => {
  event.preventDefault();
  // Asked for by the results themselves, whose hx-sync lets the last request win.
  const results = `#${ID}`;
  const how = { source: results, target: results, select: results, swap: "outerHTML", push: "false" };
  // One that is given up for the next, or fails, is dealt with above.
  window.htmx.ajax("GET", event.detail.path, how).catch(() => {});
});

// An entry that a link to a year made is not htmx's, and may belong to other results than are shown; and
// after a reload htmx may not be here yet.
addEventListener("popstate", (event) => {
  const isTaken = event.state?.htmx && window.htmx;
  if (!isTaken && address() !== shown) location.reload();
});
