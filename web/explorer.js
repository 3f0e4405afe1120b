// The explorer: finds entities, shows what is said of them, opens quotes in their articles.
//
// Texts of the graph are put into the page as text, never as markup: `h` and `s` below are the only ways in which
// elements are made.

import { graphView } from "/assets/explorer-graph.js";
import { queryView } from "/assets/explorer-query.js";

const languages = ["en", "zh-Hant", "zh-Hans"];
const $ = (id) => document.getElementById(id);
const view = $("view");

/** What the server said of itself and its vocabulary. */
export let about;
let words = {};
export let language = "en";

// Elements ------------------------------------------------------------------------------------------------------------

function make(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, to] of Object.entries(value)) element.style.setProperty(key, to);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element with attributes and children; strings become text. */
export const h = (name, attributes, ...children) => make(document.createElement(name), attributes, children);
/** The same of SVG. */
export const s = (name, attributes, ...children) =>
  make(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

// Words ---------------------------------------------------------------------------------------------------------------

/** A word of the interface in the reader's language. */
export function word(key, ...values) {
  const text = (words[key] || [key])[words[key] ? languages.indexOf(language) : 0];
  return text.replace(/\{(\d)\}/g, (_, at) => values[at]);
}

const termLabels = (list, name) => list.find((term) => term.name === name)?.labels?.[language];
export const predicateLabel = (name) => termLabels(about.predicates, name) || name;
export const qualifierLabel = (name) => termLabels(about.qualifiers, name) || name;
export const kindLabel = (name) => termLabels(about.kinds, name) || name || "";
export const kindOf = (name) => about.kinds.find((kind) => kind.name === name);
export const predicateOf = (name) => about.predicates.find((predicate) => predicate.name === name);
const lastPart = (iri) => {
  const part = iri.split(/[/#]/).filter(Boolean).pop() || iri;
  try { return decodeURIComponent(part); } catch { return part; }
};
/** The name of an entity to the reader. */
export const labelOf = (entity, iri) => entity?.labels?.[language] || (iri ? lastPart(iri) : "");

/** 1260000000 is 12.6億 or 1.26bn. */
export function number(value) {
  const scales = { en: [[1e12, "tn"], [1e9, "bn"], [1e6, "m"]], "zh-Hant": [[1e12, "萬億"], [1e8, "億"], [1e4, "萬"]], "zh-Hans": [[1e12, "万亿"], [1e8, "亿"], [1e4, "万"]] }[language];
  const [scale, name] = scales.find(([scale]) => Math.abs(value) >= scale) || [1, ""];
  return String(Number((value / scale).toFixed(4))).replace("-", "−") + name;
}

export function amount(quantity, signed) {
  const { min, max, unit, currency, bound } = quantity;
  let text = min !== null && max !== null ? `${number(min)}–${number(max)}` : number(quantity.number);
  text = ({ over: ">", under: "<", about: "~" }[bound] || "") + text;
  if (signed && quantity.number > 0) text = "+" + text;
  if (currency) return language === "en" ? `${currency} ${text}` : `${text} ${currency}`;
  if (unit === "%") return text + "%";
  return unit ? `${text} ${unit}` : text;
}

/** EDTF as people write it: 2025-33 is a quarter, 2025-40 a half-year. */
export function when(date) {
  const season = /^(\d{4})-(3[3-6]|4[01])$/.exec(date || "");
  if (!season) return date || "";
  const part = Number(season[2]);
  if (part >= 40) return language === "en" ? `${season[1]} H${part - 39}` : `${season[1]}年${part === 40 ? "上" : "下"}半年`;
  return language === "en" ? `${season[1]} Q${part - 32}` : `${season[1]}年第${"一二三四"[part - 33]}季`;
}

/** A value of a claim as text. */
export function valueText(value, entities, signed) {
  if (value.iri !== undefined) return labelOf(entities[value.iri], value.iri);
  if (value.number !== undefined) return amount(value, signed);
  return when(value.text);
}

// Asking --------------------------------------------------------------------------------------------------------------

/** Asks the server; an error carries the reason in its message. */
export async function ask(path, parameters = {}, signal) {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const query = new URLSearchParams(pairs.filter(([, value]) => value !== undefined && value !== null && value !== ""));
  let response;
  try {
    response = await fetch(`/api/${path}?${query}`, { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(word("offline"));
  }
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error), { status: response.status });
  return answer;
}

let noticeTimer;
export function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => ($("notice").hidden = true), 5000);
}

// Addresses -----------------------------------------------------------------------------------------------------------

/** The address under which this page shows something; `null` for what isn't ours. */
export const addressOf = (iri) => (iri.startsWith(about.base) ? "/" + iri.slice(about.base.length) : null);
// Entities' addresses are IRIs: the browser has encoded what isn't ASCII.
const iriOf = (path) => about.base + path.slice(1).replace(/(?:%[89A-F][0-9A-F])+/gi, (bytes) => {
  try { return decodeURIComponent(bytes); } catch { return bytes; }
});

/** A link to an entity. */
export function entityLink(iri, entities) {
  const entity = entities[iri];
  const address = addressOf(iri);
  const text = h("bdi", {}, labelOf(entity, iri));
  return address ? h("a", { href: address, "data-link": true, "data-iri": iri }, text) : text;
}

/** The sign of a type: its colour and shape, as in the graph. */
export function sign(kind) {
  const look = kindOf(kind) || { colour: "#888", shape: "ellipse" };
  const corners = {
    rectangle: "2,2 14,2 14,14 2,14", diamond: "8,0 16,8 8,16 0,8", triangle: "8,1 15,14 1,14",
    pentagon: "8,1 15,6 12.5,14.5 3.5,14.5 1,6", hexagon: "0,8 4,1 12,1 16,8 12,15 4,15",
    octagon: "5,0.5 11,0.5 15.5,5 15.5,11 11,15.5 5,15.5 0.5,11 0.5,5",
  }[look.shape];
  const shape = corners ? s("polygon", { points: corners, fill: look.colour }) : s("circle", { cx: 8, cy: 8, r: 7, fill: look.colour });
  return s("svg", { viewBox: "0 0 16 16", width: 12, height: 12, "aria-hidden": "true", class: "dot" }, shape);
}

export function go(address) {
  if (address !== location.pathname + location.hash) history.pushState(null, "", address);
  route();
}

let leave = null;
let routed = 0;

/** Shows what the address says. */
async function route() {
  const turn = ++routed;
  if (leave) leave();
  leave = null;
  const path = location.pathname;
  const place = location.hash.slice(1).split("?")[0];
  for (const link of document.querySelectorAll("nav a")) {
    if (path === "/" && link.hash === "#" + place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  view.replaceChildren(h("p", { class: "page muted" }, word("loading")));
  document.title = "Jingwei 經緯";
  try {
    const [element, gone] = await page(path, place);
    if (turn !== routed) return gone && gone();
    leave = gone || null;
    view.replaceChildren(element);
    element.dispatchEvent(new CustomEvent("shown"));
    view.scrollTop = 0;
  } catch (error) {
    if (turn !== routed || error.name === "AbortError") return;
    const text = error.status === 404 ? word("unknown") : word("failed", error.message);
    view.replaceChildren(h("p", { class: "page", role: "alert" }, text));
  }
}

async function page(path, place) {
  if (path.startsWith("/entity/")) return entityPage(iriOf(path));
  if (path.startsWith("/doc/")) return articlePage(await ask("document", { id: decodeURIComponent(path.slice(5)) }));
  if (path.startsWith("/claim/")) return articlePage(await ask("claim", { id: decodeURIComponent(path.slice(7)) }));
  if (place === "moves") return movesPage();
  if (place === "benchmarks") return benchmarksPage();
  if (place === "path") return pathPage();
  if (place === "sparql") return queryView();
  return [homePage()];
}

function homePage() {
  const cards = about.foremost.map((entity) =>
    h("li", {}, h("a", { href: addressOf(entity.iri), "data-link": true }, sign(entity.kind), " ", h("bdi", {}, labelOf(entity, entity.iri)))));
  return h("div", { class: "page" },
    h("h1", {}, "經緯 Jingwei"),
    h("p", { class: "muted" }, word("holds", about.entities, about.documents)),
    h("p", {}, word("begin")),
    h("h2", {}, word("foremost")),
    h("ul", { class: "chips" }, cards));
}

// Entity --------------------------------------------------------------------------------------------------------------

async function entityPage(iri) {
  const data = await ask("entity", { iri });
  const { entity, claims, entities, documents } = data;
  entities[entity.iri] = entity;
  document.title = `${labelOf(entity, entity.iri)} — Jingwei`;
  const names = [...new Set([...Object.values(entity.labels), ...entity.names.map((one) => one.name)])];
  const graph = graphView([entity.iri]);
  const page = h("div", { class: "split" },
    h("div", { class: "about" },
      h("h1", {}, h("bdi", {}, labelOf(entity, entity.iri))),
      h("p", { class: "kind" }, sign(entity.kind), entity.kinds.map(kindLabel).join(" · ")),
      h("h3", {}, word("names")),
      h("ul", { class: "chips names" }, names.map((name) => h("li", {}, h("bdi", {}, name)))),
      entity.tickers.length > 0 && [h("h3", {}, word("tickers")), h("ul", { class: "chips tickers" }, entity.tickers.map((code) => h("li", {}, code)))],
      h("p", { class: "muted" },
        entity.sameAs.map((other) => [h("a", { href: safeAddress(other), rel: "noreferrer noopener", target: "_blank" }, lastPart(other)), " · "]),
        h("button", { class: "plain", type: "button", onclick: () => saveRdf(entity.iri) }, word("rdf"))),
      numbersOf(data),
      h("h2", {}, word("neighbours"), " ", h("span", { class: "muted" }, word("shownOf", data.neighbours.length, data.neighboursOf))),
      h("ul", { class: "chips neighbours" }, data.neighbours.map((one) => h("li", {}, entityLink(one.iri, entities), " ", h("span", { class: "count" }, String(one.claims))))),
      h("h2", {}, word("timeline"), " ", h("span", { class: "muted" }, word("shownOf", claims.length, data.claimsOf))),
      h("div", { class: "timeline" }, claims.map((claim) => claimItem(claim, entities, documents)))),
    graph.element);
  page.addEventListener("shown", graph.start, { once: true });
  return [page, graph.stop];
}

/** An address that may stand in a link; what a graph says could be anything. */
export const safeAddress = (url) => (/^https?:\/\//i.test(url || "") ? url : undefined);

/** One claim: who, what, whom, when, how sure, and the way to its quote. */
export function claimItem(claim, entities, documents) {
  const doc = documents[claim.doc] || {};
  const object = claim.object.iri !== undefined ? entityLink(claim.object.iri, entities) : h("bdi", {}, valueText(claim.object, entities, claim.predicate === "priceMoved"));
  const beside = Object.entries(claim.qualifiers)
    .filter(([name]) => !["date", "positionStatus", "currency", "unit"].includes(name))
    .map(([name, values]) => `${qualifierLabel(name)}: ${values.map((value) => valueText(value, entities, name === "change")).join(", ")}`);
  return h("article", { class: `claim ${claim.status}` },
    h("div", { class: "muted" }, h("time", {}, when(claim.date || doc.published) || word("undated")), " ",
      claim.status !== "asserted" && h("span", { class: `status ${claim.status}` }, word(claim.status)), " ",
      claim.former && h("span", { class: "status" }, word("former"))),
    h("div", { class: "say" }, entityLink(claim.subject, entities), h("span", { class: "arrow" }, predicateLabel(claim.predicate)), object),
    beside.length > 0 && h("div", { class: "muted" }, h("bdi", {}, beside.join(" · "))),
    h("blockquote", {}, h("bdi", {}, claim.quote)),
    h("div", { class: "muted" },
      h("button", { class: "plain", type: "button", "data-claim": claim.id, onclick: () => openReader(claim.id) }, word("inArticle")), " · ",
      h("bdi", {}, doc.title || claim.doc), doc.publisher ? [" · ", h("bdi", {}, doc.publisher)] : null, ` · ${claim.score.toFixed(2)} · ${claim.rule}`));
}

/** What is told of an entity in numbers: a table, and a picture of what was told more than once. */
function numbersOf({ claims, entities, documents, entity }) {
  const series = new Map();
  for (const claim of claims) {
    if (claim.subject !== entity.iri || claim.object.number === undefined) continue;
    const metric = claim.qualifiers.metric ? valueText(claim.qualifiers.metric[0], entities) : predicateLabel(claim.predicate);
    const key = `${metric}|${claim.object.currency || claim.object.unit || ""}`;
    if (!series.has(key)) series.set(key, { metric, rows: [] });
    series.get(key).rows.push({ claim, day: claim.date || documents[claim.doc]?.published || "" });
  }
  if (series.size === 0) return null;
  const blocks = [...series.values()].map(({ metric, rows }) => {
    rows.sort((a, b) => (a.day < b.day ? -1 : 1));
    const signed = rows.some(({ claim }) => claim.predicate === "priceMoved");
    return [
      h("h3", {}, metric),
      rows.length > 1 && chart(rows.map(({ claim, day }) => ({ label: when(day), value: claim.object.number })), metric),
      h("table", {}, h("tbody", {}, rows.map(({ claim, day }) => h("tr", {},
        h("td", {}, when(day)),
        h("td", { class: "number" }, h("button", { class: "plain", type: "button", onclick: () => openReader(claim.id) }, amount(claim.object, signed))),
        h("td", {}, claim.status === "asserted" ? "" : word(claim.status)),
        h("td", { class: "number" }, claim.qualifiers.change ? amount(claim.qualifiers.change[0], true) : "")))))];
  });
  return h("section", { class: "numbers" }, h("h2", {}, word("numbers")), blocks);
}

/** Values in order as a line with points. */
export function chart(points, title) {
  const [width, height, left, bottom] = [380, 120, 62, 20];
  const values = points.map((point) => point.value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const x = (at) => left + 10 + (at * (width - left - 40)) / Math.max(1, points.length - 1);
  const y = (value) => 8 + ((high - value) * (height - bottom - 16)) / (high - low || 1);
  const path = points.map((point, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} ${y(point.value).toFixed(1)}`).join("");
  return h("figure", {}, s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `${title}: ${points.map((point) => `${point.label} ${number(point.value)}`).join("; ")}` },
    s("line", { class: "axis", x1: left, x2: width - 6, y1: y(0), y2: y(0) }),
    [...new Set([low, high])].map((value) => s("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, number(value))),
    s("path", { class: "series", d: path }),
    points.map((point, at) => s("circle", { class: "point", cx: x(at), cy: y(point.value), r: 3.5 }, s("title", {}, `${point.label}: ${number(point.value)}`))),
    [0, points.length - 1].filter((at, place, list) => list.indexOf(at) === place).map((at) =>
      s("text", { x: x(at), y: height - 4, "text-anchor": at ? "end" : "start" }, points[at].label))));
}

async function saveRdf(iri) {
  const response = await fetch(addressOf(iri), { headers: { Accept: "text/turtle" } });
  save(await response.blob(), `${lastPart(iri)}.ttl`);
}

/** Hands a file to the reader. */
export function save(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Articles ------------------------------------------------------------------------------------------------------------

/** Opens the article of a claim with the claim's words lit up. */
export async function openReader(id) {
  try {
    const data = await ask("claim", { id });
    $("reader-title").replaceChildren(h("bdi", {}, data.document.title || data.document.id));
    $("reader-body").replaceChildren(...article(data, true).filter(Boolean));
    if (!$("reader").open) $("reader").showModal();
    $("reader-body").querySelector("mark.lit")?.scrollIntoView({ block: "center" });
  } catch (error) {
    notice(word("failed", error.message));
  }
}

function articlePage(data) {
  document.title = `${data.document.title || data.document.id} — Jingwei`;
  const element = h("div", { class: "page" }, h("h1", {}, h("bdi", {}, data.document.title || data.document.id)), article(data, false));
  element.addEventListener("shown", () => requestAnimationFrame(() => element.querySelector("mark.lit")?.scrollIntoView({ block: "center" })), { once: true });
  return [element];
}

function article(data, inDialog) {
  const { document: doc, claims, entities } = data;
  const holder = h("div", {});
  const said = h("div", {});
  const show = (id) => {
    holder.replaceChildren(...textOf(data, id, show));
    const chosen = claims.filter((claim) => (id ? claim.id === id : true));
    said.replaceChildren(h("h2", {}, word("timeline"), " ", h("span", { class: "muted" }, word("shownOf", chosen.length, data.claimsOf))),
      ...chosen.map((claim) => claimItem(claim, entities, { [doc.id]: doc })));
  };
  show(data.claim);
  const url = safeAddress(doc.url);
  return [
    h("p", { class: "muted" }, [when(doc.published) || word("undated"), doc.publisher].filter(Boolean).join(" · "), " · ",
      url ? h("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, word("original")) : h("bdi", {}, doc.id),
      inDialog ? [" · ", h("a", { href: addressOf(doc.iri), "data-link": true }, word("article"))] : null),
    !data.whole && h("p", { class: "muted" }, word("partsOnly")),
    holder, said];
}

/** The text with the words of its claims marked, those of one of them lit up. Places are counted in code points. */
function textOf({ passages, claims }, lit, show) {
  const bounds = new Set();
  for (const claim of claims) bounds.add(claim.start).add(claim.end);
  return passages.flatMap((passage, at) => {
    const points = Array.from(passage.text);
    const cuts = [...new Set([0, points.length, ...[...bounds].map((bound) => bound - passage.start).filter((cut) => cut > 0 && cut < points.length)])].sort((a, b) => a - b);
    const parts = cuts.slice(0, -1).map((cut, place) => {
      const text = points.slice(cut, cuts[place + 1]).join("");
      const here = claims.filter((claim) => claim.start <= passage.start + cut && claim.end > passage.start + cut);
      if (here.length === 0) return text;
      const shortest = here.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a));
      return h("mark", { class: here.some((claim) => claim.id === lit) ? "lit" : null, "data-claim": shortest.id, onclick: () => show(shortest.id) }, text);
    });
    return [at > 0 || passage.start > 0 ? h("span", { class: "gap" }, "…") : null, h("div", { class: "text" }, parts)].filter(Boolean);
  });
}

// Tables --------------------------------------------------------------------------------------------------------------

async function movesPage() {
  const wanted = new URLSearchParams(location.hash.split("?")[1] || "").get("date");
  const { day, days, claims, claimsOf, entities } = await ask("moves", { date: wanted });
  const choose = h("select", { id: "day", onchange: (event) => go(`/#moves?date=${encodeURIComponent(event.target.value)}`) },
    days.map((one) => h("option", { value: one.day, selected: one.day === day }, `${when(one.day) || word("undated")} (${one.moves})`)));
  claims.sort((a, b) => (b.object.number ?? 0) - (a.object.number ?? 0));
  return [h("div", { class: "page" },
    h("h1", {}, word("moves")),
    h("p", {}, h("label", {}, word("day"), " ", choose), " ", h("span", { class: "muted" }, word("shownOf", claims.length, claimsOf))),
    h("div", { class: "wide" }, h("table", { class: "moves" },
      h("thead", {}, h("tr", {}, ["entity", "change", "price", "session", "status", "evidence"].map((key) => h("th", { class: ["change", "price"].includes(key) ? "number" : null }, word(key))))),
      h("tbody", {}, claims.map((claim) => h("tr", {},
        h("td", {}, entityLink(claim.subject, entities)),
        h("td", { class: `number ${claim.object.number > 0 ? "up" : claim.object.number < 0 ? "down" : ""}` }, claim.object.number === undefined ? valueText(claim.object, entities) : amount(claim.object, true)),
        h("td", { class: "number" }, claim.qualifiers.price ? valueText(claim.qualifiers.price[0], entities) : ""),
        h("td", {}, claim.qualifiers.session ? valueText(claim.qualifiers.session[0], entities) : ""),
        h("td", {}, word(claim.status)),
        h("td", {}, quoteButton(claim))))))))];
}

const quoteButton = (claim) => h("button", { class: "plain", type: "button", "data-claim": claim.id, onclick: () => openReader(claim.id) }, h("bdi", {}, Array.from(claim.quote).length > 60 ? Array.from(claim.quote).slice(0, 58).join("") + "…" : claim.quote));

/** The unit of a score, where it tells more than that it is one. */
const unitOf = (claim) => {
  const unit = claim.qualifiers.unit?.[0]?.text;
  return !unit || unit === "score" ? "" : unit === "%" ? unit : ` ${unit}`;
};

async function benchmarksPage() {
  const { claims, entities } = await ask("benchmarks");
  const scored = claims.filter((claim) => claim.predicate === "scoredOn" && claim.object.iri);
  const compared = claims.filter((claim) => claim.predicate === "comparedWith");
  const by = (list) => [...new Set(list)].sort((a, b) => labelOf(entities[a], a).localeCompare(labelOf(entities[b], b), language));
  const marks = by(scored.map((claim) => claim.object.iri));
  const models = by(scored.map((claim) => claim.subject));
  const cell = (model, mark) => scored.filter((claim) => claim.subject === model && claim.object.iri === mark).map((claim) =>
    h("div", {}, h("button", { class: "plain", type: "button", "data-claim": claim.id, title: claim.quote, onclick: () => openReader(claim.id) },
      claim.qualifiers.value ? claim.qualifiers.value.map((value) => valueText(value, entities)).join(", ") + unitOf(claim) : "•",
      claim.status === "asserted" ? "" : ` (${word(claim.status)})`)));
  return [h("div", { class: "page" },
    h("h1", {}, word("benchmarks")),
    models.length === 0 ? h("p", { class: "muted" }, word("nothing")) : h("div", { class: "wide" }, h("table", { class: "benchmarks" },
      h("thead", {}, h("tr", {}, h("th", {}, word("model")), marks.map((mark) => h("th", { class: "number" }, entityLink(mark, entities))))),
      h("tbody", {}, models.map((model) => h("tr", {}, h("th", { scope: "row" }, entityLink(model, entities)), marks.map((mark) => h("td", { class: "number" }, cell(model, mark)))))))),
    h("h2", {}, word("comparisons")),
    compared.length === 0 ? h("p", { class: "muted" }, word("nothing")) : h("div", { class: "wide" }, h("table", { class: "comparisons" },
      h("thead", {}, h("tr", {}, ["subject", "outcome", "object", "aspect", "status", "evidence"].map((key) => h("th", {}, word(key))))),
      h("tbody", {}, compared.map((claim) => h("tr", {},
        h("td", {}, entityLink(claim.subject, entities)),
        h("td", {}, (claim.qualifiers.outcome || []).map((value) => word(value.text)).join(", ")),
        h("td", {}, claim.object.iri ? entityLink(claim.object.iri, entities) : valueText(claim.object, entities)),
        h("td", {}, (claim.qualifiers.aspect || []).map((value) => valueText(value, entities)).join(", ")),
        h("td", {}, word(claim.status)),
        h("td", {}, quoteButton(claim))))))))];
}

// Paths ---------------------------------------------------------------------------------------------------------------

/** The end of a path that was chosen in the graph. */
export const ends = { from: null, to: null };

async function pathPage() {
  const result = h("div", { "aria-live": "polite" });
  const chosen = { ...ends };
  const field = (name) => {
    const input = h("input", { id: `path-${name}`, type: "search", autocomplete: "off", spellcheck: "false", value: chosen[name]?.label || "" });
    const list = h("ul", { hidden: true });
    suggestions(input, list, (entity) => {
      chosen[name] = { iri: entity.iri, label: labelOf(entity, entity.iri) };
      input.value = chosen[name].label;
    });
    input.addEventListener("input", () => (chosen[name] = null));
    return h("div", { class: "search" }, h("label", { for: `path-${name}` }, word(name)), input, list);
  };
  let graph = null;
  const find = async () => {
    if (!chosen.from || !chosen.to) return result.replaceChildren(h("p", {}, word("chooseTwo")));
    graph?.stop();
    graph = null;
    try {
      const { ways, entities, documents, hops } = await ask("path", { from: chosen.from.iri, to: chosen.to.iri });
      Object.assign(ends, chosen);
      if (ways.length === 0) return result.replaceChildren(h("p", {}, word("noPath", hops)));
      const edges = ways.flat().map((step) => ({ subject: step.forward ? step.from : step.to, object: step.forward ? step.to : step.from, predicate: step.predicate, status: "asserted", score: step.claims[0]?.score ?? 1, claims: step.claims, claimsOf: step.claimsOf }));
      graph = graphView([], { nodes: Object.values(entities).filter((entity) => entity && edges.some((edge) => edge.subject === entity.iri || edge.object === entity.iri)), edges, documents });
      const list = ways.map((way, at) => h("section", {}, h("h2", {}, word("way", at + 1)), h("ol", {}, way.map((step) => h("li", { class: "step" },
        entityLink(step.from, entities), h("span", { class: "arrow" }, step.forward ? `— ${predicateLabel(step.predicate)} →` : `← ${predicateLabel(step.predicate)} —`), entityLink(step.to, entities),
        step.claims.slice(0, 1).map((claim) => [h("blockquote", {}, h("bdi", {}, claim.quote)), quoteButton(claim)]))))));
      result.replaceChildren(h("div", { class: "embedded" }, graph.element), ...list);
      graph.start();
    } catch (error) {
      result.replaceChildren(h("p", { role: "alert" }, word("failed", error.message)));
    }
  };
  const page = h("div", { class: "page" },
    h("h1", {}, word("path")),
    h("div", { class: "buttons" }, field("from"), field("to"), h("button", { type: "button", id: "path-find", onclick: find }, word("find"))),
    result);
  if (chosen.from && chosen.to) page.addEventListener("shown", find, { once: true });
  return [page, () => graph?.stop()];
}

// Search --------------------------------------------------------------------------------------------------------------

/** Lets an input suggest entities, and so many documents and quotes: a combobox with a list. */
function suggestions(input, list, choose, texts = 0) {
  let found = [];
  let at = -1;
  let asking = null;
  const id = list.id || `${input.id}-found`;
  list.id = id;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": id, "aria-autocomplete": "list", "aria-expanded": "false" })) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (to) => {
    at = to;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    const item = list.children[at];
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
  };
  const take = (place) => {
    const entity = found[place];
    close();
    if (entity) choose(entity);
  };
  const search = async () => {
    asking?.abort();
    const text = input.value.trim();
    if (!text) return close();
    asking = new AbortController();
    try {
      const answer = await ask("search", { q: text, limit: 12, ...(texts && { texts }) }, asking.signal);
      found = [...answer.found, ...answer.texts];
    } catch (error) {
      if (error.name !== "AbortError") notice(word("failed", error.message));
      return;
    }
    list.replaceChildren(...(found.length ? found.map((entity, place) => h("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); take(place); } },
      ...(entity.kind ? [sign(entity.kind), " ", h("bdi", {}, labelOf(entity, entity.iri)), h("small", {}, [kindLabel(entity.kind), ...entity.tickers].join(" · "))]
        : [entity.quote ? h("q", {}, entity.quote) : h("bdi", {}, entity.title || entity.document), h("small", {}, entity.document)]))) : [h("li", { "aria-disabled": "true" }, word("nothing"))]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(found.length ? 0 : -1);
  };
  input.addEventListener("input", search);
  input.addEventListener("blur", () => setTimeout(close, 100));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && found.length) { event.preventDefault(); mark((at + 1) % found.length); }
    else if (event.key === "ArrowUp" && found.length) { event.preventDefault(); mark((at - 1 + found.length) % found.length); }
    else if (event.key === "Enter" && !list.hidden) { event.preventDefault(); take(at); }
    else if (event.key === "Escape") close();
  });
}

// Settings ------------------------------------------------------------------------------------------------------------

/** Stored settings; without them where the browser forbids. */
const stored = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* then it isn't kept */ } },
};

function applyWords() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-word-label]")) element.setAttribute("aria-label", word(element.dataset.wordLabel));
  for (const element of document.querySelectorAll("[data-word-placeholder]")) element.placeholder = word(element.dataset.wordPlaceholder);
}

function usualLanguage() {
  const known = stored.get("language");
  if (languages.includes(known)) return known;
  for (const tag of navigator.languages) {
    if (/^zh-(hans|cn|sg)/i.test(tag)) return "zh-Hans";
    if (/^zh/i.test(tag)) return "zh-Hant";
    if (/^en/i.test(tag)) return "en";
  }
  return "en";
}

export const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

async function start() {
  const theme = stored.get("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  language = usualLanguage();
  try {
    [words, about] = await Promise.all([fetch("/assets/explorer-words.json").then((response) => response.json()), ask("about")]);
  } catch (error) {
    return view.replaceChildren(h("p", { class: "page", role: "alert" }, error.message));
  }
  $("language").value = language;
  applyWords();
  $("language").addEventListener("change", (event) => {
    language = event.target.value;
    stored.set("language", language);
    applyWords();
    route();
  });
  $("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    stored.set("theme", document.documentElement.dataset.theme);
    document.dispatchEvent(new CustomEvent("theme"));
  });
  suggestions($("search"), $("found"), (entity) => {
    $("search").value = "";
    go(addressOf(entity.iri));
  }, 6);
  $("reader-close").addEventListener("click", () => $("reader").close());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-link]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if ($("reader").open) $("reader").close();
    go(link.getAttribute("href"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select, dialog")) {
      event.preventDefault();
      $("search").focus();
    }
  });
  addEventListener("popstate", route);
  route();
}

start();
