// Shows the description of our REST interface, follows the page's theme, and keeps the token in this tab only.

const root = document.documentElement;
const place = document.getElementById("manual");
const system = matchMedia("(prefers-color-scheme: dark)");

const followTheme = () => {
  const theme = root.dataset.theme;
  root.classList.toggle("dark-mode", theme ? theme === "dark" : system.matches);
};

const show = () => {
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.schema,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    persistAuthorization: false,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
  });
};

followTheme();
system.addEventListener("change", followTheme);
new MutationObserver(followTheme).observe(root, { attributeFilter: ["data-theme"] });
show();
