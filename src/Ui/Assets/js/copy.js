// <button data-copy="id of an input" data-copied="Copied" hidden>: shown where the browser can copy.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const input = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      input.select();
      return;
    }
    const words = button.querySelector("[data-copy-words]");
    words.textContent = button.dataset.copied;
  });
}
