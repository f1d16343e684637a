// Shows beside each field of a record what its citations say of it, judged by the server while the user types.
// Without this module the verdicts of what is stored are shown.

const PAUSE = 400; // milliseconds without a key
const judge = document.querySelector("[data-judged-at]");
const form = judge?.closest("form");
let waiting, asked;

function typed() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(judge.dataset.judgedAt, {
      method: "POST",
      body: new FormData(form),
      signal: asked.signal,
    });
    if (answer.ok && !answer.redirected) show(await answer.json());
  } catch {
    // The desk does not answer, or was asked again meanwhile: what is typed is judged when it is saved.
  }
}

function show({ fields, rows }) {
  for (const said of form.querySelectorAll("[data-said]")) put(said, fields[said.dataset.said] ?? "");
  for (const [prefix, html] of Object.entries(rows)) {
    const cell = document.getElementById(prefix)?.querySelector(".field-verdict_reads .readonly");
    if (cell) put(cell, html);
  }
}

/** What stays the same is left alone, so that nobody hears it twice. */
function put(element, html) {
  if (element.dataset.put === html) return;
  element.dataset.put = html;
  element.innerHTML = html;
}

if (form) {
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  document.addEventListener("formset:removed", typed);
  // What is chosen by autocompletion is told to jQuery alone.
  window.django?.jQuery(form).on("change", "select", typed);
}
