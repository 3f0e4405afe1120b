-- What 200 clients ask, in turn: facts, an entity, quotes by words, quotes of any document (benches/clients.sh).
local queries = {
  "SELECT ?a ?b { ?a jw:foundedBy ?b } LIMIT 100",
  "SELECT ?p ?o { entity:openai ?p ?o }",
  'SELECT ?hit ?score { (?hit ?score) jw:search ("收购" 20 jw:Claim) }',
  "SELECT ?claim ?quote { GRAPH ?doc { ?claim a jw:Claim ; jw:quote ?quote } } LIMIT 50",
}
local asked = 0

local function escaped(text)
  return (text:gsub("[^%w]", function(byte) return string.format("%%%02X", byte:byte()) end))
end

request = function()
  asked = asked + 1
  local query = queries[asked % #queries + 1]
  return wrk.format("GET", "/query?query=" .. escaped(query), { Accept = "application/sparql-results+json" })
end
