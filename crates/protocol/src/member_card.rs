//! The member card: who it is for, and the code that names them to a scanner.

use domain::CustomerId;
use serde::{Deserialize, Serialize};

/// What stands on a person's card; a code is made for whoever has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MakeMemberCard {
    pub customer: CustomerId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCard {
    pub customer: CustomerId,
    pub practice: String,
    pub name: String,
    /// What its square of dots says, and nothing else of the person.
    pub code: String,
}

/// The same card as a PDF, as large as a bank card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetMemberCardPdf {
    pub customer: CustomerId,
}
