// <input data-tags="/api/v1/tags?q=">: a list with commas, whose last word the browser's own list completes. Without script it is an ordinary field.
let asking = 0;

document.addEventListener("input", async (event) => {
  const input = event.target.closest?.("input[data-tags]");
  if (!input) return;
  const turn = ++asking;
  await new Promise((later) => setTimeout(later, 150));
  if (turn !== asking) return;
  const words = input.value.split(",");
  const last = words.pop().trim();
  const before = words.map((word) => word.trim()).filter(Boolean);
  if (!last) return;
  try {
    const answer = await fetch(input.dataset.tags + encodeURIComponent(last), { headers: { accept: "application/json" } });
    if (!answer.ok || turn !== asking) return;
    const { data } = await answer.json();
    let list = document.getElementById(`${input.id}-tags`);
    if (!list) {
      list = document.createElement("datalist");
      list.id = `${input.id}-tags`;
      input.after(list);
      input.setAttribute("list", list.id);
    }
    list.replaceChildren(...data.filter(({ tag }) => !before.includes(tag)).map(({ tag, usage }) => {
      const option = document.createElement("option");
      option.value = [...before, tag].join(", ");
      option.label = `${tag} (${usage})`;
      return option;
    }));
  } catch {
    // Nobody needs a suggestion: what is typed stands.
  }
});
