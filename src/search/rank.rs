//! Which entries have the words, and which of them fit best.

use super::index::Snapshot;
use super::schema::Fields;
use super::tokens::{self, WORDS};
use super::{Found, Hit, QUESTION, Question, SearchError};
use tantivy::query::{Bm25StatisticsProvider, EnableScoring, PhraseQuery, Query, Scorer, TermQuery, Weight};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, TantivyDocument, Term};

/// A sum of weights of so much is half of what words can be worth.
const HALF: f64 = 10.0;
/// Scores have four digits behind the point: what is nearer to each other than that fits equally well.
const DIGITS: f64 = 10_000.0;

/// A question that was understood.
pub(super) struct Asked {
    tokens: tokens::Asked,
    limit: usize,
    classes: Vec<String>,
}

impl Asked {
    pub(super) fn new(question: &Question) -> Result<Self, SearchError> {
        if question.text.chars().nth(QUESTION).is_some() {
            return Err(SearchError::Long);
        }
        let tokens = tokens::asked(&question.text);
        if tokens.needed.len() + tokens.better.len() > 3 * WORDS || tokens.needed.len() > WORDS {
            return Err(SearchError::Long);
        }
        Ok(Asked {
            tokens,
            limit: question.limit,
            classes: question.classes.clone(),
        })
    }
}

/// Counts of what is there. The engine's own count what was deleted until it is tidied up.
struct Live<'s> {
    snapshot: &'s Snapshot,
    fields: Fields,
}

impl Bm25StatisticsProvider for Live<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        // The lengths of names aren't kept: each counts as one.
        Ok(if field == self.fields.texts {
            self.snapshot.terms_of_texts
        } else {
            self.snapshot.searcher.num_docs()
        })
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.snapshot.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let mut count = 0;
        for segment in self.snapshot.searcher.segment_readers() {
            let inverted = segment.inverted_index(term.field())?;
            let Some(alive) = segment.alive_bitset() else {
                count += u64::from(inverted.doc_freq(term)?);
                continue;
            };
            if let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
                while postings.doc() != TERMINATED {
                    count += u64::from(alive.is_alive(postings.doc()));
                    postings.advance();
                }
            }
        }
        Ok(count)
    }
}

/// What a field's terms weigh.
struct Weights {
    needed: Vec<Box<dyn Weight>>,
    better: Vec<Box<dyn Weight>>,
    whole: Box<dyn Weight>,
    classes: Vec<Box<dyn Weight>>,
}

impl Weights {
    fn new(asked: &Asked, field: Field, fields: Fields, live: &Live<'_>, searcher: &Searcher) -> tantivy::Result<Self> {
        let scored = |terms: &Vec<String>| {
            let terms: Vec<Term> = terms.iter().map(|term| Term::from_field_text(field, term)).collect();
            let query: Box<dyn Query> = match <[Term; 1]>::try_from(terms) {
                Ok([term]) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
                Err(terms) => Box::new(PhraseQuery::new(terms)),
            };
            query.weight(EnableScoring::enabled_from_statistics_provider(live, searcher))
        };
        let exact = |field: Field, text: &str| {
            let query = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic);
            query.weight(EnableScoring::disabled_from_searcher(searcher))
        };
        let classes = asked.classes.iter().map(|class| exact(fields.classes, class));
        Ok(Weights {
            needed: asked.tokens.needed.iter().map(scored).collect::<Result<_, _>>()?,
            better: asked.tokens.better.iter().map(scored).collect::<Result<_, _>>()?,
            whole: exact(fields.whole, &asked.tokens.whole)?,
            classes: classes.collect::<Result<_, _>>()?,
        })
    }

    /// Hands every entry of a segment that has all the words to `take`, with its score in the last digit's units.
    fn each(&self, segment: &SegmentReader, mut take: impl FnMut(DocId, u32)) -> tantivy::Result<()> {
        let scorers = |weights: &[Box<dyn Weight>]| -> tantivy::Result<Vec<Box<dyn Scorer>>> {
            weights.iter().map(|weight| weight.scorer(segment, 1.0)).collect()
        };
        let mut needed = scorers(&self.needed)?;
        let mut better = scorers(&self.better)?;
        let mut classes = scorers(&self.classes)?;
        let mut whole = self.whole.scorer(segment, 1.0)?;
        // The rarest leads, and the others follow; what they are worth is summed up in the order of the question.
        let Some(leader) = (0..needed.len()).min_by_key(|at| needed[*at].cost()) else {
            return Ok(());
        };
        let mut doc = needed[leader].doc();
        'entries: while doc != TERMINATED {
            for at in 0..needed.len() {
                if !is_at(needed[at].as_mut(), doc) {
                    let next = needed[at].doc();
                    doc = if next == TERMINATED {
                        next
                    } else {
                        needed[leader].seek(next)
                    };
                    continue 'entries;
                }
            }
            let is_of_class = classes.is_empty() || classes.iter_mut().any(|class| is_at(class.as_mut(), doc));
            if is_of_class && !segment.is_deleted(doc) {
                let mut sum: f64 = needed.iter_mut().map(|scorer| f64::from(scorer.score())).sum();
                for scorer in &mut better {
                    if is_at(scorer.as_mut(), doc) {
                        sum += f64::from(scorer.score());
                    }
                }
                let part = (sum / (sum + HALF) * DIGITS).round().clamp(1.0, DIGITS - 1.0);
                let called_so = if is_at(whole.as_mut(), doc) { DIGITS } else { 0.0 };
                take(doc, (part + called_so) as u32);
            }
            doc = needed[leader].advance();
        }
        Ok(())
    }
}

fn is_at(scorer: &mut dyn Scorer, doc: DocId) -> bool {
    if scorer.doc() < doc {
        scorer.seek(doc);
    }
    scorer.doc() == doc
}

pub(super) fn find(snapshot: &Snapshot, fields: Fields, asked: &Asked) -> Result<Found, SearchError> {
    let searcher = &snapshot.searcher;
    if asked.tokens.needed.is_empty() || searcher.num_docs() == 0 {
        return Ok(Found::default());
    }
    let live = Live { snapshot, fields };
    let mut candidates: Vec<(u32, DocAddress)> = Vec::new();
    for field in [fields.names, fields.texts] {
        let weights = Weights::new(asked, field, fields, &live, searcher)?;
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            weights.each(segment, |doc, score| {
                candidates.push((score, DocAddress::new(ordinal, doc)))
            })?;
        }
    }
    let of = candidates.len();
    // Equals at the end of the list are told apart by their IRIs, and so are all read.
    let last = asked.limit.min(of);
    if last == 0 {
        return Ok(Found { hits: Vec::new(), of });
    }
    let (_, (least, _), _) = candidates.select_nth_unstable_by_key(last - 1, |(score, _)| std::cmp::Reverse(*score));
    let least = *least;
    let mut hits = Vec::new();
    for (score, address) in candidates.into_iter().filter(|(score, _)| *score >= least) {
        let entry: TantivyDocument = searcher.doc(address)?;
        let text = |field: Field| {
            let value = entry
                .get_first(field)
                .and_then(|value| value.as_str().map(str::to_owned));
            value.unwrap_or_default()
        };
        hits.push((score, text(fields.iri), text(fields.class)));
    }
    hits.sort_unstable_by(|(a, iri_a, _), (b, iri_b, _)| b.cmp(a).then_with(|| iri_a.cmp(iri_b)));
    hits.truncate(asked.limit);
    let hits = hits
        .into_iter()
        .map(|(score, iri, class)| Hit {
            iri,
            class,
            score: f64::from(score) / DIGITS,
        })
        .collect();
    Ok(Found { hits, of })
}
