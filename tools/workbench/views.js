// Other views of an answer: bars, a timeline, and the drawing of how things join.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { drawn, element } from "./elements.js";
import { isDay, isNumber } from "./terms.js";

const MOST_BARS = 500;
const MOST_THINGS = 150;
const NO_END = "9999";
const NO_START = "1000";

const column = (cells, test) => cells.findIndex((found) => test(found));
const scroll = (label, ...children) =>
  element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": label }, ...children);

function sample(rows, most) {
  return Array.from({ length: Math.min(rows.shown.length, most) }, (_, place) => rows.terms(place));
}

function only(host, rows, most) {
  if (rows.shown.length > most)
    host.append(element("p", { className: "hint", textContent: `The first ${most} rows; sort or filter to see others.` }));
}

/** List the views that fit the columns of a first row. */
export function fitting(rows) {
  if (!rows.shown.length) return [];
  const cells = rows.terms(0);
  const things = cells.filter((found) => found && found.kind !== "literal").length;
  return [
    cells.some(isNumber) && cells.length > 1 && "bar",
    cells.some(isDay) && "timeline",
    things > 1 && "graph",
  ].filter(Boolean);
}

/** Show the first number of each row as a bar. */
export function bar(host, rows, write) {
  const cells = sample(rows, MOST_BARS);
  const at = column(cells[0], isNumber);
  const name = column(cells[0], (found) => found && !isNumber(found));
  const values = cells.map((row) => Number(row[at]?.value ?? 0));
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const lines = cells.map((row, place) =>
    element("tr", {},
      element("th", { scope: "row" }, write(row[name])),
      element("td", {}, element("meter", { min: least, max: most || 1, value: values[place], "aria-label": String(values[place]) })),
      element("td", { className: "number", textContent: row[at]?.value ?? "" })),
  );
  const head = element("tr", {}, ...[rows.names[name] ?? "", "", rows.names[at]].map((text) =>
    element(text ? "th" : "td", text ? { scope: "col", textContent: text } : {})));
  only(host, rows, MOST_BARS);
  host.append(scroll("Bars", element("table", { className: "bars" }, element("thead", {}, head), element("tbody", {}, ...lines))));
}

/** Show the first one or two days of each row on a line; a second day ends a span. */
export function timeline(host, rows, write) {
  const cells = sample(rows, MOST_BARS);
  const [from, to] = cells[0].flatMap((found, at) => (isDay(found) ? [at] : []));
  const name = column(cells[0], (found) => found && !isDay(found));
  const year = (found) => {
    if (!isDay(found) || found.value.startsWith(NO_END) || found.value.startsWith(NO_START)) return null;
    return Number(found.value.slice(0, 4)) + (Number(found.value.slice(5, 7)) - 1) / 12;
  };
  const spans = cells.map((row) => [year(row[from]), to === undefined ? null : year(row[to])]);
  const known = spans.flat().filter((one) => one !== null);
  const [first, last] = [Math.floor(Math.min(...known)), Math.ceil(Math.max(...known)) + 1];
  const scale = 300 / (last - first || 1);
  const lines = cells.map((row, place) => {
    const [start, end] = spans[place];
    const begin = ((start ?? first) - first) * scale;
    const width = to === undefined ? 3 : Math.max(((end ?? last) - first) * scale - begin, 2);
    const shape = drawn("rect", { x: begin, y: 2, width, height: 6 });
    return element("tr", {},
      element("th", { scope: "row" }, write(row[name])),
      element("td", { textContent: row[from]?.value ?? "" }),
      ...(to === undefined ? [] : [element("td", { textContent: row[to]?.value ?? "" })]),
      element("td", {}, drawn("svg", { viewBox: "0 0 300 10", width: 300, height: 10, "aria-hidden": "true" }, shape)));
  });
  const names = [rows.names[name] ?? "Row", rows.names[from], rows.names[to], `${first}–${last}`].filter(Boolean);
  const head = element("tr", {}, ...names.map((text) => element("th", { scope: "col", textContent: text })));
  only(host, rows, MOST_BARS);
  host.append(scroll("Timeline", element("table", { className: "times" }, element("thead", {}, head), element("tbody", {}, ...lines))));
}

/** Draw the things of each row as circles, joined in the order of the columns. */
export function graph(host, rows, write, { name }) {
  const nodes = new Map();
  const links = [];
  let used = 0;
  const triples = rows.names.join() === "subject,predicate,object";
  for (const cells of sample(rows, 20 * MOST_THINGS)) {
    const things = (triples ? [cells[0], cells[2]] : cells).filter((found) => found && found.kind !== "literal");
    const fresh = things.filter((found) => !nodes.has(found.value)).length;
    if (nodes.size + fresh > MOST_THINGS) break;
    for (const found of things) if (!nodes.has(found.value)) nodes.set(found.value, { id: found.value });
    for (let at = 1; at < things.length; at += 1)
      links.push({ source: things[at - 1].value, target: things[at].value, name: triples ? name(cells[1].value) : "" });
    used += 1;
  }
  const placed = [...nodes.values()];
  forceSimulation(placed)
    .force("link", forceLink(links).id((node) => node.id).distance(80))
    .force("charge", forceManyBody().strength(-160))
    .force("collide", forceCollide(16))
    .force("x", forceX().strength(0.08))
    .force("y", forceY().strength(0.16))
    .stop()
    .tick(200);
  const edge = (pick, by) => by(...placed.map(pick));
  const [left, top] = [edge((n) => n.x, Math.min) - 60, edge((n) => n.y, Math.min) - 20];
  const box = [left, top, edge((n) => n.x, Math.max) - left + 120, edge((n) => n.y, Math.max) - top + 30];
  const image = drawn("svg", { viewBox: box.map(Math.round).join(" "), role: "img", "aria-label": `${placed.length} things, ${links.length} links; the table has the same` },
    ...links.map(({ source, target, name: text }) =>
      drawn("line", { x1: source.x, y1: source.y, x2: target.x, y2: target.y }, drawn("title", {}, text))),
    ...placed.map((node) =>
      drawn("g", { transform: `translate(${node.x.toFixed(1)} ${node.y.toFixed(1)})` },
        drawn("circle", { r: 6 }), drawn("title", {}, node.id), drawn("text", { y: 18 }, name(node.id)))));
  if (used < rows.shown.length) only(host, rows, used);
  host.append(scroll("Graph", image));
  host.lastElementChild.classList.add("drawing");
}
