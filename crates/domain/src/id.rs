//! Identities, one type each, so that no two can be swapped by mistake.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// One record of the journal.
    RecordId;
    /// One installed program at one counter.
    DeskId;
    LocationId;
    StaffId;
    CategoryId;
    TaxClassId;
    ItemId;
    PlanId;
    /// One discount, credit, included service or access rule of a version of terms.
    BenefitId;
    CustomerId;
    EnrollmentId;
    /// One dated grant of a credit.
    LotId;
    /// One gift card; follows from its code.
    GiftCardId;
    TicketId;
    /// One row of a ticket.
    LineId;
    RefundId;
    /// One stretch of a desk's cash drawer, from opening to closing.
    DrawerId;
    /// One thing owed to the outside; follows from the record that owes it.
    EffectId;
    /// The key a screen makes before its request, so that a repeat is recognised.
    RequestKey;
}

/// The BLAKE3 of a picture's kept bytes: 64 lowercase hexadecimal digits where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageHash([u8; 32]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a picture is named by 64 lowercase hexadecimal digits")]
pub struct NoImageHash;

impl ImageHash {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ImageHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl FromStr for ImageHash {
    type Err = NoImageHash;

    fn from_str(text: &str) -> Result<Self, NoImageHash> {
        let digit = |letter: u8| match letter {
            b'0'..=b'9' => Ok(letter - b'0'),
            b'a'..=b'f' => Ok(letter - b'a' + 10),
            _ => Err(NoImageHash),
        };
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return Err(NoImageHash);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for ImageHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ImageHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl EnrollmentId {
    /// A membership taken over from another system: the same file gives it the same id, whatever became of it here.
    pub fn of_import(customer: CustomerId, plan: PlanId, start: crate::Day) -> Self {
        Self(Uuid::new_v5(&customer.0, format!("taken over {plan} {start}").as_bytes()))
    }
}

impl LotId {
    /// The lot of the `n`th refresh of a benefit, the same on every desk that grants it.
    pub fn of_refresh(
        enrollment: EnrollmentId,
        benefit: BenefitId,
        person: Option<CustomerId>,
        n: u32,
    ) -> Self {
        let mut name = Vec::with_capacity(36);
        name.extend_from_slice(benefit.0.as_bytes());
        if let Some(person) = person {
            name.extend_from_slice(person.0.as_bytes());
        }
        name.extend_from_slice(&n.to_be_bytes());
        Self(Uuid::new_v5(&enrollment.0, &name))
    }

    /// A lot that a record opens beside the refreshes: a goodwill grant, an adjustment, a return to an expired lot.
    pub fn of_record(record: RecordId, nth: u32) -> Self {
        Self(Uuid::new_v5(&record.0, &nth.to_be_bytes()))
    }

    /// The lot that takes what a record returns to `lot` after that lot is over.
    pub fn of_return(record: RecordId, lot: Self) -> Self {
        Self(Uuid::new_v5(&record.0, lot.0.as_bytes()))
    }
}
