//! The terms that the graphs are written in: `jw:` and what it borrows from other vocabularies.
//!
//! `ontology/jingwei.ttl` declares every `jw:` term with labels, domain and range; a test holds both lists together.

use crate::claim::{Predicate, Status};
use crate::entity::EntityType;
use crate::identity::Tie;
use oxigraph::model::{NamedNode, NamedNodeRef};

/// Namespace of Jingwei's own terms.
pub const JW: &str = "https://w3id.org/jingwei/ns#";

/// Prefix and namespace of every vocabulary in use, for serialisers and queries. The data namespaces (`doc:`,
/// `entity:` …) depend on the base and come from [`super::Base::prefixes`].
pub const PREFIXES: &[(&str, &str)] = &[
    ("jw", JW),
    ("schema", "https://schema.org/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident = $iri:literal;)*) => {
        $($(#[$doc])* pub const $name: NamedNodeRef<'static> = NamedNodeRef::new_unchecked($iri);)*
    };
}

terms! {
    /// `rdf:type`
    TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
    /// Subject of a claim.
    SUBJECT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#subject";
    /// Predicate of a claim.
    PREDICATE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate";
    /// Object of a claim.
    OBJECT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#object";
    /// RDF 1.2: leads a claim to the triple it is about.
    REIFIES = "http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies";
    /// The name to show, one an entity and language.
    PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel";
    /// Any other name.
    ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel";
    /// The same entity elsewhere (Wikidata).
    SAME_AS = "http://www.w3.org/2002/07/owl#sameAs";
    /// Where a claim's quote stands.
    WAS_DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom";
    /// A document.
    NEWS_ARTICLE = "https://schema.org/NewsArticle";
    /// Its title.
    HEADLINE = "https://schema.org/headline";
    /// Its day of publication.
    DATE_PUBLISHED = "https://schema.org/datePublished";
    /// Who published it, as text.
    PUBLISHER = "https://schema.org/publisher";
    /// Its language, BCP 47.
    IN_LANGUAGE = "https://schema.org/inLanguage";
    /// Where it was published.
    URL = "https://schema.org/url";
    /// Fingerprint of its text and metadata.
    SHA256 = "https://schema.org/sha256";
    /// Exchange and code, `XHKG 700`.
    TICKER_SYMBOL = "https://schema.org/tickerSymbol";
    /// Legal Entity Identifier, ISO 17442.
    LEI_CODE = "https://schema.org/leiCode";
    /// International Securities Identification Number, ISO 6166.
    ISIN = "https://w3id.org/jingwei/ns#isin";
    /// What news mentions; the class of all entity types.
    ENTITY = "https://w3id.org/jingwei/ns#Entity";
    /// Asks the text index: leads what is found to the words that are looked for. No graph holds it.
    SEARCH = "https://w3id.org/jingwei/ns#search";
    /// What a document said.
    CLAIM = "https://w3id.org/jingwei/ns#Claim";
    /// A number with its unit, bounds and currency.
    QUANTITY = "https://w3id.org/jingwei/ns#Quantity";
    /// Whether the document asserts it.
    STATUS = "https://w3id.org/jingwei/ns#status";
    /// Whether a position is held, was held or will be: the qualifier `status` of `holdsPosition`.
    POSITION_STATUS = "https://w3id.org/jingwei/ns#positionStatus";
    /// A position that is no longer held.
    FORMER = "https://w3id.org/jingwei/ns#former";
    /// Confidence, 0 to 1.
    SCORE = "https://w3id.org/jingwei/ns#score";
    /// The words of the document.
    QUOTE = "https://w3id.org/jingwei/ns#quote";
    /// The rule that made the claim.
    RULE = "https://w3id.org/jingwei/ns#rule";
    /// Version of program and data that read a document.
    EXTRACTED_BY = "https://w3id.org/jingwei/ns#extractedBy";
    /// Number of a quantity.
    VALUE = "https://w3id.org/jingwei/ns#value";
    /// Lower end.
    MIN = "https://w3id.org/jingwei/ns#min";
    /// Upper end.
    MAX = "https://w3id.org/jingwei/ns#max";
    /// `exact`, `over`, `under`, `about`, `range`.
    BOUND = "https://w3id.org/jingwei/ns#bound";
    /// Unit as the unit table names it.
    UNIT = "https://w3id.org/jingwei/ns#unit";
    /// ISO 4217.
    CURRENCY = "https://w3id.org/jingwei/ns#currency";
    /// Leads a person to the body that sets him or her apart from others of the name.
    AT = "https://w3id.org/jingwei/ns#at";
    /// In a document's graph: leads an entity as this document alone knows it to the one that it was joined with.
    JOINED_TO = "https://w3id.org/jingwei/ns#joinedTo";
    /// Two IRIs that were found to be one entity.
    JOIN = "https://w3id.org/jingwei/ns#Join";
    /// What a user said about two IRIs.
    RULING = "https://w3id.org/jingwei/ns#Ruling";
    /// One of the two IRIs of a join or a ruling.
    MEMBER = "https://w3id.org/jingwei/ns#member";
    /// What a user said: [`SAME`] or [`DIFFERENT`].
    VERDICT = "https://w3id.org/jingwei/ns#verdict";
    /// They are one.
    SAME = "https://w3id.org/jingwei/ns#same";
    /// They are two.
    DIFFERENT = "https://w3id.org/jingwei/ns#different";
    /// Why, in a user's words.
    COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment";
    /// Datatype of dates that XML Schema has no type for.
    EDTF = "http://id.loc.gov/datatypes/edtf/EDTF";
}

/// Namespace of Wikidata's entities.
pub const WIKIDATA: &str = "http://www.wikidata.org/entity/";

/// Namespace of what a document's graph said of an entity before it was joined with another.
pub const WAS: &str = "https://w3id.org/jingwei/was#";

/// The property by which a document's graph ties an entity to a handle.
pub fn tie(tie: Tie) -> NamedNodeRef<'static> {
    NamedNodeRef::new_unchecked(match tie {
        Tie::Code => "https://w3id.org/jingwei/ns#hasCode",
        Tie::Post => "https://w3id.org/jingwei/ns#alsoAt",
        Tie::Introduced => "https://w3id.org/jingwei/ns#introducedAs",
        Tie::Name => "https://w3id.org/jingwei/ns#named",
        Tie::Shortened => "https://w3id.org/jingwei/ns#shortenedTo",
        Tie::Romanized => "https://w3id.org/jingwei/ns#romanizedAs",
    })
}

/// All entity types, in the contract's order.
pub const ENTITY_TYPES: &[EntityType] = &[
    EntityType::Company,
    EntityType::Organization,
    EntityType::Person,
    EntityType::Place,
    EntityType::Product,
    EntityType::Model,
    EntityType::Chip,
    EntityType::Listing,
    EntityType::Index,
    EntityType::Benchmark,
    EntityType::Ranking,
];

/// The class of an entity type.
pub fn class(kind: EntityType) -> NamedNodeRef<'static> {
    let iri = match kind {
        EntityType::Company => "https://w3id.org/jingwei/ns#Company",
        EntityType::Organization => "https://w3id.org/jingwei/ns#Organization",
        EntityType::Person => "https://w3id.org/jingwei/ns#Person",
        EntityType::Place => "https://w3id.org/jingwei/ns#Place",
        EntityType::Product => "https://w3id.org/jingwei/ns#Product",
        EntityType::Model => "https://w3id.org/jingwei/ns#Model",
        EntityType::Chip => "https://w3id.org/jingwei/ns#Chip",
        EntityType::Listing => "https://w3id.org/jingwei/ns#Listing",
        EntityType::Index => "https://w3id.org/jingwei/ns#Index",
        EntityType::Benchmark => "https://w3id.org/jingwei/ns#Benchmark",
        EntityType::Ranking => "https://w3id.org/jingwei/ns#Ranking",
    };
    NamedNodeRef::new_unchecked(iri)
}

/// The entity type that a class stands for; `None` for classes of anything else (claims, quantities, documents).
pub fn entity_type(class_iri: &str) -> Option<EntityType> {
    ENTITY_TYPES
        .iter()
        .copied()
        .find(|kind| class(*kind).as_str() == class_iri)
}

/// The property of a predicate.
pub fn property(predicate: Predicate) -> NamedNode {
    NamedNode::new_unchecked(format!("{JW}{}", predicate.name()))
}

/// The predicate that a property stands for.
pub fn predicate(property_iri: &str) -> Option<Predicate> {
    property_iri.strip_prefix(JW)?.parse().ok()
}

/// The individual of a claim's status.
pub fn status(status: Status) -> NamedNodeRef<'static> {
    NamedNodeRef::new_unchecked(match status {
        Status::Asserted => "https://w3id.org/jingwei/ns#asserted",
        Status::Planned => "https://w3id.org/jingwei/ns#planned",
        Status::Hedged => "https://w3id.org/jingwei/ns#hedged",
        Status::Negated => "https://w3id.org/jingwei/ns#negated",
    })
}

/// The status that an individual stands for.
pub fn status_of(iri: &str) -> Option<Status> {
    [Status::Asserted, Status::Planned, Status::Hedged, Status::Negated]
        .into_iter()
        .find(|known| status(*known).as_str() == iri)
}

/// What kind of value a predicate's literal object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// EDTF
    Date,
    /// Words, whatever they look like.
    Text,
    /// A quantity, or where the value is no number, a text.
    Quantity,
}

/// What literal objects of the predicate are.
pub fn literal_range(predicate: Predicate) -> Range {
    match predicate {
        Predicate::EstablishedOn | Predicate::BornOn => Range::Date,
        Predicate::AlsoKnownAs | Predicate::Issued => Range::Text,
        _ => Range::Quantity,
    }
}

/// What a qualifier's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QualifierKind {
    /// EDTF
    Date,
    /// A `jw:Quantity` node; the unit is what a bare number counts.
    Quantity {
        /// Unit of a bare number.
        unit: Option<&'static str>,
        /// Whether a bare number is money, so that the claim's `currency` belongs to it.
        money: bool,
    },
    /// A number on the claim itself.
    Number,
    /// A word of a closed list (role, metric, ISO code): no language.
    Code,
    /// Words of the text, in its language, or an entity.
    Text,
}

/// Every qualifier that the ontology declares, by name. One that isn't here is written as [`QualifierKind::Text`]
/// and fails the shapes, so that a new one can't slip in unseen but loses nothing.
pub const QUALIFIERS: &[(&str, QualifierKind)] = &[
    ("date", QualifierKind::Date),
    ("start", QualifierKind::Date),
    ("end", QualifierKind::Date),
    ("amount", MONEY),
    ("price", MONEY),
    ("targetPrice", MONEY),
    ("share", PERCENT),
    ("change", PERCENT),
    (
        "quantity",
        QualifierKind::Quantity {
            unit: None,
            money: false,
        },
    ),
    ("rank", QualifierKind::Number),
    ("value", QualifierKind::Number),
    ("min", QualifierKind::Number),
    ("max", QualifierKind::Number),
    ("unit", QualifierKind::Code),
    ("currency", QualifierKind::Code),
    ("bound", QualifierKind::Code),
    ("role", QualifierKind::Code),
    ("metric", QualifierKind::Code),
    ("outcome", QualifierKind::Code),
    ("rating", QualifierKind::Code),
    ("direction", QualifierKind::Code),
    ("session", QualifierKind::Code),
    ("round", QualifierKind::Code),
    ("degree", QualifierKind::Code),
    ("roleText", QualifierKind::Text),
    ("field", QualifierKind::Text),
    ("speech", QualifierKind::Text),
    ("aspect", QualifierKind::Text),
    ("region", QualifierKind::Text),
    ("court", QualifierKind::Text),
    ("claim", QualifierKind::Text),
    ("attributedTo", QualifierKind::Text),
];

const MONEY: QualifierKind = QualifierKind::Quantity {
    unit: None,
    money: true,
};
const PERCENT: QualifierKind = QualifierKind::Quantity {
    unit: Some("%"),
    money: false,
};

/// The kind of a qualifier, by its name.
pub fn qualifier(name: &str) -> QualifierKind {
    QUALIFIERS
        .iter()
        .find(|(known, _)| *known == name)
        .map_or(QualifierKind::Text, |(_, kind)| *kind)
}
