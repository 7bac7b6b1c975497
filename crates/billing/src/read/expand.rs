//! What stands for another object: its id, or the object itself where it was asked for.

use serde::{Deserialize, Deserializer};

/// An id, or the object with that id. Source: <https://docs.stripe.com/api/expanding_objects>.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Expandable<Id, T> {
    Id(Id),
    Object(Box<T>),
}

impl<Id, T> Expandable<Id, T> {
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => Some(object),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum IdOrObject<Id> {
    Id(Id),
    Object { id: Id },
}

impl<Id> IdOrObject<Id> {
    fn id(self) -> Id {
        match self {
            Self::Id(id) | Self::Object { id } => id,
        }
    }
}

/// The id alone, of either.
pub(super) fn id<'de, D: Deserializer<'de>, Id: Deserialize<'de>>(from: D) -> Result<Id, D::Error> {
    IdOrObject::deserialize(from).map(IdOrObject::id)
}

/// The same where it may be missing or `null`.
pub(super) fn some_id<'de, D: Deserializer<'de>, Id: Deserialize<'de>>(
    from: D,
) -> Result<Option<Id>, D::Error> {
    Ok(Option::<IdOrObject<Id>>::deserialize(from)?.map(IdOrObject::id))
}
