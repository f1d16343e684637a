/*
 * The overview by pointer and by arrow keys; without this module its links, table and year fields do the same.
 *
 * Everything is heard on the document, so that an overview put in place of another needs nothing. Arrow keys move
 * between the marks of a lane, which is one stop of the Tab key; with Shift they choose years, as dragging does, and
 * Enter or letting go sends the form of the year fields. While dragging, one element moves, once a frame.
 */
const DRAG = 5; // pixels before a press counts as dragging
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const four = year => String(year).padStart(4, "0");

let drag = null;
let frame = 0;
let justDragged = false;

/* Where the bins of a plot lie on the screen. Read once when a drag or a card begins, never in a frame. */
function measured(plot) {
  const ground = plot.querySelector(".overview-ground").getBoundingClientRect();
  const { first, last, step, bins } = plot.dataset;
  return { plot, left: ground.left, top: ground.top, width: ground.width, first: +first, last: +last, step: +step, bins: +bins };
}

function placeAt(scale, x) {
  return Math.min(scale.bins - 1, Math.max(0, Math.floor(((x - scale.left) / scale.width) * scale.bins)));
}

/* The first and last year of the bins from one place to another, whichever comes first. */
function yearsOf(scale, one, other) {
  const origin = Math.floor(scale.first / scale.step) * scale.step;
  const low = origin + Math.min(one, other) * scale.step;
  const high = origin + (Math.max(one, other) + 1) * scale.step - 1;
  return [Math.max(low, scale.first), Math.min(high, scale.last)];
}

function part(plot, name) {
  let found = plot.querySelector(`.overview-${name}`);
  if (!found) {
    found = document.createElement("div");
    found.className = `overview-${name}`;
    found.hidden = true;
    if (name === "brush") found.append(document.createElement("div"));
    plot.append(found);
  }
  return found;
}

function fields(plot) {
  const form = plot.closest(".overview").querySelector("[data-overview-form]");
  return { form, from: form.elements.date_after, to: form.elements.date_before };
}

/* Choosing years ------------------------------------------------------------------------------------------- */

function show(choice) {
  const { scale, start, end } = choice;
  const from = Math.min(start, end) / scale.bins;
  const to = (Math.max(start, end) + 1) / scale.bins;
  choice.bar.style.transform = `translateX(${from * 100}%) scaleX(${to - from})`;
}

function begin(plot, place) {
  const scale = measured(plot);
  const brush = part(plot, "brush");
  const { from, to } = fields(plot);
  const choice = {
    scale, brush, bar: brush.firstElementChild, start: place(scale), end: place(scale),
    fields: { from, to }, before: [from.value, to.value],
  };
  brush.hidden = false;
  hideCards();
  return choice;
}

/* The fields say in figures what is chosen; a screen reader hears it where `announced`. */
function tell(choice) {
  const [low, high] = yearsOf(choice.scale, choice.start, choice.end);
  choice.fields.from.value = four(low);
  choice.fields.to.value = four(high);
}

function leave(choice) {
  choice.brush.hidden = true;
  [choice.fields.from.value, choice.fields.to.value] = choice.before;
}

function send(choice) {
  tell(choice);
  choice.fields.from.form.requestSubmit();
  choice.brush.hidden = true;
}

document.addEventListener("pointerdown", event => {
  justDragged = false;
  const plot = event.target.closest?.("[data-overview]");
  if (!plot || event.button !== 0 || !event.isPrimary) return;
  const ground = plot.querySelector(".overview-ground").getBoundingClientRect();
  if (event.clientX < ground.left || event.clientY > ground.bottom || event.target.closest(".overview-name")) return;
  drag = { plot, x: event.clientX, id: event.pointerId, choice: null, at: event.clientX };
});

document.addEventListener("pointermove", event => {
  if (!drag || event.pointerId !== drag.id) return card(event);
  if (!drag.choice) {
    if (Math.abs(event.clientX - drag.x) < DRAG) return;
    drag.choice = begin(drag.plot, scale => placeAt(scale, drag.x));
    // Else a pointer that leaves the drawing would leave the drag hanging.
    drag.plot.setPointerCapture(drag.id);
  }
  drag.at = event.clientX;
  if (!frame) frame = requestAnimationFrame(draw);
});

function draw() {
  frame = 0;
  if (!drag?.choice) return;
  const place = placeAt(drag.choice.scale, drag.at);
  if (place === drag.choice.end && drag.choice.shown) return;
  drag.choice.end = place;
  drag.choice.shown = true;
  show(drag.choice);
  tell(drag.choice);
}

document.addEventListener("pointerup", event => {
  if (!drag || event.pointerId !== drag.id) return;
  const { choice, at } = drag;
  drag = null;
  if (!choice) return;
  justDragged = true;
  choice.end = placeAt(choice.scale, at);
  send(choice);
});

function cancel() {
  if (drag?.choice) leave(drag.choice);
  drag = null;
  for (const choice of keyed.values()) leave(choice);
  keyed.clear();
}

document.addEventListener("pointercancel", cancel);
// A press that became a drag is not a click on the mark below it, nor does the browser drag the link away.
document.addEventListener("click", event => {
  if (!justDragged || !event.target.closest?.("[data-overview]")) return;
  justDragged = false;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("dragstart", event => {
  if (event.target.closest?.("[data-overview]")) event.preventDefault();
});

/* Arrow keys ----------------------------------------------------------------------------------------------- */

const keyed = new Map();

function linksOf(lane) {
  return [...lane.querySelectorAll("a")];
}

function focusOn(link) {
  for (const other of linksOf(link.closest("[data-roving]"))) other.setAttribute("tabindex", other === link ? "0" : "-1");
  link.focus();
}

function centre(link) {
  const box = link.getBoundingClientRect();
  return box.left + box.width / 2;
}

/* The mark of the next lane that lies nearest. */
function across(link, step) {
  const lanes = [...link.closest("[data-overview]").querySelectorAll("[data-roving]")];
  const lane = lanes[lanes.indexOf(link.closest("[data-roving]")) + step];
  const x = centre(link);
  return lane && linksOf(lane).sort((a, b) => Math.abs(centre(a) - x) - Math.abs(centre(b) - x))[0];
}

function choose(link, step) {
  const plot = link.closest("[data-overview]");
  let choice = keyed.get(plot);
  if (!choice) {
    const middle = centre(link);
    choice = begin(plot, scale => placeAt(scale, middle));
    keyed.set(plot, choice);
  } else {
    choice.end = Math.min(choice.scale.bins - 1, Math.max(0, choice.end + step));
  }
  show(choice);
  tell(choice);
  status(plot).textContent = `${choice.fields.from.value}–${choice.fields.to.value}`;
}

function status(plot) {
  return plot.closest(".overview").querySelector("[data-overview-status]");
}

document.addEventListener("keydown", event => {
  const link = event.target.closest?.("[data-overview] [data-roving] a");
  if (!link) return;
  const plot = link.closest("[data-overview]");
  const choice = keyed.get(plot);
  if (event.key === "Escape" && choice) {
    leave(choice);
    keyed.delete(plot);
    status(plot).textContent = "";
  } else if (event.key === "Enter" && choice) {
    keyed.delete(plot);
    send(choice);
  } else if (event.key in STEPS && event.shiftKey) {
    choose(link, STEPS[event.key]);
  } else if (event.key in STEPS) {
    const links = linksOf(link.closest("[data-roving]"));
    const next = links[links.indexOf(link) + STEPS[event.key]];
    if (next) focusOn(next);
  } else if (event.key === "Home" || event.key === "End") {
    focusOn(linksOf(link.closest("[data-roving]")).at(event.key === "Home" ? 0 : -1));
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const next = across(link, event.key === "ArrowUp" ? -1 : 1);
    if (next) focusOn(next);
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("focusout", event => {
  const plot = event.target.closest?.("[data-overview]");
  const choice = plot && keyed.get(plot);
  if (!choice || plot.contains(event.relatedTarget)) return;
  leave(choice);
  keyed.delete(plot);
  status(plot).textContent = "";
});

/* A mark and its number in the table lead to the same list. Where pages are swapped in place, only the latter is. */
function twin(link) {
  const table = document.querySelector(".overview-table table");
  const address = link.getAttribute("href");
  return [...(table?.querySelectorAll("td a") ?? [])].find(other => other.getAttribute("href") === address);
}

document.addEventListener("click", event => {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = isPlain && !event.defaultPrevented && event.target.closest?.("[data-overview] [data-kind] svg a");
  const same = link && twin(link);
  if (!same) return;
  event.preventDefault();
  same.click();
});

/* The card: what the table says of the years under the pointer --------------------------------------------- */

let carded = null;

function hideCards() {
  for (const one of document.querySelectorAll(".overview-card")) one.hidden = true;
  carded = null;
}

function card(event) {
  const plot = event.pointerType === "mouse" && event.target.closest?.("[data-overview]");
  const link = plot && event.target.closest("[data-kind] a, .overview-bands a");
  if (!link) {
    if (carded) hideCards();
    return;
  }
  if (carded === link) return;
  const box = part(plot, "card");
  const row = twin(link)?.closest("tr");
  const content = row ? numbersOf(row) : [link.getAttribute("aria-label")];
  box.replaceChildren(...content);
  box.hidden = false;
  carded = link;
  const frameBox = plot.getBoundingClientRect();
  const room = frameBox.width - box.offsetWidth;
  const middle = (row ? centre(link) : event.clientX) - frameBox.left;
  box.style.transform = `translateX(${Math.round(Math.min(room, Math.max(0, middle - box.offsetWidth / 2)))}px)`;
}

function numbersOf(row) {
  const names = [...row.closest("table").tHead.rows[0].cells];
  const years = document.createElement("strong");
  years.textContent = row.cells[0].textContent;
  const list = document.createElement("dl");
  [...row.cells].forEach((cell, index) => {
    const said = index && cell.textContent.trim();
    if (!said) return;
    const name = document.createElement("dt");
    const value = document.createElement("dd");
    name.textContent = names[index].textContent;
    value.textContent = said;
    list.append(name, value);
  });
  return [years, list];
}

document.documentElement.addEventListener("mouseleave", hideCards);
document.addEventListener("keydown", event => event.key === "Escape" && (hideCards(), drag && cancel()));
// Come back to by the browser's own button, the page stands as it was left: with a choice that was sent.
addEventListener("pageshow", () => { cancel(); hideCards(); });
