// A form that saves itself: <form data-draft="address" data-draft-key="name">. Some moments after the last stroke it is sent as it stands;
// the answer names the version to go on from. What is not saved yet stands in this browser, and is put back after a reload. Without script
// the form's own button does it all; where data-draft is empty the script only keeps what is typed until the button saved it.
const form = document.querySelector("form[data-draft]");
if (form) {
  const { draft: address, draftKey } = form.dataset;
  const key = `draft:${draftKey}`;
  const said = form.querySelector("[data-draft-said]");
  const reload = form.querySelector("[data-draft-reload]");
  const version = form.elements.namedItem("version");
  const say = (words, bad = false) => { said.textContent = words; said.classList.toggle("text-error", bad); };
  const own = ({ name }) => name && name !== "version" && !name.startsWith("__");
  const fields = () => [...form.elements].filter((f) => own(f) && f.type !== "file" && f.type !== "hidden");
  const store = {
    get: () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    put: (value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private mode */ } },
    drop: () => { try { localStorage.removeItem(key); } catch { /* private mode */ } },
  };
  const typed = () => Object.fromEntries(fields().map((f) => [f.name, f.type === "checkbox" || f.type === "radio" ? f.checked : f.value]));
  const failed = (why) => say(`${form.dataset.saidFailed} ${why}`, true);

  let timer, sending = false, again = false, stopped = false;

  async function save() {
    clearTimeout(timer);
    if (stopped || !address) return;
    if (sending) { again = true; return; }
    sending = true;
    const sent = JSON.stringify(typed());
    say(form.dataset.saidSaving);
    try {
      const answer = await fetch(address, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (answer.ok && (answer.headers.get("content-type") ?? "").includes("json")) {
        version.value = (await answer.json()).version;
        if (sent === JSON.stringify(typed())) store.drop();
        say(`${form.dataset.saidSaved} ${new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })}`);
      } else if (answer.status === 412) {
        stopped = true;
        reload.hidden = false;
        failed(form.dataset.saidStale);
      } else {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        failed((page.querySelector("main .field-error, main [data-errors] li, main [data-errors]")?.textContent ?? String(answer.status)).trim());
      }
    } catch {
      failed(form.dataset.saidOffline);
      timer = setTimeout(save, 10_000);
    }
    sending = false;
    if (again) { again = false; save(); }
  }

  form.addEventListener("input", () => {
    store.put(typed());
    clearTimeout(timer);
    timer = setTimeout(save, 1_200);
  });
  form.addEventListener("change", () => { store.put(typed()); });
  // The button's own save: what is refused comes back with the page, what is taken need not be remembered.
  form.addEventListener("submit", () => { clearTimeout(timer); stopped = true; store.put({ ...typed(), __sent: version.value }); });
  reload?.addEventListener("click", () => store.put(typed()));
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) save(); });

  const left = store.get();
  if (left?.__sent && left.__sent !== version.value) store.drop();
  else if (left) {
    let changed = false;
    for (const field of fields()) {
      if (!(field.name in left)) continue;
      const box = field.type === "checkbox" || field.type === "radio";
      if ((box ? field.checked : field.value) === left[field.name]) continue;
      changed = true;
      if (box) field.checked = left[field.name]; else field.value = left[field.name];
    }
    if (changed) { say(form.dataset.saidRestored); if (address) timer = setTimeout(save, 1_200); } else store.drop();
  }
}
