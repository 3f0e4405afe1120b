"""Asks a server (its address is the argument) through clients that others wrote, and prints what they found as JSON."""

import json
import sys

from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

address = sys.argv[1]
JW = "https://w3id.org/jingwei/ns#"
COUNT = f"SELECT (COUNT(?a) AS ?n) WHERE {{ ?a a <{JW}Company> }}"
found = {}


def wrapped(query, form, method=None):
    client = SPARQLWrapper(f"{address}/query")
    client.setQuery(query)
    client.setReturnFormat(form)
    if method:
        client.setMethod(method)
    return client.queryAndConvert()


found["SPARQLWrapper JSON"] = wrapped(COUNT, JSON)["results"]["bindings"][0]["n"]["value"]
found["SPARQLWrapper POST"] = wrapped(COUNT, JSON, POST)["results"]["bindings"][0]["n"]["value"]
literal = wrapped(COUNT, XML).getElementsByTagName("literal")[0]
found["SPARQLWrapper XML"] = literal.firstChild.data
turtle = wrapped(f"CONSTRUCT {{ ?a a <{JW}Company> }} WHERE {{ ?a a <{JW}Company> }}", TURTLE)
found["SPARQLWrapper Turtle"] = len(Graph().parse(data=turtle, format="turtle"))
try:
    wrapped("SELECT * { ?a ?b", JSON)
except QueryBadFormed:
    found["SPARQLWrapper bad query"] = "QueryBadFormed"

store = Graph(SPARQLStore(f"{address}/query", returnFormat="json"))
found["RDFLib SPARQLStore"] = str(next(iter(store.query(COUNT)))[0])
found["RDFLib parse"] = len(Graph().parse(f"{address}/store?default", format="turtle"))
entity = next(store.subjects(URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), URIRef(f"{JW}Company")))
path = str(entity).removeprefix("https://w3id.org/jingwei")
found["RDFLib entity"] = len(Graph().parse(f"{address}{path}", format="turtle"))
print(json.dumps(found))
