//! A person on file.

use crate::{CustomerId, Day, StaffId};
use serde::{Deserialize, Serialize};

/// The fold of a customer's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub id: CustomerId,
    pub person: Person,
    pub since: Day,
    /// Set when this was a duplicate: everything about it is shown under the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CustomerId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// What a person told us of themselves; everything but the name may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Day>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// What is printed on the member's card or its QR code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub card_code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub on: Day,
    pub by: StaffId,
    pub text: String,
}
