// Runs a query on sources with Comunica; the command line has the query and each source,
// an address or a JSON object {"type": …, "value": …}. Writes the rows as JSON.
import { QueryEngine } from "@comunica/query-sparql";

const [query, ...sources] = process.argv.slice(2);
const rows = await new QueryEngine().queryBindings(query, {
  sources: sources.map((source) => (source.startsWith("{") ? JSON.parse(source) : source)),
});
const plain = (bindings) =>
  Object.fromEntries([...bindings].map(([variable, term]) => [variable.value, term.value]));
console.log(JSON.stringify((await rows.toArray()).map(plain)));
