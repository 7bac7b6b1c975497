//! A person on file.

use crate::stripe::{CustomerAtStripe, StripeAccount};
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
    /// Erased on request on that day; what is left is a pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Day>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Who they are at Stripe; the first is charged, the others were theirs too before two entries became one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_stripe: Vec<CustomerAtStripe>,
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
    /// What another system calls this person, so that its files find them again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub external_id: String,
    /// Set where this is no person but an organization, under its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Organization>,
}

/// A billing entity: it holds memberships for its people, pays for them, and uses none of them itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Organization {
    /// Whom to ask for there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
    /// What stands on its statements beside the name: a tax number, a cost centre.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
}

impl Person {
    pub fn is_organization(&self) -> bool {
        self.organization.is_some()
    }
}

impl Customer {
    /// Who is charged, under an account.
    pub fn at_stripe(&self, account: &StripeAccount) -> Option<&CustomerAtStripe> {
        self.at_stripe.iter().find(|known| known.account == *account && !known.deleted)
    }

    pub(crate) fn hear(&mut self, said: &CustomerAtStripe) {
        match self.at_stripe.iter_mut().find(|known| known.id == said.id) {
            Some(known) => *known = said.clone(),
            None => self.at_stripe.push(said.clone()),
        }
    }

    /// What is left of a person who was erased: `Erased person 3f2a`.
    pub fn erased(id: CustomerId, since: Day, on: Day) -> Self {
        // The end of an id is random, its beginning is the time it was made.
        let hex = id.0.simple().to_string();
        let name = format!("Erased person {}", &hex[hex.len() - 4..]);
        let person = Person { name, ..Person::default() };
        Self {
            id,
            person,
            since,
            merged_into: None,
            erased: Some(on),
            notes: Vec::new(),
            at_stripe: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub on: Day,
    pub by: StaffId,
    pub text: String,
}
