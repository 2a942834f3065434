// <button data-copy="id of an input" data-copied="Copied" hidden>: shown where the browser can copy.
function offer(root) {
  if (navigator.clipboard) for (const button of root.querySelectorAll?.("[data-copy]") ?? []) button.hidden = false;
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const input = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(input.value);
    button.querySelector("[data-copy-words]").textContent = button.dataset.copied;
  } catch {
    input.select();
  }
});
document.addEventListener("htmx:after:swap", () => offer(document));
offer(document);
