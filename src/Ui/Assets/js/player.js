// The docked player. A button with data-play="<audio address>" (data-title, data-maker, data-cover, data-href) starts it.
// While something plays, links and search forms swap the page's regions in place so that the music goes on;
// across a full load (a posted form, another layout) it resumes where it was.
const dock = document.getElementById("player");
if (dock) {
  const audio = new Audio();
  audio.preload = "metadata";
  const part = (name) => dock.querySelector(`[data-player="${name}"]`);
  const [toggle, seek, time, cover, title, maker] = ["toggle", "seek", "time", "cover", "title", "maker"].map(part);
  const store = "player";
  let track = null;
  let saved = 0;

  const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  const buttons = () => [...document.querySelectorAll("[data-play]")];

  // Loudness comes drawn, or as digits to base 32 where it is seen only while it plays. What has been heard lies over it in another colour.
  const bars = (digits) => "M0 32" + [...digits].map((digit) => parseInt(digit, 32) + 1).map((half) => `m0-${half}h2v${half * 2}h-2zm3 ${half}`).join("");
  const svg = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  function heard(wave) {
    const there = wave.querySelector("[data-wave-done]");
    if (there) return there;
    if (!wave.firstElementChild) wave.append(svg("path", { d: bars(wave.dataset.bars), fill: "currentColor" }));
    const over = svg("svg", { "data-wave-done": "", width: 0, height: wave.viewBox.baseVal.height, overflow: "hidden" });
    over.append(svg("path", { class: "waveform-done", d: wave.firstElementChild.getAttribute("d"), fill: "currentColor" }));
    wave.append(over);
    return over;
  }

  function paint() {
    const playing = !audio.paused;
    toggle.setAttribute("aria-pressed", String(playing));
    toggle.setAttribute("aria-label", playing ? dock.dataset.pause : dock.dataset.playWord);
    for (const button of buttons()) button.setAttribute("aria-pressed", String(playing && button.dataset.play === track?.src));
  }

  function progress() {
    const length = audio.duration || track?.length || 0;
    const at = audio.currentTime;
    seek.max = length || 1;
    seek.value = at;
    seek.setAttribute("aria-valuetext", `${clock(at)} / ${clock(length)}`);
    time.textContent = `${clock(at)} / ${clock(length)}`;
    for (const wave of document.querySelectorAll("[data-wave]")) {
      const share = wave.dataset.wave === track?.src && length ? at / length : 0;
      if (share || wave.querySelector("[data-wave-done]")) heard(wave).setAttribute("width", String(share * wave.viewBox.baseVal.width));
      const input = wave.parentElement.querySelector("[data-wave-seek]");
      if (input && document.activeElement !== input) input.value = share * 1000;
    }
    if (Math.abs(at - saved) > 1) save();
  }

  function save() {
    saved = audio.currentTime;
    if (track) sessionStorage.setItem(store, JSON.stringify({ ...track, at: audio.currentTime, length: audio.duration || 0, playing: !audio.paused }));
    else sessionStorage.removeItem(store);
  }

  function show(next) {
    track = next;
    dock.hidden = false;
    title.textContent = next.title ?? "";
    title.href = next.href ?? "#";
    maker.textContent = next.maker ?? "";
    cover.hidden = !next.cover;
    if (next.cover) cover.src = next.cover;
    audio.src = next.src;
    if ("mediaSession" in navigator)
      navigator.mediaSession.metadata = new MediaMetadata({ title: next.title, artist: next.maker, artwork: next.cover ? [{ src: next.cover }] : [] });
  }

  const fromButton = ({ dataset: d }) => ({ src: d.play, title: d.title, maker: d.maker, cover: d.cover, href: d.href });

  function play(next, at = 0) {
    if (track?.src !== next.src || dock.hidden) show(next);
    if (at) audio.currentTime = at;
    audio.play().catch(() => paint());
  }

  function step(by) {
    const all = buttons();
    const here = all.findIndex((b) => b.dataset.play === track?.src);
    const next = all[here + by];
    if (next) play(fromButton(next));
    return Boolean(next);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-play]");
    if (button) {
      event.preventDefault();
      if (track?.src === button.dataset.play && !audio.paused) audio.pause();
      else play(fromButton(button));
      return;
    }
    const action = event.target.closest("[data-player-do]")?.dataset.playerDo;
    if (action === "toggle") audio.paused ? audio.play().catch(() => paint()) : audio.pause();
    else if (action === "next") step(1);
    else if (action === "close") {
      audio.pause();
      audio.removeAttribute("src");
      track = null;
      dock.hidden = true;
      save();
      paint();
      progress();
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target === seek) audio.currentTime = Number(seek.value);
    const wave = event.target.matches("[data-wave-seek]") && event.target.parentElement.querySelector("[data-wave]");
    if (!wave) return;
    const share = Number(event.target.value) / 1000;
    const button = buttons().find((b) => b.dataset.play === wave.dataset.wave);
    if (track?.src === wave.dataset.wave && audio.duration) audio.currentTime = share * audio.duration;
    else if (button) {
      play(fromButton(button));
      audio.addEventListener("loadedmetadata", () => (audio.currentTime = share * audio.duration), { once: true });
    }
  });

  document.addEventListener("player:toggle", () => track && (audio.paused ? audio.play().catch(() => paint()) : audio.pause()));
  audio.addEventListener("play", () => { paint(); save(); });
  audio.addEventListener("pause", () => { paint(); save(); });
  audio.addEventListener("timeupdate", progress);
  audio.addEventListener("loadedmetadata", progress);
  audio.addEventListener("ended", () => step(1) || paint());
  audio.addEventListener("error", () => {
    if (audio.getAttribute("src")) document.dispatchEvent(new CustomEvent("toast", { detail: dock.dataset.failed }));
    paint();
  });
  addEventListener("pagehide", save);
  document.addEventListener("page:load", () => { paint(); progress(); });
  document.addEventListener("htmx:after:swap", paint);

  const before = JSON.parse(sessionStorage.getItem(store) ?? "null");
  if (before) {
    show(before);
    audio.addEventListener("loadedmetadata", () => { audio.currentTime = before.at; }, { once: true });
    if (before.playing) audio.play().catch(() => paint());
    time.textContent = `${clock(before.at)} / ${clock(before.length)}`;
    seek.max = before.length || 1;
    seek.value = before.at;
  }

  // ---- browsing while it plays
  const regions = (root) => [...root.querySelectorAll("[data-region]")];
  const shape = (root) => `${root.body.dataset.layout}:${regions(root).map((r) => r.dataset.region)}:${root.documentElement.lang}`;
  const scripts = (root) => [...root.querySelectorAll("script[src]")].map((s) => new URL(s.getAttribute("src"), location.href).href);
  let soft = false;
  let latest = 0;

  async function visit(address, push) {
    const turn = ++latest;
    try {
      const response = await fetch(address, { headers: { Accept: "text/html" } });
      if (!response.ok || !response.headers.get("content-type")?.startsWith("text/html")) throw new Error("not a page");
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (turn !== latest) return;
      const here = new Set(scripts(document));
      if (shape(page) !== shape(document) || scripts(page).some((s) => !here.has(s))) throw new Error("another kind of page");
      const swap = () => {
        const fresh = regions(page);
        regions(document).forEach((old, i) => old.replaceWith(document.adoptNode(fresh[i])));
        document.title = page.title;
        for (const region of regions(document)) window.htmx?.process(region);
      };
      if (push) {
        history.replaceState({ ...history.state, y: scrollY }, "");
        history.pushState({ soft: true }, "", response.url + new URL(address, location.href).hash);
      }
      soft = true;
      if (document.startViewTransition && !matchMedia("(prefers-reduced-motion: reduce)").matches) await document.startViewTransition(swap).updateCallbackDone;
      else swap();
      scrollTo(0, push ? 0 : history.state?.y ?? 0);
      const main = document.getElementById("main");
      main?.focus({ preventScroll: true });
      document.dispatchEvent(new CustomEvent("page:load"));
    } catch {
      if (turn === latest) push ? location.assign(address) : location.reload();
    }
  }

  const stays = (url) => url.origin === location.origin && !/\.\w{2,5}$/.test(url.pathname) && !url.pathname.startsWith("/api/");

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || audio.paused || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.dataset.reload !== undefined) return;
    const url = new URL(link.href);
    if (!stays(url) || (url.pathname + url.search === location.pathname + location.search && url.hash)) return;
    event.preventDefault();
    visit(url.href, true);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (audio.paused || event.defaultPrevented || form.method !== "get" || form.target) return;
    const url = new URL(form.action);
    if (!stays(url)) return;
    event.preventDefault();
    url.search = new URLSearchParams(new FormData(form, event.submitter)).toString();
    visit(url.href, true);
  });

  addEventListener("popstate", () => soft && visit(location.href, false));
}
