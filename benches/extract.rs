//! How fast a document passes through the rooms, in bytes of text a second on one thread.
//!
//! `cargo bench --bench extract` runs it over the articles of `corpus/`. Each room is measured on what the rooms before
//! it give. For other text time the program itself, which says how fast it was:
//! `jingwei extract --threads 1 articles.jsonl > /dev/null`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jingwei::entity::{self, Meta};
use jingwei::extract::Extractor;
use jingwei::measure::{Context, Market, Scanner};
use jingwei::read::{Document, Options, Sources};
use jingwei::text::{Text, fold, sentences};
use std::hint::black_box;
use std::path::Path;

fn documents() -> Vec<Document> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/articles");
    let documents: Vec<Document> = Sources::open([corpus], Options::default())
        .documents()
        .collect::<Result<_, _>>()
        .expect("the corpus can be read");
    assert!(!documents.is_empty(), "there is no corpus");
    documents
}

fn rooms(criterion: &mut Criterion) {
    let documents = documents();
    let extractor = Extractor::builtin().expect("the built-in data are sound");
    let scanner = Scanner::builtin().expect("the tables are sound");
    let bytes: usize = documents.iter().map(|document| document.text.len()).sum();
    let mut group = criterion.benchmark_group("rooms");
    group.throughput(Throughput::Bytes(bytes as u64));

    group.bench_function("fold", |bencher| {
        bencher.iter(|| {
            documents
                .iter()
                .for_each(|document| drop(black_box(fold(&document.text))))
        });
    });

    let texts: Vec<Text> = documents
        .iter()
        .map(|document| Text::new(document.text.as_str()))
        .collect();
    group.bench_function("sentences and segments", |bencher| {
        bencher.iter(|| {
            for text in &texts {
                for sentence in sentences(text) {
                    black_box(
                        extractor
                            .segmenter()
                            .segments(text.folded(), sentence.start..sentence.end, &[]),
                    );
                }
            }
        });
    });

    let contexts: Vec<Context> = documents
        .iter()
        .map(|document| Context {
            published: document.published,
            market: Market::Open,
        })
        .collect();
    group.bench_function("measure", |bencher| {
        bencher.iter(|| {
            for (text, context) in texts.iter().zip(&contexts) {
                black_box(scanner.measure(text.folded(), context));
            }
        });
    });

    let prepared: Vec<_> = texts
        .iter()
        .zip(&contexts)
        .map(|(text, context)| (sentences(text), scanner.measure(text.folded(), context)))
        .collect();
    group.bench_function("recognize", |bencher| {
        bencher.iter(|| {
            for ((document, text), (sentences, measures)) in documents.iter().zip(&texts).zip(&prepared) {
                let meta = Meta {
                    publisher: document.publisher.as_deref(),
                    language: document.language.as_deref().unwrap_or(text.guess_language()),
                    market: Market::Open,
                    given: None,
                };
                let (lexicon, segmenter) = (extractor.lexicon(), extractor.segmenter());
                black_box(entity::recognize(
                    lexicon,
                    segmenter,
                    extractor.tagger(),
                    text,
                    sentences,
                    measures,
                    &meta,
                ));
            }
        });
    });

    group.bench_function("extract", |bencher| {
        bencher.iter(|| {
            documents
                .iter()
                .for_each(|document| drop(black_box(extractor.extract(document))))
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = rooms
}
criterion_main!(benches);
