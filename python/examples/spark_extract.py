"""Extracts facts from news on a Spark cluster and writes them as partitions.

    spark-submit spark_extract.py news/*.jsonl facts/
    spark-submit spark_extract.py news.parquet facts/ --format nquads --way mapInArrow

Input is JSON lines (`id`, `title`, `text`, `published` …) or Parquet with columns of these names. Output is what
`jingwei extract` writes, one JSON object a document, or each document's named graph as N-Quads, in gzipped partitions
with a line for each object or quad. One machine loads the former, in any order and as often as one likes:

    jingwei ingest --extracted facts/

The wheel `jingwei` must be installed where the executors run (for `--way pipe` the program instead).
"""

import argparse
import json

from pyspark.sql import DataFrame, SparkSession

FIELDS = ["id", "url", "title", "text", "published", "publisher", "language"]

# Documents that are read at once. An executor's task has one core, so the reader gets one thread.
BATCH = 256


def batches(items):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def read_lines(lines, what, model):
    import jingwei

    for batch in batches(line for line in lines if line.strip()):
        if what == "nquads":
            for graph in jingwei.nquads(batch, model=model, threads=1):
                yield from graph.splitlines()
        else:
            yield from jingwei.extract_json(batch, model=model, threads=1)


def read_arrow(parts, what, model):
    import jingwei
    import pyarrow as pa

    for part in parts:
        said = pa.record_batch(jingwei.extract_batch(part, model=model, threads=1))
        refused = [refusal for refusal in said.column("refusal").to_pylist() if refusal]
        if refused:
            raise ValueError(f"{len(refused)} documents can't be read, the first: {refused[0]}")
        lines = said.column("nquads" if what == "nquads" else "extraction").to_pylist()
        lines = [line for text in lines for line in text.splitlines()]
        yield pa.record_batch([pa.array(lines, pa.string())], names=["value"])


def documents(spark: SparkSession, paths: list[str]) -> tuple[DataFrame, bool]:
    """Documents, and whether they are columns (of Parquet) rather than lines of JSON."""
    if paths[0].endswith(".parquet"):
        return spark.read.parquet(*paths), True
    return spark.read.text(paths), False


def as_lines(frame: DataFrame, columns: bool):
    if not columns:
        return frame.rdd.map(lambda row: row.value)
    present = [name for name in FIELDS if name in frame.columns]
    return frame.select(present).rdd.map(
        lambda row: json.dumps({k: v for k, v in row.asDict().items() if v is not None}, ensure_ascii=False, default=str)
    )


def as_columns(spark: SparkSession, frame: DataFrame, columns: bool) -> DataFrame:
    if not columns:
        schema = ", ".join(f"{name} string" for name in FIELDS)
        frame = spark.read.schema(schema).json(frame.rdd.map(lambda row: row.value))
    return frame.select([frame[name].cast("string") for name in FIELDS if name in frame.columns])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", nargs="+")
    parser.add_argument("output")
    parser.add_argument("--format", choices=["jsonl", "nquads"], default="jsonl")
    parser.add_argument("--way", choices=["mapPartitions", "mapInArrow", "pipe"], default="mapPartitions")
    parser.add_argument("--model", default="fast")
    parser.add_argument("--partitions", type=int, default=0, help="spread the documents over so many tasks")
    parser.add_argument("--program", default="jingwei", help="the program, for --way pipe")
    args = parser.parse_args()

    spark = SparkSession.builder.appName("jingwei").getOrCreate()
    frame, columns = documents(spark, args.input)
    if args.partitions:
        frame = frame.repartition(args.partitions)
    what, model = args.format, args.model
    if args.way == "mapInArrow":
        lines = as_columns(spark, frame, columns).mapInArrow(lambda parts: read_arrow(parts, what, model), "value string")
    elif args.way == "mapPartitions":
        read = as_lines(frame, columns).mapPartitions(lambda lines: read_lines(lines, what, model))
        lines = spark.createDataFrame(read.map(lambda line: (line,)), "value string")
    else:
        if what == "nquads":
            parser.error("--way pipe writes JSON lines only: the program's N-Quads are those of a whole store")
        command = f"{args.program} extract --model {model} --threads 1 -"
        read = as_lines(frame, columns).pipe(command, checkCode=True)
        lines = spark.createDataFrame(read.map(lambda line: (line,)), "value string")
    lines.write.mode("overwrite").option("compression", "gzip").text(args.output)
    spark.stop()


if __name__ == "__main__":
    main()
