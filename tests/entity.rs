//! Tables of texts with every mention marked: what the entity room must find, and nothing else.

use jingwei::entity::{EntityType, Found, Given, Lexicon, LexiconError, Meta, Origin, TermTable, recognize};
use jingwei::measure::{Context, Market, Scanner};
use jingwei::text::{Segmenter, Text, fold, sentences};
use std::fmt::Write as _;
use std::sync::Arc;

struct Rooms {
    lexicon: Arc<Lexicon>,
    segmenter: Segmenter,
    scanner: Scanner,
}

impl Rooms {
    fn new() -> Rooms {
        Rooms {
            lexicon: Lexicon::builtin().expect("the lexicon is sound"),
            segmenter: Segmenter::new(),
            scanner: Scanner::builtin().expect("the tables are sound"),
        }
    }

    fn read(&self, text: &Text, market: Market, given: Option<&[Given]>) -> Found {
        let measures = self.scanner.measure(
            text.folded(),
            &Context {
                published: None,
                market,
            },
        );
        let meta = Meta {
            publisher: None,
            language: "",
            market,
            given,
        };
        recognize(
            &self.lexicon,
            &self.segmenter,
            None,
            text,
            &sentences(text),
            &measures,
            &meta,
        )
    }
}

fn market(name: &str) -> Market {
    match name {
        "CN" => Market::Mainland,
        "HK" => Market::HongKong,
        "TW" => Market::Taiwan,
        "US" => Market::UnitedStates,
        other => panic!("no market is called `{other}`"),
    }
}

/// `[Company:騰訊]`; an entity named before under another surface is shown with that: `[Company=騰訊:該公司]`. The second
/// mention of one span (雙方) follows as `{+label}`.
fn marked(text: &Text, found: &Found) -> String {
    let mut out = String::new();
    let mut at = 0;
    for mention in &found.mentions {
        let surface = text.source_slice(mention.start..mention.end);
        if mention.start < at {
            let _ = write!(out, "{{+{}}}", found.entities[mention.entity].label);
            continue;
        }
        out.push_str(text.source_slice(at..mention.start));
        let first = found
            .mentions
            .iter()
            .find(|other| other.entity == mention.entity)
            .unwrap_or(mention);
        let name = text.source_slice(first.start..first.end);
        if name == surface {
            let _ = write!(out, "[{:?}:{surface}]", mention.kind);
        } else {
            let _ = write!(out, "[{:?}={name}:{surface}]", mention.kind);
        }
        at = mention.end;
    }
    out.push_str(text.source_slice(at..text.folded().len()));
    out
}

/// The text of a marked one.
fn unmarked(marked: &str) -> String {
    let mut out = String::new();
    let mut rest = marked;
    while let Some(open) = rest.find(['[', '{']) {
        out.push_str(&rest[..open]);
        let close = open + rest[open..].find([']', '}']).expect("a mark is closed");
        if rest[open..].starts_with('[') {
            let inner = &rest[open + 1..close];
            out.push_str(&inner[inner.find(':').expect("a mark has a type") + 1..]);
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

#[test]
fn marked_texts_are_read_as_marked() {
    let rooms = Rooms::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/entity");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let (mut cases, mut wrong) = (0, String::new());
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy();
        for (number, line) in std::fs::read_to_string(file).unwrap().lines().enumerate() {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            cases += 1;
            let cells: Vec<&str> = line.split('\t').collect();
            let expected = cells[1].replace("\\n", "\n");
            // A line of its own keeps the sentence from being read as a title.
            let body = unmarked(&expected);
            let source = if body.contains('\n') { body } else { format!("\n{body}") };
            let text = Text::new(source);
            let found = rooms.read(&text, market(cells[0]), None);
            let got = marked(&text, &found);
            let listings: Vec<&str> = found.listings.iter().map(|note| note.listing.as_str()).collect();
            if got.trim_start() != expected || listings.join("|") != cells.get(2).copied().unwrap_or("") {
                let _ = writeln!(
                    wrong,
                    "{name}:{}\n  expected {expected}\n  got      {got} {listings:?}",
                    number + 1
                );
            }
        }
    }
    assert!(cases >= 200, "only {cases} cases");
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn both_scripts_give_the_same_entities() {
    let rooms = Rooms::new();
    let pairs = [
        (
            "騰訊（0700）與阿里巴巴合作，該公司行政總裁馬化騰表示樂觀。",
            "腾讯（0700）与阿里巴巴合作，该公司行政总裁马化腾表示乐观。",
        ),
        (
            "上海睿遠智能科技有限公司（下稱「睿遠智能」）獲紅杉中國投資。",
            "上海睿远智能科技有限公司（下称“睿远智能”）获红杉中国投资。",
        ),
    ];
    for (hant, hans) in pairs {
        let [hant, hans] = [hant, hans].map(|source| {
            let text = Text::new(source);
            let found = rooms.read(&text, Market::HongKong, None);
            let spans: Vec<_> = found
                .mentions
                .iter()
                .map(|m| (m.start, m.end, m.entity, m.kind))
                .collect();
            let keys: Vec<_> = found.entities.iter().map(|entity| entity.key.clone()).collect();
            (spans, keys)
        });
        assert!(!hant.0.is_empty());
        assert_eq!(hant, hans);
    }
}

#[test]
fn given_mentions_are_the_only_ones() {
    let rooms = Rooms::new();
    let text = Text::new("騰訊升2%，阿里巴巴跌1%。騰訊回購。");
    let span = |needle: &str, nth: usize| {
        let start = text.folded().match_indices(needle).nth(nth).unwrap().0;
        (start, start + needle.len())
    };
    let given: Vec<Given> = [span("腾讯", 0), span("腾讯", 1)]
        .into_iter()
        .map(|(start, end)| Given {
            start,
            end,
            kind: Some(EntityType::Company),
            entity: Some("t".into()),
        })
        .collect();
    let found = rooms.read(&text, Market::HongKong, Some(&given));
    assert_eq!(found.mentions.len(), 2);
    assert!(
        found
            .mentions
            .iter()
            .all(|mention| mention.origin == Origin::Given && mention.entity == 0)
    );
    assert_eq!(found.entities.len(), 1);
    assert_eq!(found.entities[0].names, ["騰訊"]);
    assert!(rooms.read(&text, Market::HongKong, Some(&[])).mentions.is_empty());
}

#[test]
fn mentions_are_sorted_and_apart() {
    let rooms = Rooms::new();
    let text = Text::new(
        "標題\n百度（9888）前首席科學家吳恩達表示，百度與微軟（Microsoft）的雙方合作仍在。該公司稱其業務穩定。",
    );
    let found = rooms.read(&text, Market::HongKong, None);
    assert!(found.mentions.len() >= 4);
    for pair in found.mentions.windows(2) {
        let same = pair[0].start == pair[1].start && pair[0].end == pair[1].end && pair[0].entity != pair[1].entity;
        assert!(pair[0].end <= pair[1].start || same, "{pair:?}");
    }
    for mention in &found.mentions {
        assert!(text.folded().is_char_boundary(mention.start) && text.folded().is_char_boundary(mention.end));
        assert!(mention.entity < found.entities.len());
        assert!((0.0..=1.0).contains(&mention.score));
    }
}

/// Any cut of a text is a text: nothing panics, wherever brackets, quotes and names break off.
#[test]
fn broken_texts_are_read() {
    let rooms = Rooms::new();
    let source = "（图源/企业）「G7易流（下称“G7”），《金融时报》：埃隆·马斯克·（NVDA.US/00700.HK；A、B和C等3名自然人\n\
                  Electronic Arts Inc. (EA, “the Company” said J. P. Morgan's CEO Jamie Dimon… GPT-5.1-mini 22万科MTN004”项目”指数A";
    let chars: Vec<char> = source.chars().collect();
    for start in 0..chars.len() {
        for end in [chars.len(), (start + 7).min(chars.len()), (start + 23).min(chars.len())] {
            let text = Text::new(chars[start..end].iter().collect::<String>());
            for market in [Market::Open, Market::Taiwan] {
                rooms.read(&text, market, None);
            }
        }
    }
}

#[test]
fn rows_join_by_key_and_by_listing() {
    let lexicon = Lexicon::load(&[
        ("names/listings-x.tsv", "xhkg-700\tCompany\t騰訊控股\t\t\t\tXHKG 700"),
        (
            "names/b.tsv",
            "tencent\tCompany\t騰訊\t\tTencent\t鵝廠?\tXHKG 700|wikidata:Q860580",
        ),
        ("names/c.tsv", "tencent\tCompany\t\t\t\t騰訊公司"),
    ])
    .unwrap();
    assert_eq!(lexicon.entries().len(), 1);
    let entry = lexicon.by_listing("XHKG 700").unwrap();
    assert_eq!(entry.labels.hant.as_deref(), Some("騰訊"));
    assert_eq!(entry.labels.hans.as_deref(), Some("腾讯"));
    assert_eq!(entry.identifiers, [("wikidata".to_owned(), "Q860580".to_owned())]);
    assert!(entry.names.iter().any(|name| name.text == "鵝廠" && name.ambiguous));
    assert!(std::ptr::eq(lexicon.by_key("xhkg-700").unwrap(), entry));
    assert!(std::ptr::eq(lexicon.lookup("腾讯控股")[0], entry));
}

#[test]
fn mistakes_name_file_and_line() {
    let cases = [
        ("names/x.tsv", "# head\nTencent\tCompany\t騰訊", 2, "the key"),
        ("names/x.tsv", "tencent\tFirm\t騰訊", 1, "no type of entity"),
        ("names/x.tsv", "tencent\tCompany\t\t\t\t\tXHKG 700", 1, "without a name"),
        ("names/x.tsv", "tencent\tCompany\t騰訊\t\t\t\tHK700", 1, "neither"),
        (
            "shapes/company-suffixes.tsv",
            "sure\t有限公司",
            1,
            "neither strong nor weak",
        ),
        ("anaphora.tsv", "公司\tCompany\tvague", 1, "no manner"),
        ("words/cues.tsv", "rise", 1, "class"),
    ];
    for (file, content, line, reason) in cases {
        let error = Lexicon::load(&[(file, content)]).err().unwrap_or(LexiconError {
            file: String::new(),
            line: 0,
            reason: "accepted".into(),
        });
        assert_eq!(error.line, line, "{content:?}: {error}");
        assert!(
            error.file.ends_with(file) && error.reason.contains(reason),
            "{content:?}: {error}"
        );
    }
}

#[test]
fn terms_take_the_longest_form_and_keep_case_where_it_matters() {
    let lexicon = Lexicon::load(&[
        (
            "terms/roles.tsv",
            "chair\t董事長\nhonorary chair\t名譽董事長\nchief executive officer\tCEO|chief executive",
        ),
        ("terms/metrics.tsv", "earnings per share\tmoney\tEPS|每股盈利"),
        ("words/cues.tsv", "rise\t升|上漲|up?"),
    ])
    .unwrap();
    let folded = fold("名譽董事長與Chief Executive談EPS，steps和ceo。");
    let hits: Vec<(&str, &str)> = lexicon
        .terms_in(&folded, 0..folded.len())
        .iter()
        .map(|hit| {
            (
                &folded[hit.start..hit.end],
                lexicon.term(hit.table, hit.row).unwrap().name.as_str(),
            )
        })
        .collect();
    assert_eq!(
        hits,
        [
            ("名誉董事长", "honorary chair"),
            ("Chief Executive", "chief executive officer"),
            ("EPS", "earnings per share"),
        ]
    );
    assert_eq!(lexicon.terms(TermTable::Metrics)[0].rest, ["money"]);
    assert_eq!(lexicon.cues("rise"), ["升", "上涨", "up"]);
    assert!(lexicon.is_weak_cue("rise", "up") && !lexicon.is_weak_cue("rise", "升"));
}
