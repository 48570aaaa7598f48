// The form of a kind of fact: drawn by shacl-form, filled from the service, given as Turtle.
import "@ulb-darmstadt/shacl-form";

const root = document.documentElement.dataset.root;
const place = document.querySelector("#form");
const [button, turtle, conforms, lacks] = ["#give", "#turtle", "#conforms", "#lacks"].map((one) => document.querySelector(one));

const HOME = "https://w3id.org/mla-graph/";

async function turtleOf(address, query = null) {
  const sent = query && { method: "POST", body: new URLSearchParams({ query }) };
  const response = await fetch(root + address, { headers: { Accept: "text/turtle" }, ...sent });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.text();
}

/** Give what the files state of a resource, without what rules add. */
const stated = (iri) =>
  turtleOf(
    "/sparql",
    `CONSTRUCT { ${iri} ?p ?o } WHERE { GRAPH ?g { ${iri} ?p ?o } FILTER(?g != <${HOME}graph/derived>) }`,
  );

/** Let the choices of a class that has none be empty: the field then takes an IRI. */
const choices = (iri) => turtleOf(`/edit/choices/${iri.split(/[#/]/).pop()}`).catch(() => "");

/** Let the component follow the colours of the page and its width. */
function style() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    form { --label-width: 12em !important; color: var(--ink); }
    .shacl-group h1 { color: var(--ink); }
    select.editor, input.editor:not([type=checkbox]), textarea.editor { min-width: 0; width: 100%; }
    .editor, .lang-chooser { background: var(--paper); color: var(--ink); border: 1px solid var(--quiet); }
    .lang-chooser { background: var(--panel); border: 0; }
    .control-button.control-button, .add-button.add-button, label { color: var(--ink) !important; }
    .editor::placeholder, .lang-chooser::placeholder { color: var(--quiet); }`);
  return sheet;
}

/** Name the fields that the component leaves without a label. */
function label(form) {
  for (const field of form.querySelectorAll(".property-instance .editor, .lang-chooser")) {
    const said = field.closest(".property-instance")?.querySelector("label")?.textContent ?? "";
    const name = field.matches(".lang-chooser") ? `${said}: ${field.title}` : said;
    if (field.getAttribute("aria-label") !== name) field.setAttribute("aria-label", name);
  }
}

async function draw() {
  const { kind, of } = place.dataset;
  const [shapes, values] = await Promise.all([
    turtleOf(`/shapes/forms/${kind}`),
    stated(`<${encodeURI(`${HOME}id/${of}`)}>`),
  ]);
  const form = document.createElement("shacl-form");
  form.setClassInstanceProvider(choices);
  const settings = {
    shapes, values,
    valuesSubject: `${HOME}id/${of}`,
    language: document.documentElement.lang,
    ignoreOwlImports: "",
  };
  Object.assign(form.dataset, settings);
  place.append(form);
  const sheet = style();
  new MutationObserver(() => {
    const { adoptedStyleSheets } = form.shadowRoot;
    if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
    label(form.form);
    button.disabled = !form.form.querySelector(".editor");
  }).observe(form.form, { childList: true, subtree: true });
  button.addEventListener("click", async () => {
    const valid = await form.validate(false);
    const facts = form.toRDF();
    facts.removeQuads(facts.getQuads(null, null, `${HOME}shapes/forms/${kind}`, null));
    turtle.textContent = form.serialize("text/turtle", facts);
    turtle.hidden = false;
    conforms.hidden = !valid;
    lacks.hidden = valid;
    turtle.scrollIntoView({ block: "nearest" });
  });
}

if (place) draw().catch((error) => (document.querySelector("#status").textContent = error.message));
