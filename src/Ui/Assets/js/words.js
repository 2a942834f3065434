// Times in the reader's zone and language, and the explanation beside held money.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const kinds = {
  "date": { dateStyle: "medium" }, "time": { timeStyle: "short" }, "date-time": { dateStyle: "medium", timeStyle: "short" }, "long": { dateStyle: "long", timeStyle: "short" },
};
const steps = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];

function local(root) {
  const lang = document.documentElement.lang || undefined;
  for (const time of root.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    const kind = time.dataset.local;
    if (Number.isNaN(at.valueOf())) continue;
    if (kind === "relative") {
      const seconds = (at - Date.now()) / 1000;
      const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
      time.title ||= new Intl.DateTimeFormat(lang, kinds.long).format(at);
      time.textContent = new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(Math.round(seconds / size), unit);
    } else if (time.dataset.zone !== zone) time.textContent = new Intl.DateTimeFormat(lang, kinds[kind] ?? kinds["date-time"]).format(at);
  }
}

if (!document.cookie.split("; ").includes(`zone=${encodeURIComponent(zone)}`))
  document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
local(document);
document.addEventListener("page:load", () => local(document));
document.addEventListener("htmx:after:swap", () => local(document));

// The button opens its popover by itself (popovertarget); hovering and focus do too.
const anchored = CSS.supports("position-area: bottom");
let leaving;
function explain(button) {
  const box = document.getElementById(button.getAttribute("popovertarget"));
  if (!box || box.matches(":popover-open")) return;
  box.showPopover({ source: button });
  if (anchored) return;
  const at = button.getBoundingClientRect();
  box.style.top = `${at.bottom + 4}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`;
}
document.addEventListener("pointerover", (event) => {
  const button = event.pointerType === "mouse" && event.target.closest?.("[data-explain]");
  if (button) { clearTimeout(leaving); explain(button); } else if (event.target.closest?.(".explain")) clearTimeout(leaving);
});
document.addEventListener("pointerout", (event) => {
  const held = event.pointerType === "mouse" && event.target.closest?.(".held");
  if (held && !held.contains(event.relatedTarget) && !held.querySelector("[data-kept]:popover-open")) leaving = setTimeout(() => held.querySelector(".explain:popover-open")?.hidePopover(), 150);
});
// A click on what hovering has opened keeps it open; the next one closes it.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-explain]");
  const box = button && document.getElementById(button.getAttribute("popovertarget"));
  if (!box?.matches(":popover-open") || box.dataset.kept !== undefined) { if (box) delete box.dataset.kept; return; }
  box.dataset.kept = "";
  event.preventDefault();
});
document.addEventListener("focusin", (event) => { if (event.target.matches("[data-explain]:focus-visible")) explain(event.target); });
document.addEventListener("focusout", (event) => { if (event.target.matches("[data-explain]")) document.getElementById(event.target.getAttribute("popovertarget"))?.hidePopover(); });

// Keeps the chosen rows' count in a bulk bar: <div class="bulk" data-bulk hidden> … <output data-bulk-count>
document.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  if (!form || event.target.type !== "checkbox" || !form.querySelector("[data-bulk]")) return;
  if (event.target.hasAttribute("data-all")) for (const box of form.querySelectorAll("tbody input[type=checkbox]")) box.checked = event.target.checked;
  const count = form.querySelectorAll("tbody input[type=checkbox]:checked").length;
  form.querySelector("[data-bulk]").hidden = count === 0;
  form.querySelector("[data-bulk-count]").textContent = count;
});
