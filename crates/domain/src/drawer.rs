//! A desk's cash drawer, from the money it is opened with to the count it is closed with.

use crate::checkout::{RefundOutcome, Tender, TenderKind};
use crate::record::{CashMoved, Change, DrawerClosed, DrawerOpened, Record};
use crate::ticket::Made;
use crate::{DeskId, DrawerId, Money};
use serde::{Deserialize, Serialize};

/// The fold of a drawer's records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drawer {
    pub id: DrawerId,
    pub desk: DeskId,
    pub opened: Made<DrawerOpened>,
    /// The place of the opening in its desk's chain: what the drawer took is what that desk wrote from here on.
    pub opened_seq: u64,
    /// Oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Made<CashMoved>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Made<DrawerClosed>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_seq: Option<u64>,
}

/// What no longer fits a drawer when its turn comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DrawerRefusal {
    #[error("the drawer was never opened")]
    NotOpened,
    #[error("the drawer is closed already")]
    ClosedAlready,
}

impl Drawer {
    /// The drawer after one of its records.
    ///
    /// Money that was laid in or taken out counts whenever it is heard of; what closes a drawer closes it once.
    pub fn fold(before: Option<Self>, record: &Record) -> Result<Self, DrawerRefusal> {
        let place = record.place;
        let Some(mut drawer) = before else {
            let Change::DrawerOpened(opened) = &record.change else { return Err(DrawerRefusal::NotOpened) };
            return Ok(Self {
                id: opened.drawer,
                desk: place.desk,
                opened: Made::of(record, opened.clone()),
                opened_seq: place.seq,
                moved: Vec::new(),
                closed: None,
                closed_seq: None,
            });
        };
        match &record.change {
            Change::CashMoved(moved) => drawer.moved.push(Made::of(record, moved.clone())),
            Change::DrawerClosed(_) if drawer.closed.is_some() => return Err(DrawerRefusal::ClosedAlready),
            Change::DrawerClosed(closed) => {
                drawer.closed = Some(Made::of(record, (**closed).clone()));
                drawer.closed_seq = Some(place.seq);
            }
            _ => {}
        }
        Ok(drawer)
    }
}

/// How money changed hands, without what its slip says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Cash,
    Terminal,
    Check,
    CardOnFile,
    GiftCard,
}

impl Method {
    pub fn words(self) -> &'static str {
        match self {
            Self::Cash => "Cash",
            Self::Terminal => "Card terminal",
            Self::Check => "Checks",
            Self::CardOnFile => "Cards on file",
            Self::GiftCard => "Gift cards",
        }
    }
}

impl From<&TenderKind> for Method {
    fn from(kind: &TenderKind) -> Self {
        match kind {
            TenderKind::Cash => Self::Cash,
            TenderKind::Terminal { .. } => Self::Terminal,
            TenderKind::Check { .. } => Self::Check,
            TenderKind::CardOnFile => Self::CardOnFile,
            TenderKind::GiftCard { .. } => Self::GiftCard,
        }
    }
}

/// What came in and went out by one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByMethod {
    pub method: Method,
    /// What tenders paid, change taken off.
    pub taken: Money,
    /// Refunds and voids.
    pub given_back: Money,
}

/// Sums of what one desk wrote over a while: the lines of a closing report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Takings {
    pub tickets: u32,
    /// Of tickets, tax included, before credits paid their part.
    pub sold: Money,
    pub tax: Money,
    pub tips: Money,
    /// What rounding cash to the smallest coin added, or took off.
    pub rounding: Money,
    /// What credits paid of tickets: prepaid, so no tender.
    pub credits: Money,
    pub charges: u32,
    /// First charges and renewals of memberships, tax included.
    pub charged: Money,
    pub voids: u32,
    pub refunds: u32,
    /// Handed back for voids and refunds of any kind.
    pub given_back: Money,
    /// In the order of [`Method`]; only those that moved.
    pub methods: Vec<ByMethod>,
    pub paid_in: Money,
    pub paid_out: Money,
}

impl Takings {
    /// Sums up changes, in any order; what moved no money is passed over.
    pub fn of<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Self {
        let mut sums = Self::default();
        for change in changes {
            sums.add(change);
        }
        sums.methods.sort_by_key(|by| by.method);
        sums
    }

    fn add(&mut self, change: &Change) {
        match change {
            Change::TicketSettled(sale) => {
                let totals = &sale.settled.quote.totals;
                self.tickets += 1;
                self.sold += totals.total;
                self.tax += totals.tax;
                self.credits += totals.credits;
                self.tips += sale.settled.tip;
                self.rounding += sale.settled.cash_rounding;
                self.take(&sale.settled.tenders);
            }
            // Its money came in with the ticket that sold the membership.
            Change::ChargeCollected(charge) if charge.ticket.is_some() => {}
            Change::ChargeCollected(charge) => {
                self.charges += 1;
                self.charged += charge.total;
                let paid: Money = charge.tenders.iter().map(|tender| tender.amount).sum();
                self.rounding += paid - charge.total;
                self.take(&charge.tenders);
            }
            Change::TicketVoided(void) => {
                self.voids += 1;
                self.hand_back(&void.refund);
            }
            Change::TicketRefunded(refunded) => {
                self.refunds += 1;
                self.hand_back(&refunded.refund);
            }
            // It went back with the void or refund of that ticket.
            Change::ChargeRefunded(charge) if charge.tenders.is_empty() => {}
            Change::ChargeRefunded(charge) => {
                self.refunds += 1;
                for tender in &charge.tenders {
                    self.give(Method::from(&tender.kind), tender.amount);
                }
            }
            Change::CashMoved(moved) if moved.amount.is_negative() => self.paid_out -= moved.amount,
            Change::CashMoved(moved) => self.paid_in += moved.amount,
            _ => {}
        }
    }

    fn take(&mut self, tenders: &[Tender]) {
        for tender in tenders {
            self.by(Method::from(&tender.kind)).taken += tender.amount;
        }
    }

    fn hand_back(&mut self, refund: &RefundOutcome) {
        for back in &refund.give_backs {
            self.give(Method::from(&back.kind), back.amount);
        }
    }

    fn give(&mut self, method: Method, amount: Money) {
        self.given_back += amount;
        self.by(method).given_back += amount;
    }

    fn by(&mut self, method: Method) -> &mut ByMethod {
        let at = self.methods.iter().position(|by| by.method == method).unwrap_or_else(|| {
            self.methods.push(ByMethod { method, taken: Money::ZERO, given_back: Money::ZERO });
            self.methods.len() - 1
        });
        &mut self.methods[at]
    }

    /// What the drawer holds more than at the start: cash taken less given back, and what was paid in less out.
    pub fn cash(&self) -> Money {
        let sales: Money = self
            .methods
            .iter()
            .filter(|by| by.method == Method::Cash)
            .map(|by| by.taken - by.given_back)
            .sum();
        sales + self.paid_in - self.paid_out
    }
}
