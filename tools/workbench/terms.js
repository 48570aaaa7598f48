// RDF terms as TSV and N-Triples write them, one line a row.
const ESCAPES = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };
const TRIPLE = /^(\S+) (\S+) (.*) \.$/;
const XSD = "http://www.w3.org/2001/XMLSchema#";

/** Parse a cell (SPARQL 1.1 Query Results TSV, section 3): kind, value, and tag or datatype. */
export function term(cell) {
  if (!cell) return null;
  if (cell[0] === "<") return { kind: "iri", value: unescaped(cell.slice(1, -1)) };
  if (cell[0] === '"') {
    const end = cell.lastIndexOf('"');
    const mark = cell.slice(end + 1);
    return {
      kind: "literal",
      value: unescaped(cell.slice(1, end)),
      mark: mark.startsWith("^^") ? mark.slice(3, -1).replace(XSD, "xsd:") : mark,
    };
  }
  if (cell.startsWith("_:")) return { kind: "blank", value: cell };
  return { kind: "literal", value: cell, mark: "" };
}

function unescaped(text) {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:u([0-9A-F]{4})|U([0-9A-F]{8})|(.))/gi, (_, short, long, one) =>
    one ? (ESCAPES[one] ?? one) : String.fromCodePoint(parseInt(short ?? long, 16)),
  );
}

/** Make a row of three cells of a line of N-Triples. */
export function row(line) {
  const found = TRIPLE.exec(line);
  return found ? `${found[1]}\t${found[2]}\t${found[3]}` : "";
}

/** Give a number or a lower-case text by which terms are sorted. */
export function key(cell) {
  const value = term(cell)?.value ?? "";
  const number = Number(value);
  return value && !Number.isNaN(number) ? number : value.toLowerCase();
}

/** Tell whether a term is a number, or a day. */
export const isNumber = (found) =>
  found?.kind === "literal" && found.value !== "" && !Number.isNaN(Number(found.value));
export const isDay = (found) =>
  found?.kind === "literal" && /^-?\d{4,}-\d\d-\d\d/.test(found.value);
