// Shows below a date how it will read, how it sorts and what is stored, while it is typed. Without this module
// the same is shown after saving. One listener serves the rows that are added later as well.

const PAUSE = 250; // milliseconds without a key
const waiting = new WeakMap();

document.addEventListener("input", ({ target }) => {
  const dated = target.closest("[data-told-at]");
  if (!dated) return;
  clearTimeout(waiting.get(dated));
  waiting.set(dated, setTimeout(tell, PAUSE, dated, target));
});

async function tell(dated, input) {
  const text = input.value.trim();
  const means = text && (await ask(dated.dataset.toldAt, text));
  // What was typed meanwhile has a question of its own.
  if (input.value.trim() === text) show(dated, text, means || {});
}

/** Nothing, if the desk does not answer or asks to sign in again: what is typed is judged when it is saved. */
async function ask(address, text) {
  try {
    const answer = await fetch(`${address}?${new URLSearchParams({ text })}`);
    return answer.ok && !answer.redirected ? await answer.json() : null;
  } catch {
    return null;
  }
}

function show(dated, text, { edtf = "", reads = "", sorts = "", problem = "" }) {
  const said = dated.querySelector(".desk-reads");
  said.textContent = problem || `${reads} ${sorts}`.trim();
  said.classList.toggle("desk-problem", problem !== "");
  const stored = dated.querySelector(".desk-stored");
  stored.querySelector("code").textContent = edtf;
  stored.hidden = edtf === "" || edtf === text;
}
