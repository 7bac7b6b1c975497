//! People on file.

use crate::enrollments::EnrollmentView;
use crate::stripe::CardView;
use domain::customer::{Customer, Person};
use domain::{CustomerId, Money};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateCustomer {
    pub person: Person,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditCustomer {
    pub id: CustomerId,
    pub person: Person,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetCustomer {
    pub id: CustomerId,
}

/// Everything the profile shows; the purchases come from [`crate::tickets::ListTickets`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerView {
    pub customer: Customer,
    /// Running ones first, then ended ones, newest first.
    pub enrollments: Vec<EnrollmentView>,
    /// Whose enrollments cover this person as a dependent.
    pub covered_by: Vec<EnrollmentView>,
    /// Itself and every duplicate that was merged into it: enrollments name any of them.
    #[serde(default)]
    pub known_as: Vec<CustomerId>,
    /// Settled tickets less refunds, and membership charges less refunds.
    pub spent: Money,
    pub saved: Money,
    pub owed: Money,
    pub tickets: u32,
    /// The card on file at Stripe.
    #[serde(default)]
    pub card: Option<CardView>,
}

/// The few best matches by name, e-mail, phone or card code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindCustomers {
    pub text: String,
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Best first: the holder of a card, then those whose names begin with the text, then by name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FoundCustomers {
    pub people: Vec<CustomerHit>,
    /// More match than these.
    pub more: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerHit {
    pub id: CustomerId,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// `Gold · Active`, the running memberships in words; may be empty.
    pub memberships: String,
    /// What was asked for is exactly the code of this person's card; at most the first hit.
    #[serde(default)]
    pub by_card: bool,
    /// No person: it takes no seat and has no card.
    #[serde(default)]
    pub organization: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddNote {
    pub id: CustomerId,
    pub text: String,
}

/// Shows everything of `duplicate` under `keep` from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergeCustomers {
    pub keep: CustomerId,
    pub duplicate: CustomerId,
}
