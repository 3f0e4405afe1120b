//! How soon the lexicon is open, and how fast names are found, on one thread.
//!
//! `cargo bench --bench lexicon` runs it over the articles of `corpus/`, or over the file or folder that
//! `JINGWEI_BENCH_TEXT` names.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jingwei::entity::Lexicon;
use jingwei::read::{Options, Sources};
use jingwei::text::fold;
use std::hint::black_box;
use std::path::{Path, PathBuf};

fn texts() -> Vec<String> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/articles");
    let path = std::env::var_os("JINGWEI_BENCH_TEXT").map_or(corpus, PathBuf::from);
    let texts: Vec<String> = Sources::open([path], Options::default())
        .documents()
        .filter_map(Result::ok)
        .map(|document| fold(&document.text))
        .collect();
    assert!(!texts.is_empty(), "there is no text");
    texts
}

fn lexicon(criterion: &mut Criterion) {
    criterion.bench_function("open", |bencher| {
        bencher.iter(|| black_box(Lexicon::builtin_alone().expect("the lexicon is sound")));
    });

    let texts = texts();
    let bytes: usize = texts.iter().map(String::len).sum();
    let lexicon = Lexicon::builtin().expect("the lexicon is sound");
    let mut group = criterion.benchmark_group("match");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("names", |bencher| {
        bencher.iter(|| {
            texts
                .iter()
                .map(|text| lexicon.count_names(black_box(text)))
                .sum::<usize>()
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = lexicon
}
criterion_main!(benches);
