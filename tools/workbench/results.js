// The rows of an answer: only those in sight are in the document.
import { Virtualizer, elementScroll, measureElement, observeElementOffset, observeElementRect } from "@tanstack/virtual-core";
import { element } from "./elements.js";
import { key, term } from "./terms.js";

const HOME = "https://w3id.org/mla-graph/";

/** Rows as lines of TSV, with the order and the words by which they are shown. */
export class Rows {
  constructor(names) {
    this.names = names;
    this.lines = [];
    this.shown = [];
    this.words = "";
    this.column = -1;
    this.down = false;
  }

  add(lines) {
    for (const line of lines) {
      if (this.words && !line.toLowerCase().includes(this.words)) this.lines.push(line);
      else this.shown.push(this.lines.push(line) - 1);
    }
  }

  filter(words) {
    this.words = words.toLowerCase();
    this.arrange();
  }

  sort(column) {
    this.down = this.column === column && !this.down;
    this.column = column;
    this.arrange();
  }

  /** Filter and sort anew; numbers come before texts. */
  arrange() {
    const { lines, words, column } = this;
    this.shown = lines.flatMap((line, at) => (!words || line.toLowerCase().includes(words) ? [at] : []));
    if (column < 0) return;
    const sign = this.down ? -1 : 1;
    const keyed = this.shown.map((at) => ({ at, by: key(lines[at].split("\t", column + 1)[column]) }));
    keyed.sort(({ at: a, by: x }, { at: b, by: y }) => {
      if (typeof x !== typeof y) return typeof x === "number" ? -sign : sign;
      return x < y ? -sign : x > y ? sign : a - b;
    });
    this.shown = keyed.map(({ at }) => at);
  }

  /** Give the terms of a row in sight. */
  terms(place) {
    return this.lines[this.shown[place]].split("\t").map(term);
  }
}

/** Write a term: an IRI as a link, a text with its language or datatype. */
export function written(found, vocabulary, root) {
  if (!found) return "";
  if (found.kind !== "iri" || !/^https?:/.test(found.value)) {
    const mark = found.mark && element("span", { className: "mark", textContent: found.mark });
    return mark ? element("span", {}, `${found.value} `, mark) : found.value;
  }
  const { value } = found;
  const here = value.startsWith(`${HOME}id/`) || value.startsWith(`${HOME}ontology`);
  return element("a", {
    textContent: vocabulary.short(value),
    href: here ? `${root}/${value.slice(HOME.length)}` : value,
    title: value,
  });
}

/** Show rows as a table that draws what is in sight; returns the function that draws it anew. */
export function table(host, rows, write) {
  const head = element("tr", { "aria-rowindex": "1" });
  const body = element("tbody");
  const whole = element("table", {}, element("thead", {}, head), body);
  const box = element("div", { className: "scroll rows", tabIndex: 0, role: "region", "aria-label": "Rows" }, whole);
  const buttons = rows.names.map((name, column) => {
    const button = element("button", { type: "button", textContent: name, title: "Sort" });
    const cell = element("th", { scope: "col" }, button);
    head.append(cell);
    button.addEventListener("click", () => {
      rows.sort(column);
      virtualizer.measure();
      draw();
      box.scrollTop = 0;
    });
    return cell;
  });
  host.append(box);

  const options = {
    count: 0,
    getScrollElement: () => box,
    estimateSize: () => 36,
    overscan: 12,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    measureElement,
    onChange: () => place(),
  };
  const virtualizer = new Virtualizer(options);
  virtualizer._didMount();

  const gap = (height) => {
    const cell = element("td", { colSpan: rows.names.length || 1, className: "gap" });
    cell.style.height = `${height}px`;
    return element("tr", { "aria-hidden": "true" }, cell);
  };
  const line = (index) => {
    const made = element("tr", { "aria-rowindex": index + 2, "data-index": index });
    made.append(...rows.terms(index).map((found) => element("td", {}, write(found))));
    return made;
  };
  function place() {
    const items = virtualizer.getVirtualItems();
    const first = items[0]?.start ?? 0;
    const last = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
    const lines = items.map(({ index }) => line(index));
    body.replaceChildren(gap(first), ...lines, gap(last));
    lines.forEach((one) => virtualizer.measureElement(one));
  }
  let settled = false;
  function draw() {
    whole.setAttribute("aria-rowcount", rows.shown.length + 1);
    buttons.forEach((cell, column) => {
      if (column !== rows.column) cell.removeAttribute("aria-sort");
      else cell.setAttribute("aria-sort", rows.down ? "descending" : "ascending");
    });
    virtualizer.setOptions({ ...options, count: rows.shown.length });
    virtualizer._willUpdate();
    place();
    if (!settled && rows.shown.length) {
      // Columns keep the widths of the first rows while others come into sight.
      settled = true;
      const widths = buttons.map((cell) => cell.getBoundingClientRect().width);
      buttons.forEach((cell, column) => (cell.style.width = `${widths[column]}px`));
      whole.classList.add("settled");
    }
  }
  return draw;
}
