// Results that need no answer. From script: document.dispatchEvent(new CustomEvent("toast", { detail: "Saved" }));
// from the server: TempData (page.Toast("Saved")) or, for htmx, the header that Response.Toast("Saved") writes.
const shelf = document.getElementById("toasts");

function leave(note) {
  note.dataset.leaving = "";
  setTimeout(() => note.remove(), 220);
}

function arm(note) {
  let left = setTimeout(() => leave(note), 6000);
  for (const kind of ["pointerenter", "focusin"]) note.addEventListener(kind, () => clearTimeout(left));
  for (const kind of ["pointerleave", "focusout"]) note.addEventListener(kind, () => { clearTimeout(left); left = setTimeout(() => leave(note), 3000); });
}

document.addEventListener("toast", (event) => {
  const words = typeof event.detail === "string" ? event.detail : event.detail?.value;
  const form = document.getElementById("toast-form");
  if (!words || !shelf || !form) return;
  const note = form.content.firstElementChild.cloneNode(true);
  note.querySelector("[data-words]").textContent = words;
  shelf.append(note);
  arm(note);
});
shelf?.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) leave(event.target.closest(".toast-note"));
});
for (const note of shelf?.querySelectorAll(".toast-note") ?? []) arm(note);

// A write is sent once: the pressed button says what happens until the answer is there.
function busy(form, button, on) {
  if (on) form.dataset.sent = ""; else delete form.dataset.sent;
  if (!button) return;
  if (on) button.setAttribute("aria-busy", "true"); else button.removeAttribute("aria-busy");
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent !== undefined) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  if (event.defaultPrevented && !form.hasAttribute("data-upload")) return;
  busy(form, event.submitter, true);
}, true);
const rest = (form) => { for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy"); delete form.dataset.sent; };
document.addEventListener("form:ready", (event) => rest(event.detail));
document.addEventListener("htmx:finally:request", (event) => { const form = event.target.closest?.("form"); if (form) rest(form); });
addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(rest); });

// Where a form came back with errors, the summary gets the focus.
document.querySelector("[data-errors]")?.focus();
