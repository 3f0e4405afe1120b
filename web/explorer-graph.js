// The graph around entities: drawn by Cytoscape.js, with filters, a legend, and a list that has the same for the
// keyboard and for screen readers.

import { h, s, ask, word, labelOf, predicateLabel, predicateOf, kindLabel, kindOf, sign, when, go, addressOf, notice, openReader, ends, isDark, language } from "/assets/explorer.js";

const statuses = ["asserted", "planned", "hedged", "negated"];
const dashes = { planned: [8, 4], hedged: [4, 4], negated: [1.5, 4] };

/**
 * A graph around entities that is asked of the server, or one that is given (`{nodes, edges, documents}`).
 * `start` draws it once its element is in the page, `stop` lets go of it.
 */
export function graphView(centres, given) {
  const state = { around: [...centres], hops: 1, limit: 60, predicates: new Set(), statuses: new Set(statuses), kinds: new Set(), source: "", minScore: 0, since: "", until: "" };
  const seen = { predicates: new Map(), sources: new Set(), kinds: new Set() };
  let cy = null;
  let data = null;
  let asking = null;
  let stopped = false;

  const canvas = h("div", { class: "canvas __________cytoscape_container", role: "img", "aria-label": word("graph") });
  const legend = h("div", { class: "legend", role: "group", "aria-label": word("kinds") });
  const details = h("aside", { class: "details", "aria-live": "polite", "aria-label": word("quotes"), hidden: true });
  const filters = h("form", { class: "filters", hidden: true, onsubmit: (event) => event.preventDefault() });
  const shown = h("span", { class: "shown", role: "status" });
  const list = h("details", { class: "list" }, h("summary", {}, word("asList")), h("div", {}));
  const toggle = h("button", { type: "button", "aria-expanded": "false", onclick: () => {
    filters.hidden = !filters.hidden;
    toggle.setAttribute("aria-expanded", String(!filters.hidden));
  } }, word("filters"));
  const pick = (name, values) => h("select", { "aria-label": word(name === "hops" ? "hops" : "most"), onchange: (event) => { state[name] = Number(event.target.value); load(); } },
    values.map((value) => h("option", { value, selected: value === state[name] }, String(value))));
  const tools = h("div", { class: "tools" },
    !given && [h("label", {}, word("hops"), " ", pick("hops", [1, 2, 3])), h("label", {}, word("most"), " ", pick("limit", [30, 60, 120, 250, 500, 2000])), toggle],
    h("button", { type: "button", onclick: () => cy?.fit(undefined, 30) }, word("fit")), shown);
  const element = h("section", { class: "graph", "aria-label": word("graph") }, tools, h("div", { class: "middle" }, canvas, legend, filters, details), list);

  const parameters = () => ({
    around: state.around, hops: state.hops, limit: state.limit,
    predicate: [...state.predicates],
    status: state.statuses.size === statuses.length ? [] : [...state.statuses],
    kind: [...state.kinds], source: state.source || undefined,
    minScore: state.minScore || undefined, since: state.since, until: state.until,
  });

  async function load() {
    asking?.abort();
    asking = new AbortController();
    try {
      data = await ask("graph", parameters(), asking.signal);
    } catch (error) {
      if (error.name !== "AbortError") notice(word("failed", error.message));
      return;
    }
    if (!stopped) draw();
  }

  async function start() {
    const { default: cytoscape } = await import("/assets/vendor/cytoscape.esm.min.mjs");
    if (stopped) return;
    cy = cytoscape({ container: canvas, elements: [], style: style(), minZoom: 0.1, maxZoom: 4, boxSelectionEnabled: false });
    canvas.cy = cy;
    cy.on("tap", "node", (event) => chooseNode(event.target.id()));
    cy.on("dbltap", "node", (event) => expand(event.target.id()));
    cy.on("tap", "edge", (event) => chooseEdge(event.target.data("edge")));
    cy.on("tap", (event) => event.target === cy && close());
    document.addEventListener("theme", restyle);
    if (given) {
      data = { nodes: given.nodes, edges: given.edges, documents: given.documents || {}, nodesOf: given.nodes.length, edgesOf: given.edges.length, complete: true };
      draw();
    } else await load();
  }

  function stop() {
    stopped = true;
    asking?.abort();
    document.removeEventListener("theme", restyle);
    cy?.destroy();
    cy = null;
  }

  const restyle = () => cy?.style(style());

  function style() {
    const [ink, paper] = isDark() ? ["#e7ecf2", "#12171e"] : ["#1c2530", "#ffffff"];
    const fonts = getComputedStyle(document.body).fontFamily;
    return [
      { selector: "node", style: { label: "data(label)", "background-color": "data(colour)", shape: "data(shape)", width: "data(size)", height: "data(size)", "font-size": 12, "font-family": fonts, color: ink, "text-outline-color": paper, "text-outline-width": 2, "text-valign": "bottom", "text-margin-y": 3, "text-wrap": "ellipsis", "text-max-width": 140, "min-zoomed-font-size": 5 } },
      { selector: "node.centre", style: { "border-width": 3, "border-color": ink, "font-weight": "bold", "font-size": 13 } },
      { selector: "edge", style: { width: "data(width)", "line-color": "data(colour)", "target-arrow-color": "data(colour)", "curve-style": "bezier", "arrow-scale": 0.8, opacity: 0.8, "font-size": 9, "font-family": fonts, color: ink, "text-background-color": paper, "text-background-opacity": 0.85, "text-background-padding": 1, "text-rotation": "autorotate", "min-zoomed-font-size": 7 } },
      { selector: "edge.labelled", style: { label: "data(label)" } },
      { selector: "edge.directed", style: { "target-arrow-shape": "triangle" } },
      ...Object.entries(dashes).map(([status, pattern]) => ({ selector: `edge.${status}`, style: { "line-style": "dashed", "line-dash-pattern": pattern } })),
      { selector: "edge.former", style: { opacity: 0.45 } },
      { selector: ".chosen", style: { "border-width": 4, "border-color": ink, width: 5, opacity: 1, label: "data(label)" } },
      { selector: "node.chosen", style: { width: "data(size)" } },
    ];
  }

  function draw() {
    const labels = new Map(data.nodes.map((node) => [node.iri, labelOf(node, node.iri)]));
    const most = Math.max(1, ...data.nodes.map((node) => node.claims || 1));
    const wanted = new Map();
    for (const node of data.nodes) {
      const look = kindOf(node.kind) || { colour: "#888888", shape: "ellipse" };
      wanted.set(node.iri, { group: "nodes", data: { id: node.iri, label: labels.get(node.iri), colour: look.colour, shape: look.shape, size: 20 + 26 * Math.sqrt((node.claims || 1) / most) }, classes: state.around.includes(node.iri) ? "centre" : "" });
    }
    data.edges.forEach((edge) => {
      const predicate = predicateOf(edge.predicate);
      const id = [edge.subject, edge.predicate, edge.object, edge.status].join(" ");
      const classes = [edge.status, predicate?.symmetric ? "" : "directed", edge.former ? "former" : "", data.edges.length <= 60 ? "labelled" : ""].join(" ");
      wanted.set(id, { group: "edges", data: { id, source: edge.subject, target: edge.object, label: predicateLabel(edge.predicate), colour: predicate?.colour || "#888888", width: 1.2 + Math.min(4, Math.log2(edge.claimsOf || 1)), edge }, classes });
    });
    const isFirst = cy.elements().empty();
    cy.batch(() => {
      cy.elements().filter((one) => !wanted.has(one.id())).remove();
      for (const [id, one] of wanted) {
        const known = cy.getElementById(id);
        if (known.nonempty()) { known.data(one.data); known.classes(one.classes); }
        else {
          // A new node begins where the one stands that it hangs on, so that the picture grows and doesn't jump.
          const edge = one.group === "nodes" && data.edges.find((edge) => (edge.subject === id && cy.getElementById(edge.object).nonempty()) || (edge.object === id && cy.getElementById(edge.subject).nonempty()));
          const beside = edge ? cy.getElementById(edge.subject === id ? edge.object : edge.subject) : null;
          const added = cy.add(one);
          if (beside?.nonempty() && beside.isNode()) added.position({ x: beside.position("x") + 40, y: beside.position("y") + 25 });
        }
      }
    });
    // The same graph gives the same picture: no layout begins at random places.
    if (isFirst) cy.layout({ name: "concentric", concentric: (node) => (node.hasClass("centre") ? 1e6 : node.degree()), levelWidth: () => 4, minNodeSpacing: 24, animate: false }).run();
    if (data.nodes.length <= 300) cy.layout({ name: "cose", randomize: false, animate: false, nodeRepulsion: () => 9000, idealEdgeLength: () => 90, nodeOverlap: 16, numIter: data.nodes.length > 120 ? 400 : 1000, fit: true, padding: 30 }).run();
    // A handful of nodes must not fill the screen.
    if (cy.zoom() > 1.4) { cy.zoom(1.4); cy.center(); }
    else cy.fit(undefined, 30);
    for (const edge of data.edges) seen.predicates.set(edge.predicate, (seen.predicates.get(edge.predicate) || 0) + 0);
    for (const node of data.nodes) seen.kinds.add(node.kind);
    for (const doc of Object.values(data.documents)) if (doc.publisher) seen.sources.add(doc.publisher);
    shown.textContent = word("graphShows", data.nodes.length, data.nodesOf, data.edges.length, data.edgesOf) + (data.complete ? "" : " " + word("graphCut"));
    drawLegend();
    drawFilters();
    drawList(labels);
  }

  function drawLegend() {
    const counts = new Map();
    for (const node of data.nodes) counts.set(node.kind, (counts.get(node.kind) || 0) + 1);
    const kinds = [...seen.kinds].sort();
    const line = (status) => s("svg", { width: 26, height: 8, "aria-hidden": "true" }, s("line", { x1: 1, x2: 25, y1: 4, y2: 4, stroke: "currentColor", "stroke-width": 2, "stroke-dasharray": (dashes[status] || []).join(" ") || null }));
    legend.replaceChildren(
      ...kinds.map((kind) => h("label", {}, !given && h("input", { type: "checkbox", checked: state.kinds.size === 0 || state.kinds.has(kind), onchange: (event) => {
        if (state.kinds.size === 0) kinds.forEach((one) => state.kinds.add(one));
        if (event.target.checked) state.kinds.add(kind); else state.kinds.delete(kind);
        if (kinds.every((one) => state.kinds.has(one))) state.kinds.clear();
        load();
      } }), sign(kind), kindLabel(kind), h("span", { class: "count" }, String(counts.get(kind) || 0)))),
      ...statuses.map((status) => h("label", {}, !given && h("input", { type: "checkbox", checked: state.statuses.has(status), "data-status": status, onchange: (event) => {
        if (event.target.checked) state.statuses.add(status); else state.statuses.delete(status);
        if (state.statuses.size === 0) statuses.forEach((one) => state.statuses.add(one));
        load();
      } }), line(status), word(status))));
  }

  function drawFilters() {
    if (given) return;
    const counts = new Map();
    for (const edge of data.edges) counts.set(edge.predicate, (counts.get(edge.predicate) || 0) + 1);
    const predicates = [...seen.predicates.keys()].sort((a, b) => predicateLabel(a).localeCompare(predicateLabel(b), language));
    const focused = document.activeElement?.dataset?.filter;
    const change = (name, read = (input) => input.value) => (event) => { state[name] = read(event.target); load(); };
    filters.replaceChildren(
      h("fieldset", {}, h("legend", {}, word("predicates")), h("div", { class: "checks" }, predicates.map((name) => h("label", {}, h("input", { type: "checkbox", "data-filter": name, checked: state.predicates.size === 0 || state.predicates.has(name), onchange: (event) => {
        if (state.predicates.size === 0) predicates.forEach((one) => state.predicates.add(one));
        if (event.target.checked) state.predicates.add(name); else state.predicates.delete(name);
        if (predicates.every((one) => state.predicates.has(one))) state.predicates.clear();
        load();
      } }), predicateLabel(name), h("span", { class: "count" }, String(counts.get(name) || 0)))))),
      h("fieldset", {}, h("label", {}, word("minScore"), h("input", { type: "range", "data-filter": "minScore", min: 0, max: 1, step: 0.05, value: state.minScore, onchange: change("minScore", (input) => Number(input.value)) }), state.minScore.toFixed(2))),
      h("fieldset", {}, h("label", {}, word("since"), h("input", { type: "date", "data-filter": "since", value: state.since, onchange: change("since") })), h("label", {}, word("until"), h("input", { type: "date", "data-filter": "until", value: state.until, onchange: change("until") }))),
      h("fieldset", {}, h("label", {}, word("source"), h("select", { "data-filter": "source", onchange: change("source") }, h("option", { value: "" }, word("anySource")), [...seen.sources].sort().map((name) => h("option", { value: name, selected: state.source === name }, name))))),
      h("button", { type: "button", onclick: () => { Object.assign(state, { predicates: new Set(), statuses: new Set(statuses), kinds: new Set(), source: "", minScore: 0, since: "", until: "" }); load(); } }, word("reset")));
    if (focused) filters.querySelector(`[data-filter="${CSS.escape(focused)}"]`)?.focus();
  }

  function drawList(labels) {
    const edges = [...data.edges].sort((a, b) => (b.claimsOf || 0) - (a.claimsOf || 0));
    list.lastChild.replaceChildren(
      h("p", { class: "muted" }, word("graphHelp")),
      h("table", {}, h("thead", {}, h("tr", {}, ["subject", "predicate", "object", "status", "score"].map((key) => h("th", {}, word(key))))),
        h("tbody", {}, edges.slice(0, 500).map((edge) => h("tr", {},
          h("td", {}, h("button", { class: "plain", type: "button", onclick: () => chooseNode(edge.subject) }, h("bdi", {}, labels.get(edge.subject)))),
          h("td", {}, h("button", { class: "plain edge", type: "button", onclick: () => chooseEdge(edge) }, predicateLabel(edge.predicate))),
          h("td", {}, h("button", { class: "plain", type: "button", onclick: () => chooseNode(edge.object) }, h("bdi", {}, labels.get(edge.object)))),
          h("td", {}, word(edge.status)), h("td", { class: "number" }, (edge.score ?? 0).toFixed(2)))))));
  }

  function close() {
    details.hidden = true;
    cy?.elements().removeClass("chosen");
    cy?.resize();
  }

  function open(id, ...children) {
    details.replaceChildren(h("button", { class: "close", type: "button", "aria-label": word("close"), onclick: close }, "×"), ...children.flat(Infinity).filter(Boolean));
    details.hidden = false;
    cy.elements().removeClass("chosen");
    cy.getElementById(id).addClass("chosen");
    cy.resize();
  }

  function chooseNode(iri) {
    const node = data.nodes.find((one) => one.iri === iri);
    if (!node) return;
    const here = { iri, label: labelOf(node, iri) };
    const edges = data.edges.filter((edge) => edge.subject === iri || edge.object === iri);
    const isOpen = state.around.includes(iri);
    open(iri,
      h("h2", {}, h("bdi", {}, here.label)), h("p", { class: "kind" }, sign(node.kind), kindLabel(node.kind)),
      h("div", { class: "buttons" },
        h("button", { type: "button", onclick: () => go(addressOf(iri)) }, word("open")),
        !given && (isOpen
          ? state.around.length > 1 && h("button", { type: "button", class: "collapse", onclick: () => { state.around = state.around.filter((one) => one !== iri); close(); load(); } }, word("collapse"))
          : h("button", { type: "button", class: "expand", onclick: () => expand(iri) }, word("expand"))),
        h("button", { type: "button", onclick: () => { ends.from = here; ends.to = ends.to?.iri === iri ? null : ends.to; notice(`${word("from")}: ${here.label}`); } }, word("pathFrom")),
        h("button", { type: "button", onclick: () => { ends.to = here; go("/#path"); } }, word("pathTo"))),
      h("ul", {}, edges.map((edge) => h("li", {}, h("button", { class: "plain", type: "button", onclick: () => chooseEdge(edge) }, sentence(edge))))));
  }

  const name = (iri) => labelOf(data.nodes.find((one) => one.iri === iri), iri);
  const sentence = (edge) => `${name(edge.subject)} · ${predicateLabel(edge.predicate)} · ${name(edge.object)}${edge.status === "asserted" ? "" : ` (${word(edge.status)})`}`;

  function chooseEdge(edge) {
    open([edge.subject, edge.predicate, edge.object, edge.status].join(" "),
      h("h2", {}, h("bdi", {}, sentence(edge))),
      h("p", { class: "muted" }, word("quotes"), " ", word("shownOf", edge.claims.length, edge.claimsOf)),
      edge.claims.map((claim) => {
        const doc = data.documents[claim.doc] || {};
        return h("article", { class: `claim ${edge.status}` }, h("blockquote", {}, h("bdi", {}, claim.quote)),
          h("div", { class: "muted" }, h("bdi", {}, [when(claim.date || doc.published) || word("undated"), doc.title || claim.doc, doc.publisher, claim.score.toFixed(2)].filter(Boolean).join(" · "))),
          h("button", { class: "plain", type: "button", "data-claim": claim.id, onclick: () => openReader(claim.id) }, word("inArticle")));
      }));
  }

  function expand(iri) {
    if (given || state.around.includes(iri)) return;
    state.around.push(iri);
    state.limit = Math.max(state.limit, Math.min(2000, data.nodes.length + 40));
    load().then(() => chooseNode(iri));
  }

  return { element, start, stop };
}
