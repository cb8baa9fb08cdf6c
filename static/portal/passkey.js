// Makes and uses passkeys: the browser's answer goes to the server in a field of the form that asked for it.

const IS_ADDRESS = /^\[|^[\d.]+$/;
const isPossible = "parseRequestOptionsFromJSON" in (window.PublicKeyCredential ?? {}) && !IS_ADDRESS.test(location.hostname);

const fetched = async (form) => {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).request_options;
};

const written = (form) => JSON.parse(document.getElementById(form.dataset.options).textContent);

const make = (options) => {
  // A passkey alone signs in: it knows whose it is, and the device asks who is there.
  const kept = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  options.authenticatorSelection = { ...options.authenticatorSelection, ...kept };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
};

const use = (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

const onSubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const { publicKey } = form.dataset.options ? written(form) : await fetched(form);
    const credential = await (form.dataset.passkey === "create" ? make(publicKey) : use(publicKey));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    failed.hidden = false;
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", onSubmit);
  form.hidden = !isPossible;
}
for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = !isPossible;
for (const part of document.querySelectorAll("[data-passkey-impossible]")) part.hidden = isPossible;
