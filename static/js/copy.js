/* Copies the text of the element a button names. The buttons are shown where the browser can; one listener
   serves those of parts that arrive later as well. */

if (navigator.clipboard) {
  document.documentElement.classList.add("can-copy");
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const said = button.nextElementSibling;
    // Emptied first: the same words said again are announced again.
    said.textContent = "";
    try {
      await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
      said.textContent = button.dataset.done;
    } catch {
      said.textContent = button.dataset.failed;
      source.select?.();
    }
  });
}
