// <input data-chooses="id of a radio">: who writes into it has chosen.
document.addEventListener("input", ({ target }) => {
  const choice = target.dataset?.chooses && target.value && document.getElementById(target.dataset.chooses);
  if (!choice || choice.checked || choice.disabled) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
});
