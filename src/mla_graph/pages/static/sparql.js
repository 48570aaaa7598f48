"use strict";
// The query page: sends the text, shows the table. Without it the form still posts and downloads.
const root = document.documentElement.dataset.root;
const form = document.querySelector("#editor");
const text = form.elements.query;
const button = form.querySelector("button");
const status = document.querySelector("#status");
const result = document.querySelector("#result");
const example = document.querySelector("#example");

example.addEventListener("change", () => {
  const chosen = document.querySelector(`#texts [data-name="${CSS.escape(example.value)}"]`);
  if (chosen) text.value = chosen.textContent;
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  status.className = "";
  status.textContent = "Running …";
  result.replaceChildren();
  const started = performance.now();
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: {
        "Content-Type": "application/sparql-query",
        Accept: "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.8",
      },
      body: text.value,
    });
    await show(response, started);
  } catch (error) {
    fail(`The service cannot be reached: ${error.message}`);
  } finally {
    button.disabled = false;
  }
});

async function show(response, started) {
  const type = (response.headers.get("Content-Type") || "").split(";")[0];
  if (type === "application/problem+json") {
    const problem = await response.json();
    fail(`${problem.title}. ${problem.detail}`);
    if (problem.line) select(problem.line, problem.column || 1);
    return;
  }
  const seconds = () => ((performance.now() - started) / 1000).toFixed(2);
  if (type !== "application/sparql-results+json") {
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.textContent = await response.text();
    result.append(pre);
    status.textContent = `Answered in ${seconds()} s.`;
    return;
  }
  const answer = await response.json();
  if ("boolean" in answer) {
    status.textContent = `${answer.boolean ? "Yes" : "No"} (${seconds()} s).`;
    return;
  }
  const rows = answer.results.bindings;
  status.textContent = `${rows.length} ${rows.length === 1 ? "row" : "rows"} in ${seconds()} s.`;
  if (rows.length) result.append(table(answer.head.vars, rows));
}

function table(names, rows) {
  const box = document.createElement("div");
  box.className = "scroll";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Rows");
  const whole = document.createElement("table");
  const head = whole.createTHead().insertRow();
  for (const name of names) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = whole.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const name of names) line.insertCell().append(shown(row[name]));
  }
  box.append(whole);
  return box;
}

function shown(term) {
  if (!term) return "";
  if (term.type !== "uri" || !/^https?:/.test(term.value)) return term.value;
  const data = "https://w3id.org/mla-graph/id/";
  const vocabulary = "https://w3id.org/mla-graph/ontology#";
  const link = document.createElement("a");
  link.textContent = term.value;
  link.href = term.value;
  if (term.value.startsWith(data)) {
    link.textContent = term.value.slice(data.length);
    link.href = `${root}/id/${link.textContent}`;
  } else if (term.value.startsWith(vocabulary)) {
    link.textContent = `mla:${term.value.slice(vocabulary.length)}`;
    link.href = `${root}/ontology#${term.value.slice(vocabulary.length)}`;
  }
  return link;
}

function select(line, column) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  text.focus();
  text.setSelectionRange(start, Math.min(start + 1, text.value.length));
}

function fail(message) {
  status.className = "alarm";
  status.textContent = message;
}
