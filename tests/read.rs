//! What is read from files in every format and encoding, and the way back to their bytes.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8};
use jingwei::read::{Document, GivenMention, Options, Refusal, Sources};
use proptest::prelude::*;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/read").join(name)
}

/// Everything that is read from `paths`, in order.
fn read<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Vec<Result<Document, Refusal>> {
    Sources::open(paths, Options::default()).documents().collect()
}

fn read_one(path: impl Into<PathBuf>) -> Document {
    let mut all = read([path.into()]);
    assert_eq!(all.len(), 1);
    all.remove(0).expect("a document")
}

fn refusal(path: &Path) -> Refusal {
    let mut all = read([path]);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).expect_err("a refusal")
}

/// Documents of a JSONL stream in memory.
fn read_lines(bytes: impl Into<Vec<u8>>, options: Options) -> Vec<Result<Document, Refusal>> {
    Sources::lines("memory", std::io::Cursor::new(bytes.into()), options)
        .documents()
        .collect()
}

fn slice(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end - start).collect()
}

/// The bytes that code points `start..end` came from.
fn source_of<'a>(document: &Document, bytes: &'a [u8], start: usize, end: usize) -> Option<&'a [u8]> {
    let range = document.source_bytes(start..end)?;
    let base = document.source.offset;
    Some(&bytes[(base + range.start) as usize..(base + range.end) as usize])
}

fn find(text: &str, needle: &str) -> (usize, usize) {
    let at = text.find(needle).unwrap_or_else(|| panic!("{needle} is not in {text}"));
    let start = text[..at].chars().count();
    (start, start + needle.chars().count())
}

#[test]
fn each_format_and_encoding() {
    struct Case {
        file: &'static str,
        id: &'static str,
        encoding: &'static str,
        published: Option<&'static str>,
        publisher: Option<&'static str>,
        text: &'static str,
    }
    let cases = [
        Case {
            file: "results.txt",
            id: "hk-2025-0821",
            encoding: "UTF-8",
            published: Some("2025-08-21"),
            publisher: Some("港灣財經"),
            text: "海岸銀行中期純利升8.7%\n海岸銀行（0299）公布截至6月底止中期業績，純利按年升8.7%至12.6億元。\n\n董事會宣派中期息每股0.35元。",
        },
        Case {
            file: "untold.txt",
            id: "untold.txt",
            encoding: "UTF-8",
            published: None,
            publisher: None,
            text: "北辰汽车发布新车\n北辰汽车今日发布全新电动车，售价19.98万元起。\n订单已超过1.2万辆。",
        },
        Case {
            file: "other-title.txt",
            id: "other-title.txt",
            encoding: "UTF-8",
            published: Some("2025-03-05"),
            publisher: None,
            text: "南海科技拟回购股份\n本报讯 南海科技今日公告。\n拟回购股份。",
        },
        Case {
            file: "hkscs.txt",
            id: "hkscs.txt",
            encoding: "Big5",
            published: None,
            publisher: None,
            text: "邨屋𨋢價上升 地產股受捧\n啲買家話睇好後市，嗰間公司嘅股價升咗5%。",
        },
        Case {
            file: "gb18030.txt",
            id: "gb18030.txt",
            encoding: "gb18030",
            published: None,
            publisher: None,
            text: "镕科㐀业完成融资\n北京镕科㐀业（𬭎系）完成B轮融资2.5亿元。",
        },
        Case {
            file: "yaml.md",
            id: "md-1",
            encoding: "UTF-8",
            published: Some("2025-07-17"),
            publisher: Some("島嶼日報"),
            text: "台島晶圓上調資本支出\n台島晶圓（9330）上調今年資本支出至380億美元。\n季度\t營收\nQ2\t9,337億元\n毛利率 58.6%\n營業利益率 49.6%",
        },
        Case {
            file: "toml.md",
            id: "toml.md",
            encoding: "UTF-8",
            published: Some("2025-05-06"),
            publisher: Some("Harbour Wire"),
            text: "Harbour Pay buys Lantern\nHarbour Pay said it will buy Lantern for US$120 million & assume its debt.",
        },
        Case {
            file: "heading.md",
            id: "heading.md",
            encoding: "UTF-8",
            published: None,
            publisher: None,
            text: "首行即題\n正文一句。",
        },
        Case {
            file: "page.html",
            id: "page.html",
            encoding: "UTF-8",
            published: Some("2025-09-30"),
            publisher: Some("港灣財經"),
            text: PAGE,
        },
        Case {
            file: "page-big5.htm",
            id: "page-big5.htm",
            encoding: "Big5",
            published: Some("2025-09-30"),
            publisher: Some("港灣財經"),
            text: PAGE,
        },
        Case {
            file: "old-page.html",
            id: "old-page.html",
            encoding: "Big5",
            published: Some("2003-04-02"),
            publisher: None,
            text: "東海紡織公布全年業績\n東海紡織（0321）公布，截至去年12月底止全年純利為1.52億元，按年上升13%，每股盈利23仙，末期息派8仙。\n公司主席李國樑指出，去年出口訂單增加，特別是美國市場，帶動營業額升9%至18.6億元，毛利率亦改善至21.3%。\n展望今年，李國樑稱，原料價格回落有利成本控制，集團計劃投資2億元在越南設廠，預期明年第二季投產。",
        },
        Case {
            file: "flash.html",
            id: "flash.html",
            encoding: "gb18030",
            published: Some("2025-04-08"),
            publisher: None,
            text: "江南化工签订合同\n财讯网4月8日讯，江南化工公告，与西部矿业签订3.2亿元爆破服务合同，期限两年。",
        },
    ];
    for case in cases {
        let document = read_one(fixture(case.file));
        assert_eq!(document.text, case.text, "{}", case.file);
        assert_eq!(document.id, case.id, "{}", case.file);
        assert_eq!(document.source.encoding, case.encoding, "{}", case.file);
        assert_eq!(
            document.published,
            case.published.map(|p| p.parse().expect("a date")),
            "{}",
            case.file
        );
        assert_eq!(document.publisher.as_deref(), case.publisher, "{}", case.file);
        assert_eq!(
            document.text.split('\n').next(),
            Some(&*document.title),
            "{}",
            case.file
        );
        assert_eq!(document.source.origin, fixture(case.file).display().to_string());
        every_copy_is_found_again(&document, &std::fs::read(fixture(case.file)).expect("fixture"));
    }
}

const PAGE: &str = "港島電訊售出數據中心套現32億元\n\
    港島電訊（0888）公布，以32億元出售旗下數據中心予星輝資本，預料錄得收益約4.1億元，交易預計於年底前完成。\n\
    集團主席陳永明表示，所得款項將用作償還債務&派發特別股息，並會繼續投資於5G網絡，未來三年資本開支約60億元。\n\
    星輝資本行政總裁林嘉欣稱，香港數據中心需求殷切，該公司將於未來兩年再投資15億元擴充機房，目標回報率達雙位數。\n\
    年度\t收入\n2023\t88億元\n2024\t91億元\n\
    市場人士認為，作價較預期高約一成，消息公布後港島電訊股價一度上升6.2%，收報4.12元，成交額2.3億元。";

/// Holds every code point against the bytes it is said to come from.
fn every_copy_is_found_again(document: &Document, bytes: &[u8]) {
    let encoding = Encoding::for_label(document.source.encoding.as_bytes()).expect("an encoding");
    let mut found = 0;
    for (n, c) in document.text.chars().enumerate() {
        let Some(source) = source_of(document, bytes, n, n + 1) else {
            continue;
        };
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(source) else {
            panic!("code point {n} ({c}) is said to come from {source:?}")
        };
        let same = text == c.to_string()
            || (c.is_whitespace() && text.trim().is_empty())
            || (c == ' ' && text == "&nbsp;")
            || (c == '&' && text == "&amp;")
            || (text.starts_with("&#") && text.ends_with(';'));
        assert!(same, "code point {n} ({c:?}) is said to come from {text:?}");
        found += 1;
    }
    let count = document.text.chars().count();
    assert!(
        found * 2 > count,
        "only {found} of {count} code points of {} have a source",
        document.id
    );
}

#[test]
fn a_sidecar_counts_before_what_a_page_says_of_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = std::fs::read(fixture("page.html")).expect("the fixture");
    std::fs::write(folder.path().join("story.html"), page).expect("file");
    let beside = r#"{"id": "story-1", "title": "Not the page's", "published": "2025-10-02"}"#;
    std::fs::write(folder.path().join("story.meta.json"), beside).expect("file");
    let document = read_one(folder.path().join("story.html"));
    assert_eq!(document.id, "story-1");
    assert_eq!(document.published, Some("2025-10-02".parse().expect("a date")));
    // What the sidecar leaves out is the page's, and so is the text with its title.
    assert_eq!(document.publisher.as_deref(), Some("港灣財經"));
    let plain = read_one(fixture("page.html"));
    assert_eq!((document.title, document.text), (plain.title, plain.text));
}

#[test]
fn lines_of_json() {
    let bytes = std::fs::read(fixture("lines.jsonl")).expect("fixture");
    let all = read([fixture("lines.jsonl")]);
    let texts: Vec<(Option<u64>, &str, &str)> = all
        .iter()
        .flatten()
        .map(|d| (d.source.line, d.id.as_str(), d.text.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            (
                Some(1),
                "j1",
                "远山能源中标风电项目\n远山能源（601999）公告，中标12亿元风电项目。\n工期两年。"
            ),
            (
                Some(2),
                "j2",
                "HTML & more\n东港集团与西岭股份签署协议。\nS&P 500\n升1%"
            ),
            (
                Some(4),
                all[2].as_ref().expect("line 4").id.as_str(),
                "转义\n中文🚀\n\"引言\" / \u{FFFD} \t"
            ),
            (Some(5), "j5", "自带实体\n甲公司收购乙公司。"),
            (Some(12), "j12", "小於號\n毛利率<15%，若a<b則c>d。R&D開支"),
        ]
    );
    let refused: Vec<(Option<u64>, &str)> = all
        .iter()
        .filter_map(|d| d.as_ref().err())
        .map(|r| (r.line, r.reason.as_str()))
        .collect();
    assert_eq!(
        refused,
        [
            (Some(6), "the line is not a JSON object"),
            (Some(7), "`published` is not a date: \"next week\""),
            (Some(8), "there is no `text`"),
            (Some(9), "the line is no document in JSON: EOF while parsing a string"),
            (Some(10), "mention 0 has the offsets 1..3, which are not in `text`"),
            (Some(11), "title and text are empty"),
        ]
    );
    let document = all[1].as_ref().expect("j2");
    assert_eq!(document.publisher, None);
    let (start, end) = find(&document.text, "西岭股份");
    assert_eq!(source_of(document, &bytes, start, end), Some("西岭股份".as_bytes()));
    let (start, end) = find(&document.text, "S&P");
    assert_eq!(source_of(document, &bytes, start, end), Some("S&amp;P".as_bytes()));
    assert!(all[2].as_ref().expect("line 4").id.starts_with("sha256-"));

    let given = all[3].as_ref().expect("j5").given.clone().expect("mentions");
    let text = &all[3].as_ref().expect("j5").text;
    assert_eq!(slice(text, given[0].start, given[0].end), "甲公司");
    assert_eq!(slice(text, given[1].start, given[1].end), "乙公司");
    assert_eq!(given[0].kind.as_deref(), Some("Company"));
    assert_eq!(given[1].entity.as_deref(), Some("https://example.org/yi"));
}

#[test]
fn folders_are_walked_in_order_and_without_what_is_no_document() {
    let folder = tempfile::tempdir().expect("folder");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::fs::write(path, text).expect("file");
    };
    put("b.txt", "乙\n文");
    put("a/z.txt", "甲\n文");
    put(
        "a/y.jsonl",
        "{\"id\":\"1\",\"text\":\"一\"}\n{\"id\":\"2\",\"text\":\"二\"}\n",
    );
    put("a/z.meta.json", "{\"publisher\":\"報\"}");
    put(".hidden.txt", "隱\n文");
    put(".git/x.txt", "隱\n文");
    put("c.pdf", "no text");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).expect("link");
        // By way of the folder above, and to what is read at its own place.
        std::os::unix::fs::symlink("..", folder.path().join("above")).expect("link");
        std::os::unix::fs::symlink("a", folder.path().join("twice")).expect("link");
    }
    let all: Vec<Document> = read([folder.path()])
        .into_iter()
        .map(|d| d.expect("document"))
        .collect();
    let ids: Vec<&str> = all.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "a/z.txt", "b.txt"]);
    assert_eq!(all[2].publisher.as_deref(), Some("報"));

    // An id does not depend on where the folder is.
    let moved = tempfile::tempdir().expect("folder");
    std::fs::write(moved.path().join("b.txt"), "乙\n文").expect("file");
    assert_eq!(read_one(moved.path()).sha256, all[3].sha256);
    assert_eq!(read_one(moved.path().join("b.txt")).sha256, all[3].sha256);

    let batches: Vec<usize> = Sources::open([folder.path()], Options::default())
        .batches(3, u64::MAX)
        .map(|b| b.len())
        .collect();
    assert_eq!(batches, [3, 1]);
    let small: Vec<usize> = Sources::open([folder.path()], Options::default())
        .batches(3, 1)
        .map(|b| b.len())
        .collect();
    assert_eq!(small, [1, 1, 1, 1]);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).expect("memory");
    writer.finish().expect("memory")
}

#[test]
fn compressed_is_the_same_document() {
    let folder = tempfile::tempdir().expect("folder");
    for name in ["untold.txt", "lines.jsonl", "page.html", "yaml.md"] {
        let bytes = std::fs::read(fixture(name)).expect("fixture");
        let plain = read([fixture(name)]);
        for (extension, packed) in [
            ("gz", gzip(&bytes)),
            ("zst", zstd::encode_all(&bytes[..], 1).expect("memory")),
        ] {
            let path = folder.path().join(format!("{name}.{extension}"));
            std::fs::write(&path, packed).expect("file");
            let unpacked = read([&path]);
            assert_eq!(plain.len(), unpacked.len());
            for (plain, unpacked) in plain.iter().zip(&unpacked) {
                match (plain, unpacked) {
                    (Ok(a), Ok(b)) => {
                        assert_eq!((&a.sha256, &a.source.runs), (&b.sha256, &b.source.runs))
                    }
                    (Err(a), Err(b)) => assert_eq!((&a.reason, a.line), (&b.reason, b.line)),
                    _ => panic!("{plain:?} and {unpacked:?}"),
                }
            }
        }
    }
    // Two members after another, as log rotation leaves them, and JSONL on a pipe whose name tells nothing.
    let mut twice = gzip(b"{\"id\":\"1\",\"text\":\"a\"}\n");
    twice.extend(gzip(b"{\"id\":\"2\",\"text\":\"b\"}\n"));
    let ids: Vec<String> = read_lines(twice, Options::default())
        .into_iter()
        .map(|d| d.expect("document").id)
        .collect();
    assert_eq!(ids, ["1", "2"]);
}

#[test]
fn what_cannot_be_read_is_refused_with_place_and_remedy() {
    let folder = tempfile::tempdir().expect("folder");
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("file");
        path
    };
    let line = "{\"id\":\"1\",\"text\":\"一二三四五六七八九十\"}\n".repeat(2000);
    let packed = gzip(line.as_bytes());
    let text = "港交所公布新股上市安排，市場反應熱烈。";
    let cases: [(PathBuf, &str, Option<u64>); 14] = [
        (folder.path().join("absent.txt"), "no such file", None),
        (put("empty.txt", b""), "the file is empty", None),
        (put("blank.txt", b" \n\n\t\n"), "no text in the file", None),
        (put("empty.jsonl", b"\n\n"), "no document in it", None),
        (put("report.pdf", b"%PDF"), "name does not tell", None),
        (put("nul.txt", b"a\n\0\0\0"), "NUL byte", Some(2)),
        (
            put("cut.txt", &text.as_bytes()[..text.len() - 1]),
            "malformed sequence",
            Some(text.len() as u64 - 3),
        ),
        (
            put(
                "greek.txt",
                b"\xC1\xE8\xDE\xED\xE1 \xF4\xEF \xD7\xF1\xE7\xEC\xE1\xF4\xE9\xF3\xF4\xDE\xF1\xE9\xEF",
            ),
            "encoding is not known",
            Some(0),
        ),
        (put("cut.txt.gz", &gzip(text.as_bytes())[..30]), "cut off", None),
        (put("no.txt.gz", text.as_bytes()), "damaged", Some(0)),
        (put("no.txt.zst", text.as_bytes()), "damaged", Some(0)),
        (put("front.md", b"---\ntitle: [\n---\ntext"), "not YAML", None),
        (put("date.md", b"---\npublished: soon\n---\ntext"), "not a date", None),
        (
            put("cut.jsonl", b"{\"id\":\"1\", \"text\":\n"),
            "EOF while parsing",
            Some(18),
        ),
    ];
    for (path, reason, byte) in cases {
        let refused = refusal(&path);
        assert!(refused.reason.contains(reason), "{refused}");
        assert_eq!(refused.origin, path.display().to_string());
        assert!(!refused.remedy.is_empty());
        if byte.is_some() {
            assert_eq!(refused.byte, byte, "{refused}");
        }
    }

    // A stream that breaks gives what it had before.
    let path = put("cut.jsonl.gz", &packed[..packed.len() - 20]);
    let all = read([&path]);
    assert!(all.len() > 100);
    let (last, before) = all.split_last().expect("some");
    assert!(before.iter().all(Result::is_ok));
    let last = last.as_ref().expect_err("cut off");
    assert!(
        last.reason.contains("cut off") && last.line == Some(all.len() as u64),
        "{last}"
    );

    // A sidecar that is broken is named itself.
    put("side.txt", b"a\nb");
    put("side.meta.json", b"{\"published\": \"2025-02-30\"}");
    let refused = refusal(&folder.path().join("side.txt"));
    assert!(
        refused.origin.ends_with("side.meta.json") && refused.reason.contains("does not exist"),
        "{refused}"
    );
}

#[test]
fn limits_are_kept_and_nothing_else_is_held_up() {
    let options = Options {
        max_bytes: 100,
        ..Options::default()
    };
    let lines = format!(
        "{{\"id\":\"1\",\"text\":\"a\"}}\n{{\"text\":\"{}\"}}\n{{\"id\":\"3\",\"text\":\"c\"}}\n",
        "x".repeat(1_000_000)
    );
    let all = read_lines(lines, options.clone());
    assert_eq!(all.len(), 3);
    assert!(all[0].is_ok() && all[2].is_ok());
    let refused = all[1].as_ref().expect_err("too long");
    assert_eq!(
        (refused.line, refused.reason.as_str()),
        (Some(2), "the line is longer than 100 bytes")
    );

    let folder = tempfile::tempdir().expect("folder");
    // A few bytes that unpack to many.
    std::fs::write(folder.path().join("bomb.txt.gz"), gzip(&vec![b'a'; 50_000_000])).expect("file");
    let all: Vec<_> = Sources::open([folder.path()], options).documents().collect();
    assert!(
        all[0]
            .as_ref()
            .expect_err("too long")
            .reason
            .contains("longer than 100 bytes")
    );
}

/// A stream of lines that never ends.
struct Endless {
    line: Vec<u8>,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        for byte in buffer.iter_mut() {
            *byte = self.line[self.at];
            self.at = (self.at + 1) % self.line.len();
        }
        Ok(buffer.len())
    }
}

#[test]
fn a_stream_is_read_as_it_comes() {
    let endless = Endless {
        line: b"{\"id\":\"1\",\"text\":\"a\"}\n".to_vec(),
        at: 0,
    };
    let mut batches = Sources::lines("-", endless, Options::default()).batches(1000, 1 << 20);
    for n in 0..100 {
        let batch = batches.next().expect("endless");
        assert_eq!(batch.len(), 1000);
        assert_eq!(batch[0].as_ref().expect("a line").line(), Some(n * 1000 + 1));
    }
}

#[test]
fn documents_may_be_parsed_on_other_threads() {
    let sources = Sources::open([fixture("")], Options::default());
    let here: Vec<_> = Sources::open([fixture("")], Options::default()).documents().collect();
    let there = std::thread::spawn(move || {
        let raws: Vec<_> = sources.collect();
        let parsing = raws
            .into_iter()
            .map(|raw| std::thread::spawn(|| raw.and_then(|raw| raw.parse())));
        parsing
            .map(|thread| thread.join().expect("no panic"))
            .collect::<Vec<_>>()
    });
    assert_eq!(here, there.join().expect("no panic"));
    assert!(here.len() > 20);
}

#[test]
fn a_document_made_in_memory() {
    let made = Document::from_text("1", "騰訊\r\n升6%", "甲\r\n乙\u{200B}<b>", "2025-01-27".parse().ok());
    assert_eq!(made.text, "騰訊 升6%\n甲\n乙<b>");
    assert_eq!(made.title, "騰訊 升6%");
    let named = made
        .clone()
        .with_publisher("報")
        .with_language("zh-Hant")
        .with_url("https://example.org/1");
    assert_ne!(made.sha256, named.sha256);
    let mentioned = named.clone().with_mentions(vec![GivenMention {
        start: 0,
        end: 2,
        kind: None,
        entity: None,
    }]);
    assert_ne!(mentioned.sha256, named.sha256);

    let line = r#"{"id":"1","title":"騰訊 升6%","text":"甲\n乙<b","published":"2025/1/27","publisher":"報","language":"zh-Hant","url":"https://example.org/1"}"#;
    let read = read_lines(line, Options::default()).remove(0).expect("document");
    let same = Document::from_text("1", "騰訊 升6%", "甲\n乙<b", "2025-01-27".parse().ok());
    let same = same
        .with_publisher("報")
        .with_language("zh-Hant")
        .with_url("https://example.org/1");
    assert_eq!(
        read.sha256, same.sha256,
        "a fingerprint does not depend on the way a document came"
    );
}

#[test]
fn hostile_pages_end() {
    let folder = tempfile::tempdir().expect("folder");
    let text = "<p>甲公司今日公布，業績良好，純利上升，派息增加。</p>";
    for (name, html) in [
        ("deep.html", "<div>".repeat(100_000) + text),
        ("tables.html", "<table><tr><td>".repeat(30_000) + text),
        ("wide.html", text.repeat(20_000)),
        ("unclosed.html", "<b><i>".repeat(50_000) + text),
        ("script.html", format!("{text}<script>{}", "<p>".repeat(10_000))),
        (
            "nothing.html",
            String::from("<html><head></head><body><p>一</p></body></html>"),
        ),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, html).expect("file");
        let started = std::time::Instant::now();
        let document = read_one(path);
        assert!(document.text.contains(['甲', '一']), "{name}");
        assert!(started.elapsed().as_secs() < 60, "{name} took {:?}", started.elapsed());
    }
}

/// Text as news has it: both scripts, Latin, figures, rare characters of all planes, spaces and things to be left out.
/// Nothing in it reads as a character reference (`&gt;`), which readers rightly undo.
fn news() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[一-龥]{1,6}",
        3 => "[a-zA-Z0-9 .,%;]{1,6}",
        1 => prop_oneof![Just("AT&T，"), Just("R&D　"), Just("&"), Just("S& P")].prop_map(|text| format!("{text}。")),
        2 => "[，。、（）「」“”　]{1,2}",
        1 => "[㐀㗎嘅咗啲𨋢𬭎𠮷€é☃🚀]{1,2}",
        1 => prop_oneof![Just("\n"), Just("\r\n"), Just("\t"), Just("\n\n"), Just("\u{200B}"), Just("\u{202E}")].prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Encodings, as bytes of a text; `None` if the encoding lacks a character.
fn encode(text: &str, encoding: &'static str) -> Option<Vec<u8>> {
    match encoding {
        "UTF-16LE" => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "UTF-16BE" => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        _ => {
            let (bytes, _, unmappable) = Encoding::for_label(encoding.as_bytes())?.encode(text);
            (!unmappable).then(|| bytes.into_owned())
        }
    }
}

fn shown(c: char) -> bool {
    !matches!(c, '\u{200B}' | '\u{202E}' | '\r')
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Every character of a plain file in every encoding leads back to the bytes it was decoded from.
    #[test]
    fn plain_files_lead_back(text in news(), which in 0usize..5) {
        let encoding = ["UTF-8", "UTF-16LE", "UTF-16BE", "gb18030", "Big5"][which];
        // Characters that Big5 lacks are left out, so that it is tested as often as the others.
        let text: String = text.chars().filter(|c| encode(&c.to_string(), encoding).is_some()).collect();
        let text = format!("題{text}");
        let bytes = encode(&text, encoding).expect("encodable");
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.txt");
        std::fs::write(&path, &bytes).expect("file");
        let options = Options { encoding: jingwei::read::encoding_for(encoding), ..Options::default() };
        let document = Sources::open([&path], options).documents().next().expect("one").expect("document");
        let wanted: String = text.chars().filter(|c| shown(*c)).collect();
        let (title, body) = wanted.split_once('\n').unwrap_or((&wanted, ""));
        let body = body.trim_end();
        let blank = body.len() - body.trim_start().len();
        let body = &body[body[..blank].rfind('\n').map_or(0, |i| i + 1)..];
        prop_assert_eq!(&document.text, &format!("{}\n{}", title.trim_end().replace('\t', " "), body));
        let decoder = Encoding::for_label(encoding.as_bytes()).expect("encoding");
        for (n, c) in document.text.chars().enumerate() {
            match source_of(&document, &bytes, n, n + 1) {
                Some(source) => {
                    let back = decoder.decode_without_bom_handling_and_without_replacement(source);
                    let back = back.as_deref().map(|b| if n < title.chars().count() { b.replace('\t', " ") } else { b.to_owned() });
                    prop_assert_eq!(back, Some(c.to_string()));
                }
                // Only the break after the title is the reader's own.
                None => prop_assert_eq!((n, c), (document.title.chars().count(), '\n')),
            }
        }
        // Ranges join what their code points say.
        let length = document.text.chars().count();
        let whole = document.source_bytes(0..length).expect("not empty");
        prop_assert_eq!(whole.start, document.source_bytes(0..1).expect("title").start);
        prop_assert_eq!(document.source_bytes(0..length + 1), None);
    }

    /// The same article has the same text and fingerprint in every encoding that has its characters.
    #[test]
    fn encodings_agree(title in "[一-龥]{8,12}", body in "[一-龥，。0-9a-z%]{40,80}") {
        let line = format!("{{\"id\":\"1\",\"title\":\"{title}\",\"text\":\"{body}\"}}");
        let first = read_lines(line.clone(), Options::default()).remove(0).expect("UTF-8");
        for encoding in ["UTF-16LE", "UTF-16BE", "gb18030", "Big5"] {
            let Some(bytes) = encode(&format!("{line}\n{line}\n"), encoding) else { continue };
            let options = Options { encoding: jingwei::read::encoding_for(encoding), ..Options::default() };
            let all = read_lines(bytes.clone(), options);
            prop_assert_eq!(all.len(), 2, "{}", encoding);
            for document in all {
                let document = document.expect(encoding);
                prop_assert_eq!(&document.sha256, &first.sha256);
                let length = document.text.chars().count();
                let found = source_of(&document, &bytes, length - 3, length).expect("body").to_vec();
                let decoder = Encoding::for_label(encoding.as_bytes()).expect("encoding");
                let text = decoder.decode_without_bom_handling(&found).0.into_owned();
                prop_assert_eq!(text, slice(&document.text, length - 3, length));
            }
        }
    }

    /// Plain text in JSON stays what it is, however it is escaped, and leads back into the line.
    #[test]
    fn json_leads_back(title in "[一-龥a-z<&\"\\\\]{0,8}", body in news(), escapes in proptest::collection::vec(0u8..3, 200)) {
        let quote = |text: &str| -> String {
            let escaped = text.chars().zip(escapes.iter().cycle()).map(|(c, how)| match how {
                0 => c.encode_utf16(&mut [0; 2]).iter().map(|u| format!("\\u{u:04x}")).collect(),
                _ => serde_json::to_string(&c.to_string()).expect("string").trim_matches('"').to_owned(),
            });
            let escaped: String = escaped.zip(text.chars()).map(|(e, c)| if c == '"' && !e.starts_with("\\u") { "\\\"".into() } else { e }).collect();
            format!("\"{escaped}\"")
        };
        let line = format!("  {{\"title\": {}, \"more\": [\"甲\"], \"text\": {}, \"id\": \"1\"}}", quote(&title), quote(&body));
        let given: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        prop_assert_eq!(given["text"].as_str(), Some(&*body));
        prop_assume!(!(title.trim().is_empty() && body.chars().filter(|c| shown(*c)).collect::<String>().trim().is_empty()));
        let document = read_lines(line.clone(), Options::default()).remove(0).expect("document");
        let wanted: String = body.chars().filter(|c| shown(*c)).collect();
        prop_assert_eq!(&document.text, &format!("{title}\n{wanted}"));
        for (n, c) in document.text.chars().enumerate() {
            match source_of(&document, line.as_bytes(), n, n + 1) {
                Some(source) => {
                    let json = format!("\"{}\"", std::str::from_utf8(source).expect("UTF-8"));
                    prop_assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), c.to_string());
                }
                None => prop_assert_eq!((n, c), (title.chars().count(), '\n')),
            }
        }
    }

    /// Markup in JSON: every shown word leads back to itself, and hidden words are gone.
    #[test]
    fn html_leads_back(blocks in proptest::collection::vec(("[一-寅]{1,8}", 0usize..9), 1..20)) {
        // 密, the next after 寅, stands only in what is hidden.
        let html: String = blocks.iter().map(|(word, how)| match how {
            0 => format!("<p>{word}</p>"),
            1 => format!("<div class=\"a\"><b>{word}</b></div>\n"),
            2 => format!("<p style=\"display:none\">密{word}</p>"),
            3 => format!("<ul><li>{word}<li>A&amp;B</ul>"),
            4 => format!("<table><tr><td>{word}</td><td>1</td></tr></table>"),
            5 => format!("<p>\r\n  {word}&nbsp;<br>{word}</p>"),
            6 => format!("<script>密{word}</script><!-- 密 -->"),
            7 => format!("<p><a href=\"?a=1&b=2\">{word}</a><span hidden>密</span>，"),
            _ => format!("</div><p>&#x{:x};{word}", '中' as u32),
        }).collect();
        let line = serde_json::json!({"id": "1", "text": format!("<p>始</p>{html}")}).to_string();
        let document = read_lines(line.clone(), Options::default()).remove(0).expect("document");
        prop_assert!(!document.text.contains(['密', '<', '>']), "{}", document.text);
        let mut shown = Vec::new();
        for (word, how) in &blocks {
            match how {
                2 | 6 => {}
                5 => shown.extend([word.as_str(), word.as_str()]),
                _ => shown.push(word.as_str()),
            }
        }
        let mut rest = document.text.as_str();
        for word in shown {
            let at = rest.find(word);
            prop_assert!(at.is_some(), "{} is missing in {}", word, document.text);
            rest = &rest[at.unwrap_or(0) + word.len()..];
        }
        for (n, c) in document.text.chars().enumerate() {
            if let Some(source) = source_of(&document, line.as_bytes(), n, n + 1) {
                let json = format!("\"{}\"", std::str::from_utf8(source).expect("UTF-8"));
                let raw = serde_json::from_str::<String>(&json).expect("JSON");
                let back = raw.replace("&amp;", "&").replace("&nbsp;", " ").replace("&#x4e2d;", "中");
                prop_assert!(back == c.to_string() || (c.is_whitespace() && back.trim().is_empty()), "{:?} from {:?}", c, raw);
            } else {
                prop_assert!(c == '\n' || c == '\t', "{:?} has no source", c);
            }
        }
    }

    /// Mentions stay on their words when the markup around them goes.
    #[test]
    fn mentions_move_with_their_words(words in proptest::collection::vec("[一-龥]{1,5}", 1..12), title in "[一-龥]{0,6}") {
        let (mut html, mut mentions) = (String::new(), Vec::new());
        for (n, word) in words.iter().enumerate() {
            html += ["<p>", "<b>A&amp;</b>", "\n<div>  ", "，"][n % 4];
            let start = html.chars().count();
            html += word;
            mentions.push(serde_json::json!({"start": start, "end": html.chars().count()}));
        }
        let line = serde_json::json!({"title": title, "text": html, "mentions": mentions}).to_string();
        let document = read_lines(line, Options::default()).remove(0).expect("document");
        let given = document.given.expect("mentions");
        for (word, mention) in words.iter().zip(given) {
            prop_assert_eq!(&slice(&document.text, mention.start, mention.end), word);
        }
    }

    /// Whatever the bytes, reading ends with a document or a refusal.
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400), which in 0usize..6) {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(["a.txt", "a.md", "a.html", "a.jsonl", "a.txt.gz", "a.jsonl.zst"][which]);
        std::fs::write(&path, &bytes).expect("file");
        prop_assert!(!read([path]).is_empty() || bytes.is_empty());
    }

    /// The same for texts made of what the formats are made of.
    #[test]
    fn any_markup(pieces in proptest::collection::vec(prop_oneof![
        Just("<"), Just(">"), Just("</"), Just("<p"), Just("<table>"), Just("<td>"), Just("</td>"), Just("<tr>"), Just("<!--"), Just("-->"),
        Just("<script>"), Just("</script>"), Just("&"), Just("&amp;"), Just("&#"), Just(";"), Just(" "), Just("\r"), Just("\n"), Just("　"),
        Just("中"), Just("\""), Just("="), Just("style='display:none'"), Just("<pre>"), Just("<b>"), Just("</p>"), Just("---\n"), Just("|"), Just("*"),
        Just("# "), Just("<title>"), Just("<body>"), Just("é"), Just("&nbsp;"), Just("&emsp;"), Just("<svg/>"),
    ], 1..60), which in 0usize..4) {
        let text = pieces.concat();
        let (name, content) = match which {
            0 => ("a.html", text.clone()),
            1 => ("a.md", text.clone()),
            2 => ("a.txt", text.clone()),
            _ => ("a.jsonl", serde_json::json!({"text": format!("中<p>{text}")}).to_string()),
        };
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(name);
        std::fs::write(&path, &content).expect("file");
        for document in read([path]).into_iter().flatten() {
            let bytes = content.as_bytes();
            let mut before = 0;
            for n in 0..document.text.chars().count() {
                let Some(range) = document.source_bytes(n..n + 1) else { continue };
                prop_assert!(range.end <= bytes.len() as u64 && range.start < range.end);
                prop_assert!(content.is_char_boundary(range.start as usize) && content.is_char_boundary(range.end as usize));
                // A page's headline may stand anywhere; all else is in the order of the source.
                if n > document.title.chars().count() {
                    prop_assert!(range.start >= before, "{} then {}", before, range.start);
                    before = range.start;
                }
            }
        }
    }
}

#[test]
fn utf8_is_taken_as_it_is() {
    // Text that is valid UTF-8 is never guessed to be anything else, even if the page says so.
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.html");
    let html = "<html><head><meta charset=\"gb2312\"><title>題</title></head><body><p>國泰航空今日公布業績，純利上升。</p></body></html>";
    std::fs::write(&path, html).expect("file");
    assert_eq!(read_one(path).source.encoding, UTF_8.name());
    assert_eq!(jingwei::read::encoding_for("big5-hkscs"), Some(BIG5));
    assert_eq!(jingwei::read::encoding_for("GBK"), Some(GB18030));
    assert_eq!(jingwei::read::encoding_for("klingon"), None);
}
