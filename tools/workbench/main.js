// The page for SPARQL: sends the query, shows the answer as it comes, keeps what was asked.
import { edit, Vocabulary } from "./editor.js";
import { element } from "./elements.js";
import { Rows, table, written } from "./results.js";
import { row } from "./terms.js";
import * as views from "./views.js";

/** Rows that are kept to look at; the rest of an answer is for a file. */
const MOST_ROWS = 50_000;
const MOST_KEPT = 50;
const LONGEST_ADDRESS = 6_000;
const BUSY_MS = 10;
const DRAWN_MS = 500;
const PATIENCE_MS = 500;
const DRAFT = "mla-graph.query";
const EARLIER = "mla-graph.queries";
const ACCEPT =
  "text/tab-separated-values, application/n-triples, application/sparql-results+json;q=0.9, application/problem+json;q=0.1";
const FILES = {
  rows: { csv: "CSV", tsv: "TSV", json: "JSON", xml: "XML" },
  triples: { turtle: "Turtle", ntriples: "N-Triples", jsonld: "JSON-LD", rdfxml: "RDF/XML" },
};

const root = document.documentElement.dataset.root;
const form = document.querySelector("#editor");
const [area, runButton, stopButton, shareButton, format, fileButton] =
  ["#query", "#run", "#stop", "#share", "#format", "#file"].map((one) => form.querySelector(one));
const [status, bar, filter, buttons, result, earlier] =
  ["#status", "#views", "#filter", "#kinds", "#result", "#earlier"].map((one) => document.querySelector(one));

const vocabulary = new Vocabulary();
const write = (found) => written(found, vocabulary, root);
const loaded = vocabulary.load(`${root}/sparql/terms`).catch(() => say("Completion is not available now.", true));
let running = null;
let rows = null;
let draw = () => {};

const asked = new URLSearchParams(location.search).get("query") ?? fromFragment();
if (asked !== null) area.value = asked;
else area.value = localStorage.getItem(DRAFT) ?? area.value;

const editor = edit(area, document.querySelector("#code"), vocabulary, {
  run: () => run(),
  changed(text) {
    localStorage.setItem(DRAFT, text);
    if (location.search || location.hash) history.replaceState(null, "", location.pathname);
  },
});
document.querySelector("label[for=query]").addEventListener("click", editor.focus);

function fromFragment() {
  return new URLSearchParams(location.hash.slice(1)).get("query");
}

function say(text, wrong = false) {
  status.className = wrong ? "alarm" : "";
  status.textContent = text;
}

// Sending ------------------------------------------------------------------------------------

async function run() {
  running?.abort();
  const control = new AbortController();
  running = control;
  await Promise.race([loaded, new Promise((resume) => setTimeout(resume, PATIENCE_MS))]);
  editor.addPrefixes();
  const text = editor.text();
  keep(text);
  history.replaceState(null, "", address(text));
  clear();
  busy(true);
  say("Running …");
  const since = performance.now();
  const seconds = () => ((performance.now() - since) / 1000).toFixed(2);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: ACCEPT },
      body: text,
      signal: control.signal,
    });
    await show(response, seconds, control, text);
  } catch (error) {
    if (running !== control) return;
    const got = rows ? `${count(rows.lines.length)} came; ` : "";
    if (control.signal.aborted) say(`Stopped. ${got}${seconds()} s.`);
    else if (rows) say(`The answer broke off: ${got}it may be too large or take too long.`, true);
    else say(`The service cannot be reached: ${error.message}`, true);
    if (rows) finish();
  } finally {
    if (running === control) busy(false);
  }
}

async function show(response, seconds, control, text) {
  const type = (response.headers.get("Content-Type") ?? "").split(";")[0];
  if (type === "application/problem+json") {
    const problem = await response.json();
    say(`${problem.title}. ${problem.detail}`, true);
    if (problem.line) editor.point(problem.line, problem.column ?? 1);
    return;
  }
  if (type === "application/sparql-results+json") {
    say(`${(await response.json()).boolean ? "Yes" : "No"} (${seconds()} s).`);
    return;
  }
  const triples = type === "application/n-triples";
  if (triples) begin(["subject", "predicate", "object"], "triples");
  const whole = await read(response, triples, control, seconds);
  finish();
  const cut = whole ? "" : " The answer goes on: take it as a file.";
  const short = response.headers.get("X-Truncated") ? " The limit of the service was reached." : "";
  const strange = rows.lines.length ? [] : vocabulary.unknown(text);
  const hint = strange.length ? ` Not in the vocabulary: ${strange.join(", ")}.` : "";
  say(`${count(rows.lines.length)} in ${seconds()} s.${cut}${short}${hint}`);
}

/** Read rows as they come; give false if there were more than are kept. */
async function read(response, triples, control, seconds) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let pause = performance.now();
  let seen = -DRAWN_MS;
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : lines.pop();
    if (done && lines.at(-1) === "") lines.pop();
    if (!rows && lines.length) begin(lines.shift().split("\t").filter(Boolean).map((name) => name.slice(1)), "rows");
    const room = MOST_ROWS - rows?.lines.length;
    rows?.add((triples ? lines.map(row) : lines).slice(0, room));
    if (lines.length > room) {
      await reader.cancel();
      return false;
    }
    if (done) return true;
    if (rows?.lines.length && performance.now() - seen > DRAWN_MS) {
      say(`${count(rows.lines.length)} so far, ${seconds()} s …`);
      draw();
      seen = performance.now();
    } else if (performance.now() - pause < BUSY_MS) continue;
    await new Promise((resume) => setTimeout(resume));
    pause = performance.now();
    if (control.signal.aborted) throw new DOMException("", "AbortError");
  }
}

const count = (number) => `${number.toLocaleString("en")} ${number === 1 ? "row" : "rows"}`;

function busy(yes) {
  stopButton.hidden = !yes;
  runButton.disabled = yes;
}

// Showing ------------------------------------------------------------------------------------

function clear() {
  rows = null;
  draw = () => {};
  result.replaceChildren();
  bar.hidden = true;
  filter.value = "";
}

function begin(names, kind) {
  rows = new Rows(names);
  result.replaceChildren();
  draw = table(result, rows, write);
  offer(kind);
}

function offer(kind) {
  const chosen = format.value;
  format.replaceChildren(...Object.entries(FILES[kind]).map(([value, text]) => element("option", { value, textContent: text })));
  if (chosen in FILES[kind]) format.value = chosen;
}

function finish() {
  draw();
  status.scrollIntoView({ block: "nearest" });
  bar.hidden = !rows.lines.length;
  const kinds = ["table", ...views.fitting(rows)];
  buttons.replaceChildren(...kinds.map((kind) => {
    const button = element("button", { type: "button", textContent: kind[0].toUpperCase() + kind.slice(1), "aria-pressed": kind === "table" });
    button.addEventListener("click", () => look(kind, button));
    return button;
  }));
}

function look(kind, pressed) {
  for (const button of buttons.children) button.setAttribute("aria-pressed", button === pressed);
  const again = () => {
    result.replaceChildren();
    if (rows.shown.length) views[kind](result, rows, write, { name: (iri) => vocabulary.short(iri) });
  };
  if (kind === "table") {
    result.replaceChildren();
    draw = table(result, rows, write);
  } else draw = again;
  draw();
}

// Keeping ------------------------------------------------------------------------------------

/** Give the address that holds a query; a long one stands behind #, which no server limits. */
function address(text) {
  const query = new URLSearchParams({ query: text });
  return `${location.pathname}${query.toString().length > LONGEST_ADDRESS ? "#" : "?"}${query}`;
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(EARLIER)) ?? [];
  } catch {
    return [];
  }
}

function keep(text) {
  if (!text.trim()) return;
  const others = kept().filter((one) => one.text !== text);
  localStorage.setItem(EARLIER, JSON.stringify([{ text, at: Date.now() }, ...others].slice(0, MOST_KEPT)));
  list();
}

function list() {
  const found = kept();
  earlier.hidden = !found.length;
  earlier.querySelector("ul").replaceChildren(...found.map(({ text, at }) => {
    const body = text.replace(/^\s*PREFIX\s.*$/gim, "").replace(/\s+/g, " ").trim();
    const button = element("button", { type: "button", className: "plain", textContent: body.slice(0, 140) || text.slice(0, 140) });
    button.addEventListener("click", () => take(text));
    return element("li", {}, button, " ", element("span", { className: "hint", textContent: new Date(at).toLocaleString() }));
  }));
}

/** Put a text into the editor; what stood there can be had again. */
function take(text) {
  keep(editor.text());
  editor.replace(text);
  editor.focus();
}

// Controls -----------------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  if (event.submitter === fileButton) return;
  event.preventDefault();
  run();
});
stopButton.addEventListener("click", () => running?.abort());
shareButton.addEventListener("click", async () => {
  const link = new URL(address(editor.text()), location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    say("The address of this query is copied.");
  } catch {
    history.replaceState(null, "", link);
    say("Copy the address of this page: it holds the query.");
  }
});
let waiting;
filter.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    rows.filter(filter.value);
    draw();
    say(`${rows.shown.length.toLocaleString("en")} of ${count(rows.lines.length)}.`);
  }, 150);
});
document.querySelector("#example").addEventListener("change", (event) => {
  const chosen = document.querySelector(`#texts [data-name="${CSS.escape(event.target.value)}"]`);
  if (chosen) take(chosen.textContent.trim());
});
earlier.querySelector("#forget").addEventListener("click", () => {
  localStorage.removeItem(EARLIER);
  list();
});

for (const one of [shareButton, format, fileButton]) one.hidden = false;
format.disabled = false;
offer("rows");
list();
if (asked !== null) run();
else loaded.then(() => editor.addPrefixes());
