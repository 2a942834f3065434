// Keys: / search · g then a letter: a place (any link with data-key="g o" joins) · p play or pause · ? this list · Ctrl/⌘ K commands.
let waiting = 0;
const typing = (t) => t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName);
const open = (id) => { const dialog = document.getElementById(id); if (dialog && !dialog.open) dialog.showModal(); return Boolean(dialog); };

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.altKey) {
    if (open("palette")) event.preventDefault();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (waiting && event.timeStamp - waiting < 1500 && event.key.length === 1) {
    waiting = 0;
    const link = document.querySelector(`a[data-key="g ${CSS.escape(event.key.toLowerCase())}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (event.key === "g") waiting = event.timeStamp;
  else if (event.key === "/") {
    const box = document.querySelector("[data-search]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  } else if (event.key === "?") open("shortcuts");
  else if (event.key === "p") document.dispatchEvent(new CustomEvent("player:toggle"));
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener && open(opener.dataset.open)) event.preventDefault();
  if (event.target.matches("dialog[open]")) event.target.close();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
document.addEventListener("page:load", () => { for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close(); });

// On phones the workspace's menu is a row: bring the current line into it.
const reveal = () => {
  const line = document.querySelector(".sidebar [aria-current]");
  const row = line?.closest("nav");
  if (row) row.scrollLeft = line.offsetLeft - (row.clientWidth - line.offsetWidth) / 2;
};
reveal();
document.addEventListener("page:load", reveal);
