// The SPARQL editor: examples, completion of the vocabulary, and answers as table, chart or graph.

import { h, s, about, word, addressOf, number, save, ask } from "/assets/explorer.js";
import { graphView } from "/assets/explorer-graph.js";

/** Rows that are shown; a download has all of them. */
const SHOWN = 1000;
let last = null;

export function queryView() {
  const examples = h("select", { id: "examples", "aria-label": word("examples"), onchange: (event) => {
    const example = about.examples.find((one) => one.name === event.target.value);
    if (example) editor.value = example.query;
  } }, h("option", { value: "" }, word("chooseExample")), about.examples.map((one) => h("option", { value: one.name }, one.title)));
  const editor = h("textarea", { id: "query", spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-label": word("query"), "aria-controls": "completions", "aria-autocomplete": "list", value: last ?? about.examples[0].query });
  const completions = h("ul", { id: "completions", role: "listbox", "aria-label": word("completions"), hidden: true });
  const result = h("div", { id: "result", "aria-live": "polite" });
  let running = null;
  let graph = null;

  const run = async () => {
    running?.abort();
    running = new AbortController();
    last = editor.value;
    graph?.stop();
    graph = null;
    const started = performance.now();
    result.replaceChildren(h("p", { class: "muted" }, word("loading"), " ", h("button", { type: "button", onclick: () => running.abort() }, word("stop"))));
    try {
      const isGraph = /^\s*(?:(?:#[^\n]*\n|prefix\s+\S*\s*<[^>]*>|base\s*<[^>]*>)\s*)*(construct|describe)\b/i.test(editor.value);
      const response = await send(editor.value, isGraph ? "application/n-triples" : "application/sparql-results+json", SHOWN + 1, running.signal);
      const seconds = ((performance.now() - started) / 1000).toFixed(2);
      if (!response.ok) return result.replaceChildren(h("pre", { class: "error", role: "alert" }, (await response.json()).error));
      if (isGraph) show(triples(await response.text()), seconds, true);
      else {
        const answer = await response.json();
        if (answer.boolean !== undefined) result.replaceChildren(h("p", { class: "answer" }, word(answer.boolean ? "yes" : "no")));
        else show({ heads: answer.head.vars, rows: answer.results.bindings.map((row) => answer.head.vars.map((name) => row[name])) }, seconds, false);
      }
    } catch (error) {
      result.replaceChildren(h("p", { role: "alert" }, error.name === "AbortError" ? "" : word("failed", error.message)));
    }
  };

  function show({ heads, rows }, seconds, isGraph) {
    const more = rows.length > SHOWN;
    rows = rows.slice(0, SHOWN);
    const body = h("div", {});
    const forms = { asTable: () => [table(heads, rows)], asChart: () => [bars(heads, rows)], asGraph: () => drawGraph(heads, rows) };
    const buttons = Object.keys(forms).map((form) => h("button", { type: "button", "data-form": form, "aria-pressed": "false", onclick: () => choose(form) }, word(form)));
    const choose = async (form) => {
      graph?.stop();
      graph = null;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.form === form));
      body.replaceChildren(...(await forms[form]()));
      graph?.start();
    };
    const kinds = isGraph ? [["Turtle", "text/turtle", "ttl"], ["N-Triples", "application/n-triples", "nt"], ["JSON-LD", "application/ld+json", "jsonld"]] : [["CSV", "text/csv", "csv"], ["JSON", "application/sparql-results+json", "json"], ["TSV", "text/tab-separated-values", "tsv"]];
    const downloads = kinds.map(([name, media, ending]) => h("button", { type: "button", "data-download": ending, onclick: async () => {
      const response = await send(last, media);
      if (response.ok) save(await response.blob(), `answer.${ending}`);
      else result.prepend(h("pre", { class: "error", role: "alert" }, (await response.json()).error));
    } }, name));
    result.replaceChildren(
      h("div", { class: "buttons" }, buttons, h("span", { class: "muted", role: "status" }, more ? word("moreRows", SHOWN, seconds) : word("rows", rows.length, seconds)), h("span", { class: "muted" }, word("download")), downloads),
      body);
    choose("asTable");
  }

  async function drawGraph(heads, rows) {
    const links = [];
    for (const row of rows) {
      const nodes = row.map((cell, at) => [cell, heads[at]]).filter(([cell]) => cell?.type === "uri");
      // Subject, predicate and object of a CONSTRUCT; otherwise the first two columns of entities.
      if (nodes.length === 3 && heads.length === 3 && nodes[1][0].value.startsWith(ns)) links.push([nodes[0][0].value, nodes[1][0].value.slice(ns.length), nodes[2][0].value]);
      else if (nodes.length >= 2) links.push([nodes[0][0].value, nodes[1][1], nodes[1][0].value]);
    }
    if (links.length === 0) return [h("p", {}, word("noGraph"))];
    const nodes = new Map();
    for (const iri of [...new Set(links.flatMap(([from, , to]) => [from, to]))].slice(0, 150)) nodes.set(iri, { iri, labels: null, kind: null, claims: 1 });
    await Promise.all([...nodes.keys()].filter((iri) => iri.startsWith(about.base + "entity/")).slice(0, 60).map(async (iri) => {
      try { nodes.set(iri, { ...(await ask("entity", { iri, limit: 1 })).entity, claims: 1 }); } catch { /* it has no name */ }
    }));
    const edges = links.filter(([from, , to]) => nodes.has(from) && nodes.has(to)).map(([subject, predicate, object]) => ({ subject, predicate, object, status: "asserted", score: 1, claims: [], claimsOf: 1 }));
    graph = graphView([], { nodes: [...nodes.values()], edges, documents: {} });
    return [h("div", { class: "embedded" }, graph.element)];
  }

  // Completion: what stands before the cursor, against prefixes and the vocabulary.
  const terms = [
    ...about.prefixes.map(([prefix]) => `${prefix}:`),
    ...[...about.predicates, ...about.qualifiers, ...about.kinds, ...about.statuses].map((term) => `jw:${term.name}`),
    ...["Claim", "quote", "score", "status", "rule"].map((name) => `jw:${name}`),
    ...["type", "subject", "predicate", "object"].map((name) => `rdf:${name}`),
    ...["prefLabel", "altLabel"].map((name) => `skos:${name}`), "schema:tickerSymbol", "schema:headline", "schema:datePublished", "schema:publisher", "prov:wasDerivedFrom", "owl:sameAs",
    ..."SELECT DISTINCT WHERE FILTER OPTIONAL UNION GRAPH VALUES BIND GROUP ORDER LIMIT OFFSET CONSTRUCT DESCRIBE CONTAINS COUNT EXISTS".split(" "),
  ];
  const all = [...new Set(terms)];
  let found = [];
  let at = 0;
  const token = () => /[A-Za-z][\w:]*$/.exec(editor.value.slice(0, editor.selectionStart))?.[0] || "";
  const close = () => { completions.hidden = true; found = []; editor.removeAttribute("aria-activedescendant"); };
  const mark = (to) => { at = to; [...completions.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at))); editor.setAttribute("aria-activedescendant", `completion-${at}`); };
  const take = (place) => {
    const text = token();
    editor.setRangeText(found[place], editor.selectionStart - text.length, editor.selectionStart, "end");
    close();
    editor.focus();
  };
  const complete = () => {
    const text = token().toLowerCase();
    const [, local] = text.split(":");
    found = text.length < 2 ? [] : all.filter((term) => term.toLowerCase().startsWith(text) && term.toLowerCase() !== text);
    if (local && found.length < 8) found = [...new Set([...found, ...all.filter((term) => term.startsWith(text.split(":")[0] + ":") && term.toLowerCase().includes(local) && term.toLowerCase() !== text)])];
    found = found.slice(0, 8);
    if (found.length === 0) return close();
    completions.replaceChildren(...found.map((term, place) => h("li", { id: `completion-${place}`, role: "option", onmousedown: (event) => { event.preventDefault(); take(place); } }, term)));
    completions.hidden = false;
    mark(0);
  };
  editor.addEventListener("input", complete);
  editor.addEventListener("blur", () => setTimeout(close, 100));
  editor.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); close(); run(); return; }
    if (completions.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); mark((at + 1) % found.length); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark((at - 1 + found.length) % found.length); }
    else if (event.key === "Tab" || event.key === "Enter") { event.preventDefault(); take(at); }
    else if (event.key === "Escape") close();
  });

  const page = h("div", { class: "page" },
    h("h1", {}, "SPARQL"),
    h("div", { class: "buttons" }, examples, h("button", { type: "button", id: "run", onclick: run }, word("run"))),
    h("div", { class: "editor" }, editor, completions),
    result);
  return [page, () => { running?.abort(); graph?.stop(); }];
}

const ns = "https://w3id.org/jingwei/ns#";

function send(query, accept, beginning, signal) {
  const body = new URLSearchParams({ query });
  if (beginning) body.set("beginning", String(beginning));
  return fetch("/query", { method: "POST", body, headers: { Accept: accept }, signal });
}

/** N-Triples as rows of terms in the form of SPARQL's JSON. */
function triples(text) {
  const term = /<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?/g;
  const rows = text.split("\n").filter(Boolean).map((line) => [...line.matchAll(term)].slice(0, 3).map((match) =>
    match[1] !== undefined ? { type: "uri", value: unescaped(match[1]) } : match[2] !== undefined ? { type: "bnode", value: match[2] } : { type: "literal", value: unescaped(match[3]), "xml:lang": match[4] }));
  return { heads: [word("subject"), word("predicate"), word("object")], rows };
}

const unescaped = (text) => text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, sign) =>
  four || eight ? String.fromCodePoint(parseInt(four || eight, 16)) : { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" }[sign] ?? sign);

const isNumber = (cell) => cell?.type === "literal" && /#(integer|decimal|double|float)$/.test(cell.datatype || "");

function shortened(iri) {
  const [prefix, namespace] = about.prefixes.filter(([, namespace]) => iri.startsWith(namespace)).sort((a, b) => b[1].length - a[1].length)[0] || [];
  return prefix ? `${prefix}:${iri.slice(namespace.length)}` : iri;
}

function cellOf(cell) {
  if (!cell) return h("td", {});
  if (cell.type === "uri") {
    const address = /^(entity|doc|claim)\//.test(cell.value.slice(about.base.length)) && addressOf(cell.value);
    return h("td", {}, address ? h("a", { href: address.split("#")[0], "data-link": true }, shortened(cell.value)) : h("bdi", {}, shortened(cell.value)));
  }
  if (cell.type === "triple") return h("td", {}, "<<…>>");
  return h("td", { class: isNumber(cell) ? "number" : null, lang: cell["xml:lang"] }, h("bdi", {}, cell.value));
}

const table = (heads, rows) => h("div", { class: "wide" }, h("table", { class: "answer" }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", {}, head)))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cellOf))))));

/** The first column of numbers as bars, named by the first column that isn't one. */
function bars(heads, rows) {
  const numbers = heads.findIndex((_, at) => rows.some((row) => isNumber(row[at])));
  const names = heads.findIndex((_, at) => at !== numbers && rows.some((row) => row[at] && !isNumber(row[at])));
  if (numbers < 0 || names < 0) return h("p", {}, word("noChart"));
  const shown = rows.filter((row) => isNumber(row[numbers])).slice(0, 40);
  const values = shown.map((row) => Number(row[numbers].value));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const [width, left, line] = [760, 220, 22];
  const x = (value) => left + ((value - low) * (width - left - 90)) / (high - low || 1);
  return h("figure", {}, s("svg", { viewBox: `0 0 ${width} ${shown.length * line + 8}`, width, height: shown.length * line + 8, role: "img", "aria-label": heads[numbers] },
    shown.map((row, at) => {
      const name = row[names]?.type === "uri" ? shortened(row[names].value) : row[names]?.value || "";
      const [from, to] = [x(Math.min(0, values[at])), x(Math.max(0, values[at]))];
      return [s("text", { x: left - 8, y: at * line + 17, "text-anchor": "end" }, Array.from(name).slice(0, 24).join("")), s("rect", { class: "point", x: from, y: at * line + 6, width: Math.max(1, to - from), height: line - 8 }), s("text", { x: to + 6, y: at * line + 17 }, number(values[at]))];
    })), h("figcaption", {}, word("shownOf", shown.length, rows.length)));
}
