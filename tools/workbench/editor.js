// The editor: CodeMirror with SPARQL, completion from the vocabulary, prefixes added as needed.
import { autocompletion } from "@codemirror/autocomplete";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorSelection, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

const KEYWORDS =
  "SELECT DISTINCT WHERE OPTIONAL FILTER UNION MINUS BIND VALUES GRAPH SERVICE ORDER GROUP BY HAVING LIMIT OFFSET CONSTRUCT DESCRIBE ASK PREFIX COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT EXISTS NOT IN AS BOUND IF COALESCE STR LANG DATATYPE CONTAINS STRSTARTS REGEX YEAR LCASE".split(" ");
const NOT_NAMES = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#.*/g;
const NAME = /(?<![\w?$:-])([A-Za-z][\w-]*):([\w-][\w.-]*)?/g;
const DECLARED = /\bPREFIX\s+([\w-]*):/gi;

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.atom, tags.number, tags.bool], color: "var(--code-name)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);
const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--quiet)", borderRadius: "4px", fontSize: ".92rem" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "2px" },
  ".cm-scroller": { minHeight: "12rem", maxHeight: "32rem", fontFamily: "ui-monospace, 'DejaVu Sans Mono', Consolas, monospace", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { background: "var(--line) !important" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--line)" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", border: "1px solid var(--quiet)", maxWidth: "40rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "inherit" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--ink)" },
});

/** What the service knows: prefixes with their spaces, and terms of vocabulary and lists. */
export class Vocabulary {
  constructor() {
    this.prefixes = {};
    this.options = [];
    this.names = new Set();
  }

  async load(address) {
    const { prefixes, terms } = await (await fetch(address)).json();
    this.prefixes = prefixes;
    this.spaces = Object.entries(prefixes).sort((a, b) => b[1].length - a[1].length);
    this.options = terms.map(({ iri, kind, label, definition, count }) => ({
      label: this.short(iri),
      detail: label + (count ? ` (${count})` : ""),
      info: definition || undefined,
      type: kind,
    }));
    this.names = new Set(this.options.map((one) => one.label));
  }

  /** Shorten an IRI by the longest prefix that fits; return it as it is if none does. */
  short(iri) {
    const found = this.spaces?.find(([, space]) => iri.startsWith(space));
    const local = found && iri.slice(found[1].length);
    return local && /^[\w-][\w.-]*$/.test(local) ? `${found[0]}:${local}` : iri;
  }

  /** Write the PREFIX lines that a query lacks. */
  missing(text) {
    const bare = text.replace(NOT_NAMES, " ");
    const declared = new Set([...bare.matchAll(DECLARED)].map((found) => found[1]));
    const used = new Set([...bare.matchAll(NAME)].map((found) => found[1]));
    return [...used]
      .filter((prefix) => !declared.has(prefix) && Object.hasOwn(this.prefixes, prefix))
      .sort()
      .map((prefix) => `PREFIX ${prefix}: <${this.prefixes[prefix]}>\n`)
      .join("");
  }

  /** List the names of our vocabulary in a query that the vocabulary does not have. */
  unknown(text) {
    const used = [...text.replace(NOT_NAMES, " ").matchAll(NAME)].map((found) => found[0]);
    return [...new Set(used)].filter((name) => /^mla:./.test(name) && !this.names.has(name));
  }
}

function completed(vocabulary) {
  return (context) => {
    const word = context.matchBefore(/[?$]?[\w-]*(?::[\w.-]*)?/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const before = context.state.sliceDoc(Math.max(0, word.from - 60), word.from);
    if (/\bPREFIX\s+$/i.test(before)) {
      const options = Object.entries(vocabulary.prefixes).map(([prefix, space]) => ({
        label: `${prefix}:`, apply: `${prefix}: <${space}>`, detail: space, type: "namespace",
      }));
      return { from: word.from, options };
    }
    if (/^[?$]/.test(word.text)) {
      const found = context.state.doc.toString().match(/[?$]\w+/g) ?? [];
      const options = [...new Set(found)].filter((name) => name !== word.text);
      return { from: word.from, options: options.map((label) => ({ label, type: "variable" })) };
    }
    const classes = /(?:\ba|rdf:type)\s+$/.test(before);
    const options = vocabulary.options.filter((one) => !classes || one.type === "class");
    if (!classes && !word.text.includes(":"))
      options.push(...KEYWORDS.map((label) => ({ label, type: "keyword", boost: 1 })));
    return { from: word.from, options, validFor: /^[\w-]*(?::[\w.-]*)?$/ };
  };
}

function addingPrefixes(vocabulary) {
  return EditorState.transactionFilter.of((change) => {
    if (!change.docChanged || change.isUserEvent("undo") || change.isUserEvent("redo")) return change;
    let colon = false;
    change.changes.iterChanges((_a, _b, _c, _d, text) => (colon ||= text.toString().includes(":")));
    const lines = colon && vocabulary.missing(change.newDoc.toString());
    return lines ? [change, { changes: { from: 0, insert: lines }, sequential: true }] : change;
  });
}

/** Put an editor in the place of the text area, which keeps the text for the form. */
export function edit(area, host, vocabulary, { run, changed }) {
  // A shadow root takes constructed style sheets, which a strict content security policy allows.
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });
  const view = new EditorView({
    doc: area.value,
    root,
    parent: root,
    extensions: [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
      basicSetup,
      StreamLanguage.define(sparql),
      autocompletion({ override: [completed(vocabulary)] }),
      syntaxHighlighting(colours),
      theme,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "Query", tabindex: "0" }),
      addingPrefixes(vocabulary),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        area.value = view.state.doc.toString();
        changed(area.value);
      }),
    ],
  });
  area.hidden = true;
  host.hidden = false;
  return {
    focus: () => view.focus(),
    text: () => view.state.doc.toString(),
    /** Replace the whole text; this can be undone. */
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    /** Add what the text lacks before it is sent. */
    addPrefixes() {
      const lines = vocabulary.missing(view.state.doc.toString());
      if (lines) view.dispatch({ changes: { from: 0, insert: lines } });
    },
    /** Select the character at a line and column, both from 1. */
    point(line, column) {
      const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      const from = Math.min(at.from + column - 1, at.to);
      view.dispatch({ selection: EditorSelection.range(from, Math.min(from + 1, at.to)), scrollIntoView: true });
      view.focus();
    },
  };
}
