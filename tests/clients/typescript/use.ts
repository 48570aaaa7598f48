// What a program does with the generated client; tsc checks it against the types.
import { client } from "./generated/client.gen.js";
import { dossier, legalBases } from "./generated/sdk.gen.js";

declare const process: { argv: string[] };

client.setConfig({ baseUrl: process.argv[2] as `http://${string}` });

const rows = await legalBases({ query: { state: "LU", measure: "A.30", limit: 3 } });
const whole = await dossier({
  query: { requesting: "BE", executing: "LU", measure: "A.30", on: "2024-05-01" },
});
const wrong = await legalBases({ query: { state: "LX" as "LU", measure: "A.30" } });
console.log(
  JSON.stringify({
    labels: rows.data?.results?.bindings?.map((row) => row.label?.value),
    count: rows.data?.results?.bindings?.length,
    basis: whole.data?.essentials.basis?.text,
    nearest: wrong.error?.nearest,
  }),
);
