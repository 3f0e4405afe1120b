//! Invariants of the text room, held against a second converter.

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use jingwei::text::cutter::train::{Lesson, Options, learn};
use jingwei::text::cutter::{Cutter, WEIGHTS};
use jingwei::text::{Segmenter, Text, fold, sentences};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// Strings of everything: Chinese in both scripts, Latin, digits, marks, controls, beyond the basic plane.
fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            5 => proptest::char::range('\u{4e00}', '\u{9fff}'),
            1 => proptest::char::range('\u{20000}', '\u{20100}'),
            2 => proptest::char::range(' ', '~'),
            1 => proptest::sample::select(vec!['。', '，', '「', '」', '（', '）', '％', '\n', '\t', '\0', '\u{3000}', '１', 'Ａ', '📈', '\u{301}', 'ß', 'İ']),
            1 => proptest::sample::select("著裏裡麵麪乾隻衹隨着於髮發臺台灣檯鐘鍾".chars().collect::<Vec<_>>()),
        ],
        0..200,
    )
    .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn folding_keeps_the_number_of_code_points(source in any_text()) {
        prop_assert_eq!(fold(&source).chars().count(), source.chars().count());
    }

    #[test]
    fn folding_twice_is_folding_once(source in any_text()) {
        let once = fold(&source);
        prop_assert_eq!(fold(&once).chars().count(), once.chars().count());
    }

    #[test]
    fn code_points_lead_to_the_same_place_in_both_forms(source in any_text()) {
        let text = Text::new(source.clone());
        let folded = text.folded().to_owned();
        for (point, (byte, c)) in folded.char_indices().enumerate() {
            let points = text.code_points(byte..byte + c.len_utf8());
            prop_assert_eq!(points.clone(), point..point + 1);
            prop_assert_eq!(text.source_slice(byte..byte + c.len_utf8()), source.chars().nth(point).map(String::from).unwrap_or_default());
            prop_assert_eq!(text.folded_bytes(points), Some(byte..byte + c.len_utf8()));
        }
    }

    #[test]
    fn sentences_cover_everything_but_white_space(source in any_text()) {
        let text = Text::new(source);
        let mut at = 0;
        for s in sentences(&text) {
            prop_assert!(s.start >= at && s.end > s.start);
            prop_assert!(text.folded()[at..s.start].trim().is_empty());
            at = s.end;
        }
        prop_assert!(text.folded()[at..].trim().is_empty());
    }

    #[test]
    fn trained_words_give_the_text_back_and_keep_what_is_to_be_kept(
        source in any_text(),
        edges in proptest::collection::btree_set(0usize..200, 0..12),
    ) {
        let text = Text::new(source);
        let folded = text.folded();
        let edges: Vec<usize> = edges.into_iter().filter_map(|point| Some(text.folded_bytes(point..point)?.start)).collect();
        let keep: Vec<std::ops::Range<usize>> = edges
            .chunks_exact(2)
            .map(|edge| edge[0]..edge[1])
            .filter(|span| folded[span.clone()].trim().len() == span.len())
            .collect();
        let cutter = Cutter::builtin().expect("the built-in weights are sound");
        let segments = cutter.segments(&Segmenter::new(), folded, 0..folded.len(), &keep);
        let mut at = 0;
        for segment in &segments {
            prop_assert!(segment.start == at && segment.end > at);
            at = segment.end;
        }
        prop_assert_eq!(at, folded.len());
        for span in keep {
            prop_assert!(segments.iter().any(|s| s.start == span.start && s.end == span.end), "{:?} of {:?}", span, segments);
        }
    }
}

/// A second converter agrees on where everything stands: both keep the number of characters, so the alignment is not
/// an accident of one library's tables.
#[test]
fn a_second_converter_has_the_same_alignment() {
    let other = OpenCC::from_config(BuiltinConfig::T2s).unwrap_or_else(|e| panic!("{e}"));
    let mut texts = 0;
    let mut differing = 0;
    let mut all = 0;
    for file in walkdir::WalkDir::new("corpus/articles")
        .into_iter()
        .filter_map(Result::ok)
        .filter(|f| f.path().extension().is_some_and(|e| e == "txt" || e == "md"))
    {
        let Ok(source) = std::fs::read_to_string(file.path()) else {
            continue;
        };
        let converted = other.convert(&source);
        assert_eq!(
            converted.chars().count(),
            source.chars().count(),
            "{}",
            file.path().display()
        );
        for (ours, theirs) in fold(&source).chars().zip(fold(&converted).chars()) {
            all += 1;
            differing += usize::from(ours != theirs);
        }
        texts += 1;
    }
    assert!(texts > 20, "only {texts} texts of the corpus were read");
    // Their tables differ in a few characters; more would mean that one of them is wrong about the script.
    assert!(differing * 10_000 < all, "{differing} of {all} characters differ");
}

#[test]
fn sentences_end_where_readers_see_them_end() {
    let cases: &[(&str, &[&str])] = &[
        ("升6%。跌3.14%！真的？", &["升6%。", "跌3.14%!", "真的?"]),
        ("他說：「很好。」然後離開。", &["他说:“很好。”", "然后离开。"]),
        (
            "Apple Inc. rose 3.5%. It fell later.",
            &["Apple Inc. rose 3.5%.", "It fell later."],
        ),
        (
            "The U.S. Fed met. Mr. Powell spoke.",
            &["The U.S. Fed met.", "Mr. Powell spoke."],
        ),
        ("一行\n二行", &["一行", "二行"]),
        (
            "「估值太高了。」馬斯克說。他走了。",
            &["“估值太高了。”马斯克说。", "他走了。"],
        ),
        ("「太高了。」他又說：「不買。」", &["“太高了。”", "他又说:“不买。”"]),
        ("「開源」是「給世界的禮物」。", &["“开源”是“给世界的礼物”。"]),
    ];
    for (source, wanted) in cases {
        let text = Text::new(*source);
        let got: Vec<&str> = sentences(&text)
            .iter()
            .map(|s| &text.folded()[s.start..s.end])
            .collect();
        assert_eq!(&got, wanted, "{source}");
    }
}

#[test]
fn segments_give_the_text_back_and_keep_known_spans_whole() {
    let segmenter = Segmenter::new();
    let cutter = Cutter::builtin().expect("the built-in weights are sound");
    let text = "腾讯(0700)2月29日升6.5%,收报385港元。";
    let keep: Vec<std::ops::Range<usize>> = ["(0700)", "2月29日", "6.5%", "385港元"]
        .iter()
        .filter_map(|w| text.find(w).map(|i| i..i + w.len()))
        .collect();
    for segments in [
        segmenter.segments(text, 0..text.len(), &keep),
        cutter.segments(&segmenter, text, 0..text.len(), &keep),
    ] {
        let words: Vec<&str> = segments.iter().map(|s| &text[s.start..s.end]).collect();
        assert_eq!(words.concat(), text);
        for span in &keep {
            assert!(words.contains(&&text[span.clone()]), "{words:?}");
        }
    }
}

/// The words that the trained weights see in a text.
fn trained_words(source: &str) -> Vec<String> {
    let text = Text::new(source);
    let folded = text.folded();
    let cutter = Cutter::builtin().expect("the built-in weights are sound");
    let segments = cutter.segments(&Segmenter::new(), folded, 0..folded.len(), &[]);
    let words = segments.iter().map(|s| text.source_slice(s.start..s.end).to_owned());
    words.filter(|word| !word.trim().is_empty()).collect()
}

#[test]
fn trained_weights_cut_both_scripts_alike() {
    let cases = [
        (
            "集團股東回報政策不變，開支將按計劃減少。",
            "集团股东回报政策不变，开支将按计划减少。",
        ),
        ("這家公司於2019年在新加坡成立。", "这家公司于2019年在新加坡成立。"),
        ("他同時擔任該行行政總裁。", "他同时担任该行行政总裁。"),
    ];
    for (hant, hans) in cases {
        let lengths =
            |source: &str| -> Vec<usize> { trained_words(source).iter().map(|w| w.chars().count()).collect() };
        assert_eq!(lengths(hant), lengths(hans), "{:?}", trained_words(hant));
    }
}

/// Where a suffix is a word of its own to the annotators (加速|度), jieba has one word: that is what was learnt.
#[test]
fn trained_weights_cut_as_their_lessons_do() {
    assert_eq!(trained_words("租車公司的財產"), ["租車", "公司", "的", "財產"]);
    assert_eq!(trained_words("引起的加速度不同"), ["引起", "的", "加速", "度", "不同"]);
    assert_eq!(trained_words("1990年 OpenAI"), ["1990", "年", "OpenAI"]);
}

#[test]
fn the_weights_are_those_of_their_card() {
    let card = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/models/README.md")).expect("the card");
    let digest: String = Sha256::digest(WEIGHTS)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(
        card.contains(&digest),
        "models/segments.bin is {digest}, which its card doesn't name"
    );
}

#[test]
fn the_same_lessons_give_the_same_weights() {
    let segmenter = Segmenter::new();
    let lesson = |words: &[&str]| {
        let mut at = 0;
        let spans = words.iter().map(|word| {
            at += word.chars().count();
            at - word.chars().count()..at
        });
        Lesson {
            words: spans.collect(),
            text: words.concat(),
        }
    };
    // Not as jieba does it: the weights must have learnt it.
    let lessons = [
        lesson(&["市場佔", "有", "率", "上升", "。"]),
        lesson(&["北", "京大學", "教授", "。"]),
        lesson(&["公司", "於20", "19", "年"]),
    ];
    let options = |seed| Options {
        seed,
        rounds: 6,
        runs: 2,
        bits: 12,
        ..Options::default()
    };
    let cutter = learn(&segmenter, &lessons, options(1), |_, _, _| {});
    assert!(cutter.bytes() == learn(&segmenter, &lessons, options(1), |_, _, _| {}).bytes());
    assert!(cutter.bytes() != learn(&segmenter, &lessons, options(2), |_, _, _| {}).bytes());
    // The third parts a number, which is one unit: nothing can be learnt of it.
    for lesson in &lessons[..2] {
        let text = Text::new(lesson.text.as_str());
        let folded = text.folded();
        let found: Vec<std::ops::Range<usize>> = cutter
            .segments(&segmenter, folded, 0..folded.len(), &[])
            .iter()
            .map(|s| text.code_points(s.start..s.end))
            .collect();
        assert_eq!(found, lesson.words, "{}", lesson.text);
    }
    let bytes = cutter.bytes();
    let again = Cutter::from_bytes(&bytes).expect("what was written can be read");
    assert!(again.bytes() == bytes);
    for end in (0..bytes.len()).step_by(bytes.len() / 20 + 1) {
        assert!(Cutter::from_bytes(&bytes[..end]).is_err(), "{end} bytes");
    }
}
