// A form that was refused begins at the first field that has to be mended.

document.querySelector("#content-main form [aria-invalid=true]")?.focus();
