//! Invariants of the text room, held against a second converter.

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use jingwei::text::{Segmenter, Text, fold, sentences};
use proptest::prelude::*;

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
    let text = "腾讯(0700)2月29日升6.5%,收报385港元。";
    let keep: Vec<std::ops::Range<usize>> = ["(0700)", "2月29日", "6.5%", "385港元"]
        .iter()
        .filter_map(|w| text.find(w).map(|i| i..i + w.len()))
        .collect();
    let segments = segmenter.segments(text, 0..text.len(), &keep);
    let words: Vec<&str> = segments.iter().map(|s| &text[s.start..s.end]).collect();
    assert_eq!(words.concat(), text);
    for span in keep {
        assert!(words.contains(&&text[span]), "{words:?}");
    }
}
