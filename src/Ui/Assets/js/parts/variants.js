// The choice of a variant by its axes instead of one long list. The list stays the form's field and is only hidden: what it says is sent.
function choose() {
  const form = document.querySelector("form[data-variants]");
  const list = form?.querySelector("select[name=offer]");
  const axes = form?.querySelector("[data-variants-axes][hidden]");
  if (!list || !axes) return;
  const options = [...list.options].filter((option) => option.value).map((option) => ({ option, values: JSON.parse(option.dataset.values) }));
  const radios = [...axes.querySelectorAll("input[type=radio]")];
  const said = form.querySelector("[data-variants-said]");
  const buttons = [...form.querySelectorAll("[data-variants-buy]")];
  const chosen = () => Object.fromEntries(radios.filter((radio) => radio.checked).map((radio) => [radio.dataset.axis, radio.value]));
  const fits = (values, wanted) => Object.entries(wanted).every(([axis, value]) => values[axis] === value);

  const show = () => {
    const wanted = chosen();
    const whole = Object.keys(wanted).length === axes.querySelectorAll("fieldset").length;
    const found = whole ? options.find(({ values }) => fits(values, wanted)) : undefined;
    list.value = found && !found.option.disabled ? found.option.value : "";
    // A value is dimmed when nothing is left of it with what is chosen on the other axes; it can still be chosen.
    for (const radio of radios) {
      const { [radio.dataset.axis]: _, ...others } = wanted;
      const left = options.some(({ option, values }) => !option.disabled && values[radio.dataset.axis] === radio.value && fits(values, others));
      radio.closest("label").toggleAttribute("data-gone", !left);
    }
    said.textContent = found ? found.option.dataset.said : whole ? said.dataset.none : said.dataset.choose;
    for (const button of buttons) button.disabled = !list.value;
    const picture = found?.option.dataset.image && document.querySelector(`[data-gallery] li img[src^="${CSS.escape(found.option.dataset.image)}"]`)?.closest("li");
    if (picture) picture.parentElement.scrollTo({ left: picture.offsetLeft - picture.parentElement.offsetLeft, behavior: "smooth" });
  };

  const first = options.find(({ option }) => option.selected) ?? options.find(({ option }) => !option.disabled);
  if (first) for (const radio of radios) radio.checked = first.values[radio.dataset.axis] === radio.value;
  axes.hidden = false;
  form.querySelector("[data-variants-list]").hidden = true;
  list.required = false;
  axes.addEventListener("change", show);
  show();
}
// Another such page may take the place of this one while the music plays.
document.addEventListener("page:load", choose);
choose();
