use super::entries::{Entry, Unit};
use super::tokens;
use crate::text::Segmenter;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{TantivyDocument, Term};

/// What the index knows of an entry.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// [`Unit::id`]
    pub unit: Field,
    /// [`Unit::version`]
    pub version: Field,
    /// Stored
    pub iri: Field,
    /// The class that a hit is said to be of; stored
    pub class: Field,
    /// All classes
    pub classes: Field,
    /// Terms of the names of an entity. How many names it has doesn't matter.
    pub names: Field,
    /// Terms of titles and quotes; in a shorter one they weigh more
    pub texts: Field,
    /// Each name or title as a whole
    pub whole: Field,
}

impl Fields {
    pub(super) fn new() -> (Schema, Fields) {
        let mut schema = Schema::builder();
        let places = |lengths: bool| {
            let indexing = TextFieldIndexing::default()
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(lengths);
            TextOptions::default().set_indexing_options(indexing)
        };
        let fields = Fields {
            unit: schema.add_u64_field("unit", INDEXED | FAST),
            version: schema.add_u64_field("version", FAST),
            iri: schema.add_text_field("iri", STORED),
            class: schema.add_text_field("class", STORED),
            classes: schema.add_text_field("classes", STRING),
            names: schema.add_text_field("names", places(false)),
            texts: schema.add_text_field("texts", places(true)),
            whole: schema.add_text_field("whole", STRING),
        };
        (schema.build(), fields)
    }

    pub(super) fn unit(&self, id: u64) -> Term {
        Term::from_field_u64(self.unit, id)
    }

    pub(super) fn document(&self, segmenter: &Segmenter, unit: &Unit, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_u64(self.unit, unit.id);
        document.add_u64(self.version, unit.version);
        document.add_text(self.iri, &entry.iri);
        if let Some(class) = entry.classes.first() {
            document.add_text(self.class, class);
        }
        for class in &entry.classes {
            document.add_text(self.classes, class);
        }
        let mut terms = Vec::new();
        let mut begin = 0;
        for (nth, text) in entry.texts.iter().enumerate() {
            let tokens = tokens::tokens(segmenter, text);
            let end = tokens.last().map_or(begin, |last| begin + last.place + 1);
            terms.extend(tokens.into_iter().map(|token| Token {
                position: begin + token.place,
                text: token.term,
                ..Token::default()
            }));
            // Nothing stands in two names at once.
            begin = end + 1;
            if nth < entry.names {
                document.add_text(self.whole, tokens::whole(text));
            }
        }
        let terms = PreTokenizedString {
            text: String::new(),
            tokens: terms,
        };
        let field = if entry.is_named { self.names } else { self.texts };
        document.add_pre_tokenized_text(field, terms);
        document
    }
}
