#!/usr/bin/env python3
"""Writes annotated sentences again with firms that nobody knows, to train the tagger on.

    invent-names.py LEXICON_NAMES CLUENER_TRAIN FINRE_TRAIN OUT_CLUENER OUT_FINRE

A tagger that has only seen real firms learns their letters by heart. In the sentences written here every firm's name is
another one, made of the first and second characters of real ones (or of Latin syllables), with the ending that it had
(科技, 银行): what stands around it is all that is left to learn from. Names of two formats: CLUENER's (`company`), in which
every name is marked, and FinRE's heads and tails. The same files give the same bytes. Standard library only.
"""
import glob, json, os, random, re, sys

HAN = re.compile(r"[\u4e00-\u9fff]")
# Offices, schools, media: no firms
BODY = re.compile(r"(局|部|委|会|院|大学|学院|政府|法院|协会|中心|所|厅|署|网|报|社|台|央行|银监会|证监会)$")
ENDINGS = (
    "集团 控股 科技 银行 证券 基金 资本 药业 生物 电子 半导体 实业 国际 保险 信托 汽车 能源 地产 传媒 物流 股份 投资 医药 制药 "
    "医疗 软件 网络 通信 光电 新能源 新材料 智能 机器人 重工 航空 航运 快递 百货 食品 乳业 酒业 农业 环保 水务 水泥 建筑 置业 "
    "化工 电力 石油 燃气 钢铁 矿业 教育 文化 影业 娱乐 游戏 旅游 酒店"
).split()
SYLLABLES = "ve lo mi ra ta no ki za qui ce dro sta bri flo ne xa vi lu pha gra tor ren zen mar sol cor lin den".split()
TAILS = "ix a o is on ent ara ora en um eo yx io us well field worth ly".split()


class Inventor:
    """Makes names that the lexicon doesn't have, each once."""

    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.known, self.first, self.second, self.made = set(), [], [], set()
        for path in sorted(glob.glob(os.path.join(folder, "*.tsv"))):
            with open(path, encoding="utf8") as rows:
                for row in rows:
                    cells = (row.rstrip("\n").split("\t") + [""] * 8)[:8]
                    if row.startswith("#") or not cells[0]:
                        continue
                    self.known.update(name.rstrip("?").lower() for cell in cells[2:6] for name in cell.split("|"))
                    name = cells[3] or cells[2]
                    bulk = os.path.basename(path) in ("companies-private.tsv", "listings-a.tsv")
                    if bulk and cells[1] == "Company" and re.fullmatch(r"[\u4e00-\u9fff]{4}", name):
                        self.first.append(name[0])
                        self.second.append(name[1])

    def fresh(self, make):
        while True:
            name = make()
            if name.lower() not in self.known and name not in self.made:
                self.made.add(name)
                return name

    def han(self, length=2):
        def make():
            return self.random.choice(self.first) + "".join(self.random.choice(self.second) for _ in range(length - 1))

        return self.fresh(make)

    def latin(self):
        pick = self.random.choice
        return self.fresh(lambda: (pick(SYLLABLES) + pick(SYLLABLES) + pick(TAILS)).capitalize())

    def instead_of(self, name):
        """Another firm's name of the same make; None for names that are better left alone."""
        if not re.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9·]{2,8}", name) or BODY.search(name):
            return None
        if not HAN.search(name):
            return self.latin() if len(name) > 2 else None
        if re.search(r"[A-Za-z0-9]", name):
            return None
        chance = self.random.random()
        ending = next((end for end in ENDINGS if name.endswith(end) and len(name) >= len(end) + 2), None)
        if ending:
            return self.han() + (ending if chance < 0.8 else "")
        if chance < 0.18:
            return self.latin()
        if len(name) == 3:
            return self.han(3)
        if len(name) > 3 and chance < 0.4:
            return self.han() + name[2:]
        if len(name) > 3 and chance > 0.7:
            return self.han() + self.random.choice(ENDINGS)
        return self.han()


def cluener(inventor, source, target):
    for line in source:
        row = json.loads(line)
        text, labels = row["text"], row["label"]
        spans = [(s, e + 1, label, name) for label, names in labels.items() for name, at in names.items() for s, e in at]
        new = {}
        for name in labels.get("company", {}):
            other = inventor.instead_of(name)
            if other:
                new[name] = other
        changed = sorted((s, e, name) for s, e, label, name in spans if label == "company" and name in new)
        crossed = any(s < b and a < e and (a, b) != (s, e) for s, e, _ in changed for a, b, _, _ in spans)
        if not changed or crossed:
            continue
        out, last, moved = "", 0, {}
        for start, end, name in changed:
            out += text[last:start] + new[name]
            moved[start] = len(out) - len(new[name])
            last = end
        out += text[last:]
        written = {}
        for start, end, label, name in sorted(spans):
            if label == "company" and name in new:
                at, name = moved[start], new[name]
            else:
                at = start + sum(len(new[n]) - (e - s) for s, e, n in changed if e <= start)
            assert out[at : at + len(name)] == name
            written.setdefault(label, {}).setdefault(name, []).append([at, at + len(name) - 1])
        target.write(json.dumps({"text": out, "label": written}, ensure_ascii=False) + "\n")


def finre(inventor, source, target):
    sentences = {}
    for line in source:
        cells = line.rstrip("\n").split("\t")
        if len(cells) == 4:
            sentences.setdefault(cells[3], set()).update(cells[:2])
    for text, names in sentences.items():
        names = sorted(names)
        new = {name: other for name in names if (other := inventor.instead_of(name))}
        if not new or any(a != b and a in b for a in names for b in names):
            continue
        pattern = re.compile("|".join(re.escape(name) for name in sorted(new, key=len, reverse=True)))
        text = pattern.sub(lambda found: new[found.group()], text)
        names = [new.get(name, name) for name in names]
        for other in names[1:] or names:
            target.write("\t".join([names[0], other, "unknown", text]) + "\n\n")


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    folder, *paths = sys.argv[1:]
    inventor = Inventor(folder, seed=1)
    for write, source, target in ((cluener, paths[0], paths[2]), (finre, paths[1], paths[3])):
        with open(source, encoding="utf8") as rows, open(target, "w", encoding="utf8") as out:
            write(inventor, rows, out)


if __name__ == "__main__":
    main()
