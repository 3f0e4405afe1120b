use super::entries::{Entry, Unit};
use super::tokens;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
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
                .set_tokenizer(TERMS)
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

    pub(super) fn document(&self, unit: &Unit, entry: &Entry) -> TantivyDocument {
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
        for (nth, text) in entry.texts.iter().enumerate() {
            // The engine leaves a gap between the places of two texts: nothing stands in both at once.
            document.add_text(if entry.is_named { self.names } else { self.texts }, text);
            if nth < entry.names {
                document.add_text(self.whole, tokens::whole(text));
            }
        }
        document
    }
}

/// Our terms as the engine takes them.
#[derive(Clone)]
pub(super) struct Terms;

/// The name under which [`Terms`] must be registered with an index.
pub(super) const TERMS: &str = "jingwei";

pub(super) struct Stream {
    tokens: std::vec::IntoIter<tokens::Token>,
    token: Token,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream {
            tokens: tokens::tokens(text).into_iter(),
            token: Token::default(),
        }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(next) = self.tokens.next() else { return false };
        self.token.text = next.term;
        self.token.position = next.place;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
