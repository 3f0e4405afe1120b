//! Of what type is an entity?

use std::str::FromStr;

/// The contract's entity types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityType {
    Company,
    /// Regulator, university, medium, government, association…
    Organization,
    Person,
    Place,
    Product,
    /// An AI model
    Model,
    Chip,
    Listing,
    Index,
    Benchmark,
    Ranking,
}

impl EntityType {
    /// Every type with its name in the contract and in the tables.
    pub const ALL: [(EntityType, &'static str); 11] = [
        (EntityType::Company, "Company"),
        (EntityType::Organization, "Organization"),
        (EntityType::Person, "Person"),
        (EntityType::Place, "Place"),
        (EntityType::Product, "Product"),
        (EntityType::Model, "Model"),
        (EntityType::Chip, "Chip"),
        (EntityType::Listing, "Listing"),
        (EntityType::Index, "Index"),
        (EntityType::Benchmark, "Benchmark"),
        (EntityType::Ranking, "Ranking"),
    ];

    /// Its name in the contract and in the tables.
    pub fn name(self) -> &'static str {
        EntityType::ALL[self as usize].1
    }

    /// The type of this number, as `as u8` gives it.
    pub(crate) fn of_number(number: u8) -> Option<EntityType> {
        EntityType::ALL.get(usize::from(number)).map(|(kind, _)| *kind)
    }
}

impl FromStr for EntityType {
    type Err = String;

    fn from_str(name: &str) -> Result<EntityType, String> {
        EntityType::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(kind, _)| *kind)
            .ok_or_else(|| format!("`{name}` is no type of entity"))
    }
}
