//! What a person agreed to: the very words, when, with whom, and how; kept for ever and shown again.

use crate::enrollments::Consent;
use domain::{CustomerId, Day, EnrollmentId, ImageHash, RecordId};
use serde::{Deserialize, Serialize};

/// Keeps a picture of what somebody signs: their signature on the screen, or signed paper.
///
/// It is theirs until a record names it, and what no record names is dropped after a month. It goes when they are erased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoreSigned {
    pub customer: CustomerId,
    /// The file as it is, a PNG, JPEG or WebP, in standard base64.
    pub base64: String,
    /// What this takes the place of: a signature with one stroke less.
    #[serde(default)]
    pub instead_of: Option<ImageHash>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedStored {
    pub picture: ImageHash,
    pub width: u32,
    pub height: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadSigned {
    pub picture: ImageHash,
}

/// Everything that was agreed to about one membership, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetAgreements {
    pub enrollment: EnrollmentId,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreements {
    /// None where the membership came from another system.
    pub agreements: Vec<Agreement>,
}

/// One agreement as a PDF on a page of paper, with what was signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetAgreementPdf {
    pub enrollment: EnrollmentId,
    pub record: RecordId,
}

/// What a person agreed to once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The record that holds it.
    pub record: RecordId,
    pub to: AgreedTo,
    pub on: Day,
    /// Practice-local wall time, `14:05`.
    pub at: String,
    pub practice: String,
    pub customer: CustomerId,
    /// As they are called today.
    pub customer_name: String,
    pub plan_name: String,
    pub version: u32,
    /// Who took it, and who allowed it.
    pub taken_by: String,
    pub approved_by: Option<String>,
    pub how: Consent,
    /// What was signed is kept on this desk.
    pub picture_kept: bool,
    /// The very sentences that were shown.
    pub sentences: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreedTo {
    Membership,
    OtherPlan,
    OtherTerms,
}

impl Agreement {
    /// `Agreement to Gold, version 3`
    pub fn title(&self) -> String {
        let (plan, version) = (&self.plan_name, self.version);
        match self.to {
            AgreedTo::Membership => format!("Agreement to {plan}, version {version}"),
            AgreedTo::OtherPlan => format!("Agreement to change to {plan}, version {version}"),
            AgreedTo::OtherTerms => format!("Agreement to the terms of {plan}, version {version}"),
        }
    }

    /// `In person`
    pub fn how_words(&self) -> &'static str {
        match self.how {
            Consent::InPerson => "In person",
            Consent::SignedPaper => "On signed paper, filed apart",
            Consent::OnScreen { .. } => "Signed on the screen",
            Consent::OnPaper { .. } => "On signed paper",
        }
    }

    /// Who agreed, when, with whom and how: a name and what it says.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let taken_by = match &self.approved_by {
            Some(manager) => format!("{}, allowed by {manager}", self.taken_by),
            None => self.taken_by.clone(),
        };
        vec![
            ("Agreed by", self.customer_name.clone()),
            ("On", format!("{}, {}", self.on.long(), self.at)),
            ("How", self.how_words().to_owned()),
            ("With", format!("{taken_by}, {}", self.practice)),
        ]
    }

    /// What is said where the picture of what was signed should stand and does not.
    pub fn missing_picture(&self) -> Option<&'static str> {
        (self.how.picture().is_some() && !self.picture_kept)
            .then_some("What was signed is not kept on this desk.")
    }

    /// The whole of it as plain text, for a message: the title is its subject.
    pub fn letter(&self) -> String {
        let facts = self.facts().into_iter().map(|(what, value)| format!("{what}: {value}\n"));
        let sentences = self.sentences.iter().map(|sentence| format!("- {sentence}\n"));
        facts.chain(["\n".to_owned()]).chain(sentences).collect()
    }
}
