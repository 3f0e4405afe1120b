#!/usr/bin/env python3
"""Measures what a document costs while a store grows, and how fast news is read.

    python3 benches/scale.py grow --program target/release/jingwei 10000 30000 100000
    python3 benches/scale.py read --program target/release/jingwei news.jsonl

`grow` ingests made-up news (`generate.py`) into one store up to each size, and writes a row of a table for each step:
what the documents added since the step before cost, and what the program and the store take. `read` times `extract` with
each model and `ingest` on a file of real news, the median of --times runs. Both write Markdown, and their JSON lines to
--log, so that a run that was cut off isn't lost. Linux, standard library only.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GENERATE = Path(__file__).with_name("generate.py")


def disk(folder):
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def run(command, **options):
    """Runs a command; returns seconds, seconds of processor, and the peak of resident memory in bytes."""
    started = time.monotonic()
    process = subprocess.Popen(command, **options)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(map(str, command))} failed")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def log(args, row):
    if args.log:
        with open(args.log, "a", encoding="utf8") as out:
            print(json.dumps(row), file=out)


def grow(args):
    print(f"{'documents':>9} | ms a document | processor ms | quads a document | peak memory MB | disk kB a document | text MB/s")
    print("--:|--:|--:|--:|--:|--:|--:", flush=True)
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        news, step, report = Path(folder, "news"), Path(folder, "step.jsonl"), Path(folder, "report.json")
        store = Path(args.store or Path(folder, "scale.db"))
        if store.exists():
            sys.exit(f"{store} is there already")
        with open(news, "wb") as out:
            subprocess.run([sys.executable, GENERATE, str(args.sizes[-1])], stdout=out, check=True)
        before = 0
        with open(news, "rb") as lines:
            for size in args.sizes:
                with open(step, "wb") as out:
                    for _ in range(size - before):
                        out.write(lines.readline())
                command = [args.program, "--model", args.model, "ingest", "--store", store, "--report", report, step]
                seconds, processor, memory = run(command, stderr=subprocess.DEVNULL)
                said = json.loads(report.read_text())
                added = size - before
                assert said["documents"]["new"] == added, said
                row = {
                    "documents": size,
                    "added": added,
                    "seconds": round(seconds, 1),
                    "processorSeconds": round(processor, 1),
                    "quads": said["quads"],
                    "peakMemoryBytes": memory,
                    "diskBytes": disk(store),
                    "bytesOfText": said["bytesOfText"],
                }
                log(args, row)
                print(
                    f"{size:>9,} | {seconds / added * 1e3:.2f} | {processor / added * 1e3:.2f} | {said['quads'] / added:.1f}"
                    f" | {memory / 1e6:.0f} | {row['diskBytes'] / size / 1e3:.1f} | {said['bytesOfText'] / seconds / 1e6:.2f}",
                    flush=True,
                )
                before = size
        shutil.rmtree(store)


def read(args):
    with open(args.news, "rb") as lines:
        documents = sum(1 for line in lines if line.strip())
    print("what | kB of text a second | documents a second | processor ms a document | peak memory MB")
    print(":--|--:|--:|--:|--:", flush=True)
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        report = Path(folder, "report.json")
        extracted = Path(folder, "extracted.jsonl")
        ways = [(f"extract, {model}, {threads} thread{'s' * (threads > 1)}", model, threads) for model in args.models for threads in args.threads]
        rates = {}
        for what, model, threads in ways:
            runs = []
            for _ in range(args.times):
                with open(extracted, "wb") as out:
                    command = [args.program, "--model", model, "extract", "--threads", str(threads), args.news]
                    runs.append(run(command, stdout=out, stderr=subprocess.DEVNULL))
            rates[what] = runs
        for what, more in [("ingest, fast", [args.news]), ("ingest of what was extracted", ["--extracted", extracted])]:
            if more[0] == "--extracted":
                with open(extracted, "wb") as out:
                    subprocess.run([args.program, "extract", args.news], stdout=out, stderr=subprocess.DEVNULL, check=True)
            runs = []
            for number in range(args.times):
                store = Path(folder, f"{number}.db")
                runs.append(run([args.program, "ingest", "--store", store, "--report", report, *more], stderr=subprocess.DEVNULL))
                said = json.loads(report.read_text())
                shutil.rmtree(store)
            rates[what] = runs
        text = said["bytesOfText"]
        for what, runs in rates.items():
            seconds, processor = (statistics.median(one[at] for one in runs) for at in (0, 1))
            memory = max(one[2] for one in runs)
            log(args, {"what": what, "runs": runs, "documents": documents, "bytesOfText": text})
            print(
                f"{what} | {text / seconds / 1e3:,.0f} | {documents / seconds:,.0f} | {processor / documents * 1e3:.2f} | {memory / 1e6:.0f}",
                flush=True,
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/jingwei")
    parser.add_argument("--folder", help="where news and stores are put meanwhile")
    parser.add_argument("--log", help="file to which a JSON line a measurement is added")
    commands = parser.add_subparsers(required=True)
    growing = commands.add_parser("grow")
    growing.add_argument("sizes", type=int, nargs="+", help="ascending")
    growing.add_argument("--model", default="fast")
    growing.add_argument("--store", help="folder of the store, which is deleted afterwards")
    growing.set_defaults(run=grow)
    reading = commands.add_parser("read")
    reading.add_argument("news")
    reading.add_argument("--models", nargs="+", default=["none", "fast", "best"])
    reading.add_argument("--threads", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    reading.add_argument("--times", type=int, default=3)
    reading.set_defaults(run=read)
    args = parser.parse_args()
    args.program = os.path.abspath(args.program)
    args.run(args)


if __name__ == "__main__":
    main()
