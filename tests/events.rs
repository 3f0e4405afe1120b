//! The model of events at work: what it tells of sentences, in both scripts, and where it is silent.

use jingwei::claim::events::train::{self, Options};
use jingwei::claim::events::{Desk, Event, Events, Model, WEIGHTS, meanings, scene::Scene};
use jingwei::claim::{Input, Status};
use jingwei::eval::fewfc::Lessons;
use jingwei::extract::{ClaimOut, Extraction, Extractor, ObjectOut};
use jingwei::read::Document;
use jingwei::text::Text;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock};

/// Columns: simplified, traditional, event, trigger, parts as `role=words`.
const CASES: &str = include_str!("data/events/told.tsv");

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::builtin().unwrap());
static EVENTS: LazyLock<Arc<Events>> = LazyLock::new(|| Events::builtin().unwrap());

struct Case {
    simplified: &'static str,
    traditional: &'static str,
    event: &'static str,
    trigger: &'static str,
    parts: Vec<(&'static str, &'static str)>,
}

fn cases() -> Vec<Case> {
    CASES
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [simplified, traditional, event, trigger, parts] = cells[..] else {
                panic!("{line}");
            };
            Case {
                simplified,
                traditional,
                event,
                trigger,
                parts: parts.split('|').map(|part| part.split_once('=').unwrap()).collect(),
            }
        })
        .collect()
}

/// Every event of a text, with the folded text.
fn told(text: &str, language: &str) -> (String, Vec<Event>) {
    let document = Document::from_text("d", "", text, None).with_language(language);
    let insight = EXTRACTOR.insight(&document);
    let input = Input {
        text: &insight.text,
        sentences: &insight.sentences,
        found: &insight.found,
        measures: &insight.measures,
    };
    let folded = insight.text.folded();
    let mut desk = Desk::default();
    let mut out = Vec::new();
    for sentence in &insight.sentences {
        let range = sentence.start..sentence.end;
        let scene = Scene::new(EXTRACTOR.lexicon(), EXTRACTOR.segmenter(), &input, range.clone());
        out.extend(EVENTS.told(folded, range, &scene, |_| true, &mut desk));
    }
    (folded.to_owned(), out)
}

fn modelled(extraction: &Extraction) -> Vec<&ClaimOut> {
    let model = |claim: &&ClaimOut| claim.rule.starts_with("model.event.");
    extraction.claims.iter().filter(model).collect()
}

#[test]
fn events_are_told_with_their_parts() {
    for case in cases() {
        let (folded, events) = told(case.simplified, "zh-Hans-CN");
        let event = events
            .iter()
            .find(|event| {
                EVENTS.kinds()[event.kind].name == case.event && folded[event.trigger.clone()] == *case.trigger
            })
            .unwrap_or_else(|| panic!("{}: no {}", case.simplified, case.event));
        let parts: Vec<(&str, &str)> = event
            .parts
            .iter()
            .map(|part| (EVENTS.roles()[part.role].as_str(), &folded[part.span.clone()]))
            .collect();
        for part in &case.parts {
            assert!(parts.contains(part), "{}: {part:?} of {parts:?}", case.simplified);
        }
    }
}

#[test]
fn both_scripts_tell_the_same() {
    for case in cases() {
        assert_eq!(
            told(case.simplified, "zh-Hans-CN"),
            told(case.traditional, "zh-Hant-HK"),
            "{}",
            case.simplified
        );
    }
}

#[test]
fn its_claims_name_both_parties_in_their_quote_and_no_denial_is_one() {
    for case in cases() {
        let extraction = EXTRACTOR.extract(&Document::from_text("d", "", case.simplified, None));
        for claim in modelled(&extraction) {
            let ObjectOut::Entity(object) = &claim.object else {
                panic!("{}: a value", claim.rule);
            };
            for entity in [&claim.subject, object] {
                let named = extraction
                    .mentions
                    .iter()
                    .any(|m| m.entity == *entity && m.start >= claim.start && m.end <= claim.end);
                assert!(named, "{}: {}", case.simplified, claim.quote);
            }
            assert_ne!(claim.status, Status::Negated);
        }
    }
}

#[test]
fn it_is_silent_where_it_is_switched_off_and_other_weights_take_its_place() {
    let silent = Extractor::builtin().unwrap().with_events(None);
    let again = Events::from_bytes(WEIGHTS).unwrap();
    let other = Extractor::builtin()
        .unwrap()
        .with_events(Some(Model::of(Arc::new(again))));
    for case in cases() {
        let document = Document::from_text("d", "", case.simplified, None);
        assert!(modelled(&silent.extract(&document)).is_empty());
        assert_eq!(other.extract(&document), EXTRACTOR.extract(&document));
    }
}

#[test]
fn its_table_and_weights_are_sound_and_the_card_names_them() {
    for meaning in meanings().unwrap() {
        let known = EVENTS.kinds().iter().any(|kind| kind.name == meaning.event);
        assert!(known, "{} is no event of the weights", meaning.event);
        let roles = meaning.subject.iter().chain(&meaning.object);
        for role in roles.chain(meaning.qualifiers.iter().map(|(_, role)| role)) {
            assert!(EVENTS.roles().iter().any(|r| r == role), "{role}");
        }
    }
    assert!(Events::from_bytes(b"nonsense").is_err());
    let card = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/models/README.md")).unwrap();
    let digest: String = Sha256::digest(WEIGHTS)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(card.contains(&digest), "models/events.bin is {digest}");
}

#[test]
fn what_is_learnt_is_known_and_the_same_twice() {
    let content = include_str!("data/eval/fewfc.json");
    let lessons = Lessons::read(&EXTRACTOR, &[("fewfc.json".to_owned(), content.to_owned())]).unwrap();
    let mut options = Options {
        least: 1,
        ..Options::default()
    };
    options.spots.bits = 12;
    options.spots.least = 1;
    options.chain.bits = 12;
    options.chain.least = 1;
    let meanings = meanings().unwrap();
    let learn = || {
        train::learn(&lessons.studies, &meanings, &options, &|_| {})
            .unwrap()
            .events
    };
    let learnt = learn();
    assert_eq!(learnt.bytes(), learn().bytes());
    let again = Events::from_bytes(&learnt.bytes()).unwrap();
    assert_eq!(lessons.told(&learnt), lessons.told(&again));
    let kinds: Vec<String> = learnt.kinds().iter().map(|kind| kind.name.clone()).collect();
    let (_, report) = lessons
        .reports(&lessons.told(&learnt), &kinds, learnt.roles())
        .remove(0);
    assert!(report.scores.parts["arguments"].micro.r > 0.8, "{:?}", report.misses);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in a text: what is told lies in one sentence, at whole characters, and is the same again.
    #[test]
    fn spans_lie_in_the_sentence(words in prop::collection::vec(
        prop::sample::select(vec![
            "远帆科技", "晴川医药股份有限公司", "收购", "質押", "2.15%", "3000万股", "，", "。", "向", "被", "李明远", "OpenAI",
            "起诉", "12.6亿元", "于2019年11月20日", "减持", "\n", "中标", "（", "）", "拟", "🙂",
        ]), 0..24)) {
        let text = words.concat();
        let (folded, events) = told(&text, "zh-Hans-CN");
        let sentences = jingwei::text::sentences(&Text::new(folded.as_str()));
        for event in &events {
            let sentence = sentences.iter().find(|s| s.start <= event.trigger.start && s.end >= event.trigger.end);
            prop_assert!(sentence.is_some());
            let mut at = 0;
            for part in &event.parts {
                prop_assert!(folded.get(part.span.clone()).is_some_and(|words| !words.is_empty()));
                prop_assert!(part.span.start >= at, "parts lie apart");
                at = part.span.end;
                prop_assert!(sentence.is_some_and(|s| s.start <= part.span.start && s.end >= part.span.end));
                prop_assert!((0.0..=1.0).contains(&part.probability));
            }
        }
        prop_assert_eq!(told(&text, "zh-Hans-CN"), (folded, events));
    }
}
