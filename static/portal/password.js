// Shows and hides what is typed into a password field.

for (const button of document.querySelectorAll("[data-reveals]")) {
  const input = document.getElementById(button.dataset.reveals);
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.ariaPressed = String(isShown);
    for (const mark of button.querySelectorAll("[data-when]")) mark.hidden = (mark.dataset.when === "shown") !== isShown;
    input.focus();
  });
}
