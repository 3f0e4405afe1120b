"""Reads an exported picture with programs that others wrote and prints what they found as JSON.

    read_back.py graphml|gexf|cytoscape|html FILE
"""

import base64
import hashlib
import html.parser
import json
import sys

import networkx


def graph(found):
    return {
        "graph": found.graph,
        "nodes": [dict(attributes, key=node) for node, attributes in found.nodes(data=True)],
        "edges": [
            dict(attributes, subject=subject, object=object)
            for subject, object, attributes in found.edges(data=True)
        ],
        "directed": found.is_directed(),
    }


class Page(html.parser.HTMLParser):
    """Collects what a browser would run, and everything that could load from elsewhere."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = None
        self.blocks = []
        self.policy = None
        self.outside = []
        self.handlers = []
        self.headings = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("script", "style", "h1"):
            self.open = [tag, attributes.get("type"), ""]
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        for name, value in attributes.items():
            if name in ("src", "href", "xlink:href"):
                self.outside.append(value)
            if name.startswith("on") or name == "style":
                self.handlers.append(name)

    def handle_data(self, data):
        if self.open:
            self.open[2] += data

    def handle_endtag(self, tag):
        if self.open and self.open[0] == tag:
            self.blocks.append(self.open)
            self.open = None


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def page(text):
    reader = Page()
    reader.feed(text)
    reader.close()
    scripts = [(kind, content) for tag, kind, content in reader.blocks if tag == "script"]
    return {
        "data": [json.loads(content) for kind, content in scripts if kind == "application/json"],
        "scripts": [digest(content) for kind, content in scripts if kind is None],
        "styles": [digest(content) for tag, _, content in reader.blocks if tag == "style"],
        "title": [content for tag, _, content in reader.blocks if tag == "h1"],
        "policy": reader.policy,
        "outside": reader.outside,
        "handlers": reader.handlers,
    }


kind, path = sys.argv[1:]
if kind == "graphml":
    result = graph(networkx.read_graphml(path))
elif kind == "gexf":
    result = graph(networkx.read_gexf(path))
elif kind == "cytoscape":
    with open(path, encoding="utf-8") as file:
        result = graph(networkx.cytoscape_graph(json.load(file)))
else:
    with open(path, encoding="utf-8", newline="") as file:
        result = page(file.read())
json.dump(result, sys.stdout)
