#!/usr/bin/env python3
"""Writes news for measuring at scale: as many JSON lines as asked for, made of the paragraphs of `corpus/`.

    python3 benches/generate.py 1000000 > million.jsonl
    jingwei ingest --store million.db million.jsonl

Figures are changed at random, and firms whose names end in a word for their business get other names, so that the
number of entities and claims grows with the number of lines. The same arguments give the same bytes. Made-up text:
for speed and memory only. Standard library only.
"""
import argparse
import json
import random
import re
from datetime import date, timedelta
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
HEADS = "海嵐瑞澤恒遠天澄雲岫明曜啟恆博聯鼎昇中曦華泓安嶼盛睿德潤立新宏景正陽永嘉和諧同濟金澤銀河長風北辰南山東麓西嶺"
ENDINGS = "航運|科技|電子|半導體|生物|醫藥|能源|材料|汽車|機器人|智能|传媒|科技|电子|半导体|医药|航运|新材|软件"
FIRM = re.compile(rf"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{{2}}(?=(?:{ENDINGS}))")

# Days and years stay: there is no 13th month.
FIGURE = re.compile(r"\d[\d,.]*\d(?![\d年月日號号時时:])")


def paragraphs():
    """Paragraphs of 60 to 1,500 characters with the language and market of their article, in a fixed order."""
    out = []
    for path in sorted((CORPUS / "articles").glob("*.txt")):
        meta = json.loads(path.with_suffix(".meta.json").read_text(encoding="utf8"))
        raw = path.read_bytes()
        for encoding in ("utf8", "gb18030", "big5hkscs"):
            try:
                text = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        out += [(p, meta.get("language")) for p in text.split("\n")[1:] if 60 <= len(p) <= 1500]
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=int)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    pick = random.Random(args.seed)
    source = paragraphs()
    for number in range(args.lines):
        text, language = pick.choice(source)
        names = {}
        text = FIRM.sub(lambda m: names.setdefault(m[0], pick.choice(HEADS) + pick.choice(HEADS)), text)
        text = FIGURE.sub(lambda m: m[0][0] + re.sub(r"\d", lambda _: str(pick.randrange(10)), m[0][1:]), text)
        line = {
            "id": f"generated-{args.seed}-{number:08}",
            "title": text[:24],
            "text": text,
            "published": str(date(2020, 1, 1) + timedelta(days=number % 2000)),
            "language": language,
        }
        print(json.dumps({k: v for k, v in line.items() if v}, ensure_ascii=False))


if __name__ == "__main__":
    main()
