"""The module says of a document what the program says of it."""

import json
import os
import subprocess
import threading

import pytest

import jingwei

PROGRAM = os.environ.get("JINGWEI", "jingwei")

DOCS = [
    {"id": "a", "title": "騰訊升6%", "text": "騰訊（0700）今日升6%。", "published": "2025-01-27"},
    {"id": "b", "text": "字节跳动由张一鸣于2012年创立，总部位于北京。", "published": "2025-02-03"},
    {"id": "c", "text": "OpenAI was founded by Sam Altman. Hostile <script>alert(1)</script> text.", "published": "2025-02-03"},
]


def lines(docs=DOCS):
    return [json.dumps(doc, ensure_ascii=False) for doc in docs]


def program(*options, docs=DOCS):
    run = subprocess.run(
        [PROGRAM, "extract", *options, "-"], input="\n".join(lines(docs)).encode(), capture_output=True, check=True
    )
    return run.stdout.decode().splitlines()


@pytest.mark.parametrize("model", ["fast", "none"])
def test_lines_are_the_programs(model):
    assert sorted(jingwei.extract_json(lines(), model=model)) == sorted(program("--model", model))


def test_bytes_are_read_like_text():
    assert jingwei.extract_json([line.encode() for line in lines()]) == jingwei.extract_json(lines())


def test_dicts_hold_what_the_lines_hold():
    assert jingwei.extract(DOCS) == [json.loads(line) for line in jingwei.extract_json(lines())]


def test_threads_change_nothing():
    docs = [{**DOCS[n % 3], "id": f"d{n}"} for n in range(50)]
    assert jingwei.extract_json(lines(docs), threads=1) == jingwei.extract_json(lines(docs), threads=2)


def test_every_quad_stands_in_the_graph_of_its_document():
    graphs = jingwei.nquads(lines(), base="https://example.org/")
    assert len(graphs) == 3
    for doc, graph in zip(DOCS, graphs):
        assert graph
        for line in graph.splitlines():
            assert line.endswith(f"<https://example.org/doc/{doc['id']}> .")


def test_what_cannot_be_read_is_refused_in_its_place():
    said = jingwei.extract([{"id": "x"}, DOCS[0]])
    assert "no `text`" in said[0]["refused"]["reason"]
    assert said[1]["doc"]["id"] == "a"
    with pytest.raises(ValueError, match="no `text`"):
        jingwei.nquads(['{"id": "x"}'])


def test_unknown_models_and_bases_are_refused():
    with pytest.raises(ValueError, match="no model"):
        jingwei.extract(DOCS, model="large")
    with pytest.raises(ValueError):
        jingwei.nquads(lines(), base="not an IRI")


def test_record_batches():
    pa = pytest.importorskip("pyarrow")
    for text in [pa.string(), pa.large_string(), pa.string_view()]:
        columns = {name: pa.array([doc.get(name) for doc in DOCS], text) for name in ["id", "title", "text", "published"]}
        said = pa.record_batch(jingwei.extract_batch(pa.record_batch(columns)))
        assert said.column("id").to_pylist() == ["a", "b", "c"]
        assert said.column("extraction").to_pylist() == jingwei.extract_json(lines())
        assert said.column("nquads").to_pylist() == jingwei.nquads(lines())
        assert said.column("refusal").to_pylist() == [None] * 3
    with pytest.raises(ValueError, match="no column `text`"):
        jingwei.extract_batch(pa.record_batch({"body": pa.array(["x"])}))


def test_the_interpreter_is_free_meanwhile():
    docs = [{**DOCS[n % 3], "id": f"d{n}"} for n in range(3000)]
    jingwei.extract_json(lines(DOCS))
    ticks, done = 0, threading.Event()

    def read():
        jingwei.extract_json(lines(docs), threads=1)
        done.set()

    reader = threading.Thread(target=read)
    reader.start()
    while not done.wait(0.001):
        ticks += 1
    reader.join()
    assert ticks > 5
