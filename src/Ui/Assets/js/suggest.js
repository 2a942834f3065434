// The search field suggests while one types: a combobox with a list. Without script, or without an answer, it is a plain search.
const known = new Map();
let waiting, asking, at = -1;
const parts = (input) => ({ list: document.getElementById(input.dataset.suggest), said: input.form.querySelector("[data-suggest-said]") });
const close = (input) => {
  const { list } = parts(input);
  list.hidden = true;
  at = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};
const mark = (input, to) => {
  const options = [...parts(input).list.children];
  if (options.length === 0) return;
  at = to < -1 ? options.length - 1 : to >= options.length ? -1 : to;
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  if (at >= 0) input.setAttribute("aria-activedescendant", options[at].id);
  else input.removeAttribute("aria-activedescendant");
};
const show = (input, data) => {
  const { list, said } = parts(input);
  list.replaceChildren(...data.map((one, i) => {
    const option = document.createElement("li");
    option.role = "option";
    option.id = `${list.id}-${i}`;
    option.dataset.url = one.url;
    option.setAttribute("aria-selected", "false");
    const kind = document.createElement("span");
    kind.textContent = list.dataset[one.kind] ?? "";
    option.append(one.text, kind);
    return option;
  }));
  at = -1;
  input.removeAttribute("aria-activedescendant");
  list.hidden = data.length === 0;
  input.setAttribute("aria-expanded", String(data.length > 0));
  said.textContent = data.length === 0 ? said.dataset.none : said.dataset.some.replace("{0}", data.length);
};
const ask = async (input) => {
  const typed = input.value.trim().toLowerCase();
  if (typed.length < 2) return close(input);
  if (!known.has(typed)) {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`/api/v1/suggestions?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (!answer.ok) return close(input);
      if (known.size > 200) known.clear();
      known.set(typed, (await answer.json()).data);
    } catch {
      return;
    }
  }
  if (document.activeElement === input && input.value.trim().toLowerCase() === typed) show(input, known.get(typed));
};
// As a link, so that the player goes on.
const go = (url) => {
  const link = Object.assign(document.createElement("a"), { href: url });
  document.body.append(link);
  link.click();
  link.remove();
};
const box = (event) => (event.target.matches?.("[data-suggest]") ? event.target : null);
document.addEventListener("focusin", (event) => {
  const input = box(event);
  if (!input || input.role === "combobox") return;
  input.role = "combobox";
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", input.dataset.suggest);
  input.setAttribute("aria-expanded", "false");
});
document.addEventListener("input", (event) => {
  const input = box(event);
  if (!input) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(input), 120);
});
document.addEventListener("keydown", (event) => {
  const input = box(event);
  if (!input) return;
  const { list } = parts(input);
  if (event.key === "ArrowDown" && list.hidden) ask(input);
  else if (list.hidden) return;
  else if (event.key === "ArrowDown") mark(input, at + 1);
  else if (event.key === "ArrowUp") mark(input, at - 1);
  else if (event.key === "Escape") close(input);
  else if (event.key === "Enter" && at >= 0) go(list.children[at].dataset.url);
  else return;
  event.preventDefault();
});
document.addEventListener("focusout", (event) => { const input = box(event); if (input) close(input); });
// Before the field loses the focus.
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[role=option][data-url]");
  if (!option || event.button !== 0) return;
  event.preventDefault();
  go(option.dataset.url);
});

// The filters of a phone are a drawer: it stays open while one chooses, until its button shows the results.
const reopen = () => {
  const drawer = document.querySelector("[data-drawer]");
  if (drawer && sessionStorage.getItem("drawer") === "open") drawer.open = true;
  sessionStorage.removeItem("drawer");
};
document.addEventListener("click", (event) => {
  const drawer = event.target.closest?.("[data-drawer][open]");
  if (!drawer || !matchMedia("(width < 64rem)").matches) return;
  if (event.target.closest("[data-drawer-close]")) {
    event.preventDefault();
    drawer.open = false;
    drawer.querySelector("summary").focus();
  } else if (event.target.closest("a[href]")) sessionStorage.setItem("drawer", "open");
});
document.addEventListener("keydown", (event) => {
  const drawer = event.key === "Escape" && event.target.closest?.("[data-drawer][open]");
  if (drawer && matchMedia("(width < 64rem)").matches) { drawer.open = false; drawer.querySelector("summary").focus(); }
});
document.addEventListener("page:load", reopen);
reopen();
