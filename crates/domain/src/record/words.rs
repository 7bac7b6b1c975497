//! Words that a person typed into records that must stay: reasons, notes, labels.
//!
//! A record of money or of a membership is kept for ever, but the words in it may name somebody. They are taken out and
//! sealed apart, so that erasing the person leaves the record and loses the words.

use super::{Change, Entity};
use serde_json::Value;

/// One place in a change where free words stand.
pub enum Words<'a> {
    Text(&'a mut String),
    /// What a screen keeps of its own.
    Draft(&'a mut Value),
}

impl Words<'_> {
    fn take(self) -> Value {
        match self {
            Self::Text(text) => Value::String(std::mem::take(text)),
            Self::Draft(draft) => draft.take(),
        }
    }

    fn put(self, words: Value) {
        match (self, words) {
            (Self::Text(text), Value::String(words)) => *text = words,
            (Self::Draft(draft), words) => *draft = words,
            (Self::Text(_), _) => {}
        }
    }
}

fn is_empty(words: &Value) -> bool {
    match words {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

impl Change {
    /// Whom its words are about: a customer, or what leads to one. `None` where it has none, or they are nobody's.
    pub fn words_about(&self) -> Option<Entity> {
        match self {
            Self::ChargeRefunded(charge) => Some(Entity::Customer(charge.customer)),
            // About one of several who are covered.
            Self::CreditAdjusted { person: Some(person), .. }
            | Self::GoodwillGiven { person: Some(person), .. } => Some(Entity::Customer(*person)),
            Self::CancelScheduled { enrollment, .. }
            | Self::EnrollmentCancelled { enrollment, .. }
            | Self::CreditAdjusted { enrollment, .. }
            | Self::LotExtended { enrollment, .. }
            | Self::GoodwillGiven { enrollment, .. }
            | Self::OverdraftSettled { enrollment, .. }
            | Self::TrustSettled { enrollment, .. }
            | Self::HolderChanged { enrollment, .. } => Some(Entity::Enrollment(*enrollment)),
            Self::TicketHeld(held) => held.customer.map(Entity::Customer),
            Self::TicketSettled(sale) => sale.customer.map(Entity::Customer),
            Self::TicketVoided(void) => Some(Entity::Ticket(void.ticket)),
            Self::TicketRefunded(refunded) => refunded.customer.map(Entity::Customer),
            Self::TaskClosed { task, .. } => Some(Entity::Task(*task)),
            Self::MailAsked(asked) => asked.customer.map(Entity::Customer),
            _ => None,
        }
    }

    /// Takes the words out, in an order that stays for ever; `None` where nobody wrote any.
    pub fn take_words(&mut self) -> Option<Vec<Value>> {
        self.words_about()?;
        let taken: Vec<Value> = self.words().into_iter().map(Words::take).collect();
        taken.iter().any(|words| !is_empty(words)).then_some(taken)
    }

    /// Puts back what [`Self::take_words`] took.
    pub fn put_words(&mut self, taken: Vec<Value>) {
        for (place, words) in self.words().into_iter().zip(taken) {
            place.put(words);
        }
    }

    /// Every place where free words stand. Places are only ever added at the end.
    fn words(&mut self) -> Vec<Words<'_>> {
        match self {
            Self::ChargeRefunded(charge) => vec![Words::Text(&mut charge.reason)],
            Self::CancelScheduled { reason, .. }
            | Self::EnrollmentCancelled { reason, .. }
            | Self::CreditAdjusted { reason, .. }
            | Self::LotExtended { reason, .. }
            | Self::GoodwillGiven { reason, .. }
            | Self::OverdraftSettled { reason, .. }
            | Self::TrustSettled { reason, .. }
            | Self::HolderChanged { reason, .. } => vec![Words::Text(reason)],
            Self::TicketHeld(held) => vec![Words::Text(&mut held.label), Words::Draft(&mut held.draft)],
            Self::TicketSettled(sale) => {
                let input = &mut sale.settled.input;
                let ticket = input.ticket_discount.iter_mut().map(|off| Words::Text(&mut off.reason));
                let lines = input.lines.iter_mut().flat_map(|line| {
                    let note = Words::Text(&mut line.note);
                    let reason = line.manual_discount.iter_mut().map(|off| Words::Text(&mut off.reason));
                    std::iter::once(note).chain(reason)
                });
                ticket.chain(lines).chain([Words::Text(&mut sale.note)]).collect()
            }
            Self::TicketVoided(void) => vec![Words::Text(&mut void.reason)],
            Self::TicketRefunded(refunded) => vec![Words::Text(&mut refunded.reason)],
            Self::TaskClosed { note, .. } => vec![Words::Text(note)],
            Self::MailAsked(asked) => vec![Words::Text(&mut asked.to)],
            _ => Vec::new(),
        }
    }
}
