// Drives the explorer in headless Chromium, feature by feature, with hostile article text among the data.
// Run by scripts/explorer.sh. Pictures go to target/explorer/. `node tests/explorer.mjs WORDS` runs the tests whose names
// have these words; with FROM_WEB=1 the page's files are those of web/ and not those in the program, for trying changes.

import assert from "node:assert/strict";
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const pictures = join(root, "target/explorer");
const { chromium } = createRequire(join(pictures, "node_modules/"))("playwright-core");
const program = process.env.JINGWEI || join(root, "target/release/jingwei");
const only = process.argv[2];

// A store of the sample articles, and one article that would like to be a script.
const folder = mkdtempSync(join(tmpdir(), "jingwei-"));
const store = join(folder, "store");
const hostile = join(folder, "hostile.txt");
const evil = '<img src=x onerror="window.evil=1"><script>window.evil=2</script>{{7*7}}';
writeFileSync(hostile, `騰訊升6%\n😀${evil}騰訊（0700）今日升6%，報403元。據悉，騰訊擬收購${evil}科技有限公司。\n`);
writeFileSync(join(folder, "hostile.meta.json"), JSON.stringify({ id: 'h"<b>', published: "2025-01-27", publisher: evil, url: "javascript:window.evil=3" }));
const sources = [join(root, "corpus/articles"), hostile];
execFileSync(program, ["ingest", "--store", store, ...sources], { stdio: "ignore" });
const server = spawn(program, ["serve", "--store", store, "--bind", "127.0.0.1:0", "--articles", sources[0], "--articles", sources[1]], { stdio: ["ignore", "ignore", "pipe"] });
const address = await new Promise((resolve, reject) => {
  let said = "";
  server.stderr.on("data", (data) => {
    said += data;
    const found = /(http:\/\/[^/\s]+)\//.exec(said);
    if (found) resolve(found[1]);
  });
  server.on("exit", () => reject(new Error(said)));
});

const browser = await chromium.launch({ timeout: 60_000, executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const complaints = [];
const outside = [];

/** A fresh page that notes every complaint of the browser and every request that leaves this server. */
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en", acceptDownloads: true, ...options });
  if (process.env.FROM_WEB)
    await context.route(`${address}/assets/**`, (route) => route.fulfill({ path: join(root, "web", new URL(route.request().url()).pathname.slice("/assets/".length)), contentType: /\.css$/.test(route.request().url()) ? "text/css" : /\.json$/.test(route.request().url()) ? "application/json" : "text/javascript" }));
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`${path}: ${error.stack}`));
  page.on("console", (message) => message.type() === "error" && !/status of 40[04]/.test(message.text()) && complaints.push(`${path}: ${message.text()}`));
  page.on("request", (request) => !request.url().startsWith(address) && !/^(data|blob):/.test(request.url()) && outside.push(request.url()));
  await page.goto(address + path);
  return page;
}

const shot = (page, name) => page.screenshot({ path: join(pictures, `${name}.png`) });
const graphOf = (page, read) => page.waitForFunction(() => document.querySelector(".canvas")?.cy?.nodes().length > 0).then(() => page.locator(".canvas").first().evaluate(read));
const api = async (path) => (await fetch(`${address}/api/${path}`)).json();
const iriOf = async (name) => (await api(`search?q=${encodeURIComponent(name)}`)).found[0].iri;
const pathOf = async (name) => "/" + (await iriOf(name)).replace("https://w3id.org/jingwei/", "");

const tests = {
  async "the first page shows what is talked about most"() {
    const page = await open("/");
    await page.waitForSelector(".chips a");
    assert.ok((await page.locator(".chips a").count()) >= 10);
    await shot(page, "home");
  },

  async "search completes in either script and opens by keyboard"() {
    const page = await open("/");
    await page.waitForSelector(".chips a");
    await page.keyboard.press("/");
    await page.keyboard.type("腾讯");
    await page.waitForSelector("#found li[aria-selected=true]");
    assert.match(await page.locator("#found li").first().innerText(), /騰訊|Tencent/);
    assert.equal(await page.locator("#search").getAttribute("aria-expanded"), "true");
    await shot(page, "search");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/entity\//);
    await page.waitForSelector(".about h1");
    assert.match(await page.locator(".about h1").innerText(), /Tencent/);
  },

  async "search finds quotes by words in either script and opens the article"() {
    const page = await open("/");
    await page.waitForSelector(".chips a");
    await page.fill("#search", "腾讯 回报");
    await page.waitForSelector("#found li q");
    const quote = await page.locator("#found li q").first().innerText();
    assert.match(quote, /[腾騰][讯訊]/);
    await shot(page, "search-quotes");
    await page.locator("#found li:has(q)").first().click();
    await page.waitForURL(/\/claim\//);
  },

  async "an entity has names, codes, claims, numbers and neighbours"() {
    const page = await open(await pathOf("騰訊"));
    await page.waitForSelector(".timeline .claim");
    assert.match(await page.locator(".names").innerText(), /騰訊[\s\S]*腾讯|腾讯[\s\S]*騰訊/);
    assert.match(await page.locator(".tickers").innerText(), /XHKG 700/);
    assert.ok((await page.locator(".neighbours a").count()) > 0);
    assert.ok((await page.locator(".numbers table").count()) > 0);
    assert.ok((await page.locator(".numbers svg path.series").count()) > 0, "a chart");
    await page.locator(".neighbours a").first().click();
    await page.waitForFunction((before) => location.pathname !== before, await pathOf("騰訊"));
    await page.goBack();
    await page.waitForSelector(".tickers");
  },

  async "the graph has colours by type, dashes by status, a legend and an honest count"() {
    const page = await open(await pathOf("DeepSeek"));
    const elements = await graphOf(page, (canvas) => canvas.cy.elements().map((one) => ({ group: one.group(), colour: one.style("background-color"), line: one.style("line-style"), classes: one.classes(), label: one.data("label") })));
    const nodes = elements.filter((one) => one.group === "nodes");
    const edges = elements.filter((one) => one.group === "edges");
    assert.ok(new Set(nodes.map((node) => node.colour)).size > 2, "colours");
    for (const edge of edges) assert.equal(edge.line === "dashed", !edge.classes.includes("asserted"), edge.classes.join(" "));
    const unsure = edges.filter((edge) => !edge.classes.includes("asserted")).length;
    assert.ok(unsure > 0 && unsure < edges.length, "some are dashed, not all");
    assert.ok((await page.locator(".legend label").count()) > 5);
    const count = /^(\d+) of (\d+) entities, (\d+) of (\d+) relations/.exec(await page.locator(".shown").innerText());
    assert.equal(Number(count[1]), nodes.length);
    assert.equal(Number(count[3]), edges.length);
    await page.waitForTimeout(300);
    await shot(page, "entity");
  },

  async "filters by status, relation, score, date, source and type"() {
    const page = await open(await pathOf("DeepSeek"));
    const count = () => page.locator(".canvas").evaluate((canvas) => canvas.cy.edges().length);
    const settled = async (act) => {
      await Promise.all([page.waitForResponse((response) => response.url().includes("/api/graph")), act()]);
      await page.waitForTimeout(150);
    };
    const all = await graphOf(page, (canvas) => canvas.cy.edges().length);
    for (const status of ["planned", "hedged", "negated"]) await settled(() => page.locator(`input[data-status=${status}]`).uncheck());
    assert.ok((await count()) < all);
    assert.ok(await page.locator(".canvas").evaluate((canvas) => canvas.cy.edges().every((edge) => edge.hasClass("asserted"))));
    await page.getByRole("button", { name: "Filters" }).click();
    await settled(() => page.getByRole("button", { name: "Reset" }).click());
    assert.equal(await count(), all);
    const first = page.locator(".filters .checks input").first();
    const name = await first.getAttribute("data-filter");
    await settled(() => first.uncheck());
    assert.ok(await page.locator(".canvas").evaluate((canvas, name) => canvas.cy.edges().every((edge) => edge.data("edge").predicate !== name), name));
    await shot(page, "filters");
    await settled(() => page.getByRole("button", { name: "Reset" }).click());
    await settled(() => page.locator("input[data-filter=minScore]").evaluate((input) => { input.value = "1"; input.dispatchEvent(new Event("change")); }));
    assert.ok((await count()) < all);
    await settled(() => page.getByRole("button", { name: "Reset" }).click());
    await settled(() => page.locator("input[data-filter=since]").fill("2031-01-01"));
    assert.equal(await count(), 0);
    await settled(() => page.getByRole("button", { name: "Reset" }).click());
    const source = await page.locator("select[data-filter=source] option").nth(1).getAttribute("value");
    await settled(() => page.locator("select[data-filter=source]").selectOption(source));
    assert.ok((await count()) > 0 && (await count()) <= all);
    await settled(() => page.getByRole("button", { name: "Reset" }).click());
    await settled(() => page.locator(".legend label", { hasText: "Person" }).locator("input").uncheck());
    assert.ok(await page.locator(".canvas").evaluate((canvas) => canvas.cy.nodes().every((node) => node.data("shape") !== "diamond")));
  },

  async "nodes expand and collapse"() {
    const page = await open(await pathOf("DeepSeek"));
    await graphOf(page, (canvas) => canvas.cy.nodes().length);
    const count = () => page.locator(".canvas").evaluate((canvas) => canvas.cy.nodes().length);
    const before = await count();
    // The neighbour with most facts of its own, by the server's word.
    const { nodes } = await api(`graph?around=${encodeURIComponent(await iriOf("DeepSeek"))}`);
    const sizes = await Promise.all(nodes.slice(1).map(async (node) => [(await api(`graph?around=${encodeURIComponent(node.iri)}`)).nodesOf, node.iri]));
    const iri = sizes.sort((a, b) => b[0] - a[0])[0][1];
    await page.locator(".canvas").evaluate((canvas, iri) => canvas.cy.getElementById(iri).emit("tap"), iri);
    await page.locator("button.expand").click();
    await page.waitForSelector("button.collapse");
    assert.ok((await count()) > before, `${await count()} > ${before}`);
    await shot(page, "expanded");
    await page.locator("button.collapse").click();
    await page.waitForFunction((before) => document.querySelector(".canvas").cy.nodes().length === before, before);
  },

  async "an edge opens its quotes in the article with the words lit up"() {
    const page = await open(await pathOf("DeepSeek"));
    await graphOf(page, () => 0);
    await page.locator("details.list summary").click();
    await page.locator("details.list button.edge").first().click();
    const quote = await page.locator(".details blockquote").first().innerText();
    await page.locator(".details [data-claim]").first().click();
    await page.waitForSelector("#reader mark.lit");
    const lit = (await page.locator("#reader mark.lit").allInnerTexts()).join("");
    assert.equal(lit.replace(/\s/g, ""), quote.replace(/\s/g, ""));
    const text = await page.locator("#reader .text").innerText();
    assert.ok(text.length > quote.length * 2, "the whole article");
    assert.ok(await page.locator("#reader mark.lit").first().isVisible());
    await shot(page, "reader");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#reader").isVisible(), false);
  },

  async "a path between two is found and drawn"() {
    const page = await open("/#path");
    await page.fill("#path-from", "梁文锋");
    await page.waitForSelector("#path-from-found li[aria-selected=true]");
    await page.keyboard.press("Enter");
    await page.fill("#path-to", "OpenAI");
    await page.waitForSelector("#path-to-found li[aria-selected=true]");
    await page.keyboard.press("Enter");
    await page.click("#path-find");
    await page.waitForSelector(".step blockquote");
    assert.ok((await graphOf(page, (canvas) => canvas.cy.edges().length)) >= 1);
    await page.waitForTimeout(200);
    await shot(page, "path");
  },

  async "tables of benchmarks and price moves lead to their quotes"() {
    const page = await open("/#benchmarks");
    await page.waitForSelector("table.benchmarks td button");
    assert.ok((await page.locator("table.benchmarks tbody tr").count()) > 1);
    assert.ok((await page.locator("table.comparisons tbody tr").count()) > 0);
    await shot(page, "benchmarks");
    await page.locator("table.benchmarks td button").first().click();
    await page.waitForSelector("#reader mark.lit");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Price moves" }).click();
    await page.waitForSelector("table.moves tbody tr");
    const days = await page.locator("#day option").evaluateAll((options) => options.map((option) => option.value));
    assert.ok(days.length > 1);
    await page.selectOption("#day", days[days.length - 1]);
    await page.waitForFunction((day) => document.querySelector("#day")?.value === day && document.querySelector("table.moves tbody tr"), days[days.length - 1]);
    await shot(page, "moves");
  },

  async "SPARQL answers as table, chart and graph, completes, tells mistakes and downloads"() {
    const page = await open("/#sparql");
    await page.waitForSelector("#examples option:nth-child(5)", { state: "attached" });
    await page.selectOption("#examples", "19-most-connected-entities");
    await page.click("#run");
    await page.waitForSelector("table.answer tbody tr");
    const rows = await page.locator("table.answer tbody tr").count();
    await shot(page, "sparql");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("[data-download=csv]")]);
    const csv = readFileSync(await download.path(), "utf8");
    assert.equal(csv.trim().split("\n").length, rows + 1);
    await page.click("[data-form=asChart]");
    await page.waitForSelector("#result svg rect");
    await page.selectOption("#examples", "26-graph-of-ownership");
    await page.click("#run");
    await page.waitForSelector("table.answer tbody tr");
    await page.click("[data-form=asGraph]");
    assert.ok((await graphOf(page, (canvas) => canvas.cy.edges().length)) > 0);
    await page.fill("#query", "");
    await page.locator("#query").pressSequentially("SELECT * { ?a jw:found");
    await page.waitForSelector("#completions li");
    await page.keyboard.press("Tab");
    assert.match(await page.inputValue("#query"), /jw:foundedBy$/);
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#result .error");
    assert.match(await page.locator("#result .error").innerText(), /line 1/);
    await page.fill("#query", "ASK { ?a jw:foundedBy ?b }");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#result .answer");
    assert.equal(await page.locator("#result .answer").innerText(), "Yes");
  },

  async "the interface speaks three languages and keeps the choice"() {
    const page = await open("/");
    await page.waitForSelector(".chips a");
    await page.selectOption("#language", "zh-Hans");
    await page.waitForSelector("text=股价变动");
    await page.selectOption("#language", "zh-Hant");
    await page.waitForSelector("text=股價變動");
    await page.goto(address + (await pathOf("DeepSeek")));
    await page.waitForSelector("text=相關陳述");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-Hant");
    await graphOf(page, () => 0);
    await page.waitForSelector(".legend label");
    assert.match(await page.locator(".legend").innerText(), /公司/);
    await page.waitForTimeout(300);
    await shot(page, "traditional");
  },

  async "light and dark"() {
    const page = await open(await pathOf("DeepSeek"), { colorScheme: "dark" });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await graphOf(page, () => 0);
    const dark = await paper();
    const ink = await page.locator(".canvas").evaluate((canvas) => canvas.cy.nodes()[0].style("color"));
    await page.waitForTimeout(300);
    await shot(page, "dark");
    await page.click("#theme");
    assert.notEqual(await paper(), dark);
    assert.notEqual(await page.locator(".canvas").evaluate((canvas) => canvas.cy.nodes()[0].style("color")), ink);
  },

  async "a phone's width is enough"() {
    const page = await open(await pathOf("騰訊"), { viewport: { width: 375, height: 720 } });
    await page.waitForSelector(".timeline .claim");
    await graphOf(page, () => 0);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 375, "nothing is wider than the screen");
    await shot(page, "phone");
    await page.locator(".graph").scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    await shot(page, "phone-graph");
  },

  async "an article's text is never more than text"() {
    const page = await open(`/doc/${encodeURIComponent('h"<b>')}`);
    await page.waitForSelector(".text");
    assert.ok((await page.locator(".text").allInnerTexts()).join("").includes("<script>window.evil=2</script>"));
    assert.equal(await page.locator('a[href^="javascript"]').count(), 0);
    await page.locator("[data-claim]").first().click();
    await page.waitForSelector("mark.lit");
    assert.equal(await page.evaluate(() => window.evil), undefined);
    await shot(page, "hostile");
    await page.goto(address + (await pathOf("騰訊")));
    await page.waitForSelector(".timeline .claim");
    await graphOf(page, () => 0);
    assert.equal(await page.evaluate(() => window.evil), undefined);
    // The policy holds even where a mistake would let markup in.
    const policy = (await fetch(address)).headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  },

  async "what is not there is said to be not there"() {
    const page = await open("/entity/nobody");
    await page.waitForSelector("[role=alert]");
    assert.match(await page.locator("[role=alert]").innerText(), /No article/);
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  if (only && !name.includes(only)) continue;
  const before = complaints.length;
  try {
    await test();
    assert.deepEqual(complaints.slice(before), [], "the browser complains of nothing");
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.message).split("\n").slice(0, 12).join("\n      ")}`);
    console.log(complaints.slice(before).map((complaint) => `      ${complaint}`).join("\n"));
  }
  for (const context of browser.contexts()) await context.close();
}
try {
  assert.deepEqual(outside, [], "nothing is asked of any other address");
} catch (error) {
  failed += 1;
  console.log(`FAIL  ${error.message}`);
}
await browser.close();
server.kill("SIGTERM");
rmSync(folder, { recursive: true });
process.exit(failed ? 1 : 0);
