"""A cluster of two workers says what one machine says, byte for byte, also when an executor is killed on the way.

Opt-in: set JINGWEI_SPARK=1 where PySpark, Java and the program (JINGWEI) are.
"""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not os.environ.get("JINGWEI_SPARK"), reason="JINGWEI_SPARK is not set")

PROGRAM = os.environ.get("JINGWEI", "jingwei")
ROOT = Path(__file__).parents[2]
JOB = ROOT / "python/examples/spark_extract.py"
DOCUMENTS = 4000
EXECUTOR = "CoarseGrainedExecutorBackend"


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    path = tmp_path_factory.mktemp("news") / "news.jsonl"
    with path.open("wb") as out:
        subprocess.run([sys.executable, ROOT / "benches/generate.py", str(DOCUMENTS)], stdout=out, check=True)
    return path


@pytest.fixture(scope="module")
def expected(news):
    run = subprocess.run([PROGRAM, "extract", str(news)], capture_output=True, check=True)
    lines = run.stdout.decode().splitlines()
    assert len(lines) == DOCUMENTS
    return sorted(lines)


def submit(*arguments):
    return subprocess.Popen(
        [sys.executable, JOB, *map(str, arguments)],
        env={
            **os.environ,
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_SUBMIT_ARGS": " ".join(
                [
                    "--master local-cluster[2,1,1024]",
                    "--conf spark.driver.bindAddress=127.0.0.1",
                    "--conf spark.driver.host=127.0.0.1",
                    "--conf spark.ui.enabled=false",
                    "pyspark-shell",
                ]
            ),
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def finish(job):
    output, _ = job.communicate(timeout=600)
    text = output.decode()
    # What failed first; what comes after it is the cluster going down.
    first = max(text.find("Traceback"), 0)
    assert job.returncode == 0, text[first : first + 8000]
    return text


def lines(folder):
    parts = sorted(folder.glob("part-*"))
    assert parts
    return sorted(line for part in parts for line in gzip.open(part, "rt").read().split("\n") if line)


@pytest.mark.parametrize("way", ["mapPartitions", "mapInArrow", "pipe"])
def test_every_way_gives_the_lines_of_one_machine(way, news, expected, tmp_path):
    facts = tmp_path / "facts"
    finish(submit(news, facts, "--way", way, "--partitions", 4, "--program", PROGRAM))
    assert lines(facts) == expected


def test_partitioned_nquads_are_those_of_the_documents(news, tmp_path):
    import jingwei

    facts = tmp_path / "facts"
    finish(submit(news, facts, "--format", "nquads", "--partitions", 4))
    graphs = jingwei.nquads(news.read_text().splitlines())
    assert lines(facts) == sorted(line for graph in graphs for line in graph.splitlines())


def test_a_killed_executor_changes_nothing(news, expected, tmp_path):
    facts = tmp_path / "facts"
    job = submit(news, facts, "--partitions", 40)
    written = facts / "_temporary"
    deadline = time.monotonic() + 300
    # As soon as the first task has written its part, others are at work.
    while not list(written.rglob("part-*")):
        assert job.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    executors = subprocess.run(["pgrep", "-f", EXECUTOR], capture_output=True, text=True).stdout.split()
    assert executors
    os.kill(int(executors[0]), signal.SIGKILL)
    finish(job)
    assert lines(facts) == expected


def test_one_machine_loads_what_the_cluster_wrote(news, tmp_path):
    facts = tmp_path / "facts"
    finish(submit(news, facts, "--partitions", 4))

    def graph(store, *source):
        subprocess.run([PROGRAM, "ingest", "--store", store, *source], check=True, capture_output=True)
        export = [PROGRAM, "export", "--store", store, "--format", "nquads"]
        return sorted(subprocess.run(export, check=True, capture_output=True).stdout.splitlines())

    assert graph(tmp_path / "cluster.db", "--extracted", facts) == graph(tmp_path / "one.db", news)
