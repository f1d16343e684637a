// A form that was refused begins at the first field that has to be corrected: last of all, as Django's own script
// begins at the first field of what is new.

addEventListener("load", () => {
  document.querySelector("#content-main form [aria-invalid=true]")?.focus();
});
