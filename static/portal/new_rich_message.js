// A new rich message: whether agents may configure it is asked for types that allow it.

const choice = document.querySelector("[data-configuring]");

const show = () => {
  const chosen = document.querySelector('[name="kind_choice"]:checked');
  choice.hidden = !chosen || !("configurable" in chosen.dataset);
};

document.addEventListener("change", show);
show();
