// <form data-passkey="get|create" data-passkey-domain="market.example">: its button asks the browser for a passkey, with the options that the
// form's page gives at ?handler=Options, and sends the answer as ordinary fields. Parts marked data-passkey-part stay hidden where the browser
// or the address cannot; data-passkey-none is what stands there instead.
const canPasskeys = (domain) =>
  typeof PublicKeyCredential === "function" && PublicKeyCredential.parseRequestOptionsFromJSON && PublicKeyCredential.parseCreationOptionsFromJSON &&
  isSecureContext && domain && (location.hostname === domain || location.hostname.endsWith(`.${domain}`));

const offerPasskeys = () => {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!canPasskeys(form.dataset.passkeyDomain)) continue;
    const part = form.closest("[data-passkey-part]");
    if (part) part.hidden = false;
    for (const none of document.querySelectorAll("[data-passkey-none]")) none.hidden = true;
  }
};
offerPasskeys();
document.addEventListener("page:load", offerPasskeys);

const askForPasskey = async (form) => {
  const reply = await fetch(`${form.action.split("?")[0]}?handler=Options`, { headers: { accept: "application/json" }, redirect: "error" });
  if (!reply.ok) throw new Error(String(reply.status));
  const { challenge, options } = await reply.json();
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.querySelector("[data-passkey-challenge]").value = challenge;
  form.querySelector("[data-passkey-credential]").value = JSON.stringify(credential.toJSON());
};

addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.asking !== undefined) return;
  form.dataset.asking = "";
  const says = form.querySelector("[data-passkey-says]");
  if (says) says.textContent = "";
  askForPasskey(form)
    .then(() => HTMLFormElement.prototype.submit.call(form))
    .catch(() => { if (says) says.textContent = form.dataset.passkeyFailed; })
    .finally(() => { delete form.dataset.asking; });
}, true);
