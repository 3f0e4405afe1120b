use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! predicates {
    ($($variant:ident $name:literal $symmetric:literal,)*) => {
        /// The relations of the ontology (`ontology/jingwei.ttl` declares the same list with labels).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Predicate {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl Predicate {
            /// All of them, in the ontology's order.
            pub const ALL: &'static [Predicate] = &[$(Predicate::$variant,)*];

            /// The local name in the `jw:` vocabulary.
            pub fn name(self) -> &'static str {
                match self { $(Predicate::$variant => $name,)* }
            }

            /// Whether `A p B` says the same as `B p A`.
            pub fn is_symmetric(self) -> bool {
                match self { $(Predicate::$variant => $symmetric,)* }
            }
        }

        impl FromStr for Predicate {
            type Err = UnknownPredicate;
            fn from_str(name: &str) -> Result<Self, UnknownPredicate> {
                match name {
                    $($name => Ok(Predicate::$variant),)*
                    _ => Err(UnknownPredicate(name.to_owned())),
                }
            }
        }
    };
}

predicates! {
    FoundedBy "foundedBy" false,
    EstablishedOn "establishedOn" false,
    HeadquarteredIn "headquarteredIn" false,
    SubsidiaryOf "subsidiaryOf" false,
    HoldsPosition "holdsPosition" false,
    EducatedAt "educatedAt" false,
    BornOn "bornOn" false,
    BornIn "bornIn" false,
    AlsoKnownAs "alsoKnownAs" false,
    Owns "owns" false,
    Acquired "acquired" false,
    BoughtAssetsOf "boughtAssetsOf" false,
    HoldsStakeIn "holdsStakeIn" false,
    TookStakeIn "tookStakeIn" false,
    IncreasedStakeIn "increasedStakeIn" false,
    ReducedStakeIn "reducedStakeIn" false,
    InvestedIn "investedIn" false,
    MergedWith "mergedWith" true,
    RestructuredWith "restructuredWith" true,
    JointVentureWith "jointVentureWith" true,
    BackdoorListedVia "backdoorListedVia" false,
    TransferredTo "transferredTo" false,
    PledgedTo "pledgedTo" false,
    Guaranteed "guaranteed" false,
    OwesTo "owesTo" false,
    Issued "issued" false,
    PartneredWith "partneredWith" true,
    CompetesWith "competesWith" true,
    SuppliesTo "suppliesTo" false,
    SignedContractWith "signedContractWith" true,
    WonBidFrom "wonBidFrom" false,
    NegotiatedWith "negotiatedWith" true,
    TradedWith "tradedWith" true,
    Assisted "assisted" false,
    Analysed "analysed" false,
    Sued "sued" false,
    DisputesWith "disputesWith" true,
    Investigated "investigated" false,
    Penalized "penalized" false,
    RuledAgainst "ruledAgainst" false,
    Developed "developed" false,
    Released "released" false,
    OpenSourced "openSourced" false,
    ComparedWith "comparedWith" false,
    ScoredOn "scoredOn" false,
    TrainedOn "trainedOn" false,
    RankedOn "rankedOn" false,
    HasMetric "hasMetric" false,
    ListedAs "listedAs" false,
    ListedOn "listedOn" false,
    PriceMoved "priceMoved" false,
    Rated "rated" false,
    CommentedOn "commentedOn" false,
}

/// A name that the ontology doesn't hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no predicate is called `{0}`")]
pub struct UnknownPredicate(pub String);

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
