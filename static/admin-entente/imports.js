// Checks the rows of a table one part after the other, and shows how far it is. Without this module the
// button checks the next rows.

const form = document.querySelector("[data-checks]");
if (form) checkAll(form);

async function checkAll(form) {
  const progress = form.querySelector("progress");
  const said = form.querySelector("output");
  const button = form.querySelector("[type=submit]");
  button.hidden = true;
  try {
    let state;
    do {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      state = await answer.json();
      progress.value = state.checked;
      said.textContent = said.textContent.replace(/\d+/, state.checked);
    } while (!state.done);
    location.reload();
  } catch {
    button.hidden = false;
  }
}
