// <form data-upload method="post" enctype="multipart/form-data"> sends itself with progress in numbers. Without script
// it is an ordinary form. Inside it: <progress data-upload-bar>, <output data-upload-text> (both may be missing).
// The answer: a redirect is followed; anything else replaces the page, so that validation messages are seen.
const megabytes = (n) => (n / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 });

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  const bar = form.querySelector("[data-upload-bar]");
  const text = form.querySelector("[data-upload-text]");
  const request = new XMLHttpRequest();
  const started = performance.now();
  const say = (words) => { if (text) text.textContent = words; };

  const warn = (leaving) => leaving.preventDefault();
  const end = (failed) => {
    removeEventListener("beforeunload", warn);
    if (!failed) return;
    document.dispatchEvent(new CustomEvent("form:ready", { detail: form }));
    if (bar) bar.hidden = true;
    say(form.dataset.uploadFailed ?? document.body.dataset.uploadFailed);
  };

  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    if (!lengthComputable) return;
    if (bar) { bar.hidden = false; bar.max = total; bar.value = loaded; }
    const seconds = (performance.now() - started) / 1000;
    const left = loaded ? Math.ceil((seconds / loaded) * (total - loaded)) : 0;
    say(`${Math.floor((loaded / total) * 100)} % · ${megabytes(loaded)} / ${megabytes(total)} MB${left > 1 && seconds > 1 ? ` · ${left} s` : ""}`);
  });
  request.addEventListener("load", () => {
    end(request.status >= 500 || request.status === 413 || request.status === 429 || request.status === 0);
    if (request.status >= 500 || request.status === 413 || request.status === 429) return;
    const kind = request.getResponseHeader("content-type") ?? "";
    const where = new URL(request.responseURL || location.href);
    if (where.href !== new URL(form.action).href) location.assign(where);
    else if (kind.startsWith("text/html")) {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const fresh = page.getElementById("main");
      const old = document.getElementById("main");
      if (!fresh || !old) return location.reload();
      old.replaceWith(document.adoptNode(fresh));
      window.htmx?.process(fresh);
      (fresh.querySelector("[data-errors]") ?? fresh).focus();
      document.dispatchEvent(new CustomEvent("page:load"));
    } else location.reload();
  });
  request.addEventListener("error", () => end(true));
  request.addEventListener("abort", () => end(true));
  addEventListener("beforeunload", warn);
  const body = new FormData(form, event.submitter);
  request.open("POST", form.action);
  request.send(body);
});

document.addEventListener("dragover", (event) => event.target.closest?.(".drop")?.setAttribute("data-over", ""));
for (const kind of ["dragleave", "drop"]) document.addEventListener(kind, (event) => event.target.closest?.(".drop")?.removeAttribute("data-over"));
