use crate::op::Op;
use crate::refusal::Result;
use domain::fold::State;
use domain::mail::{self, Mail};
use domain::record::{Change, Entity, Record};
use domain::{CustomerId, EffectId, EnrollmentId};
use std::collections::BTreeMap;
use store::query::{self, EffectKind, EffectRow, NewEffect};

impl Op<'_> {
    /// Writes down what records owe to the outside, in their own transaction: once, when they are written here.
    pub(crate) async fn owe(&mut self, records: &[Record], states: &BTreeMap<Entity, State>) -> Result<()> {
        let sends = self.here.ground.practice.as_ref().and_then(|practice| practice.mail.as_ref());
        let sends = sends.map(|settings| settings.sends);
        for record in records {
            let mail = match (&record.change, &sends) {
                (Change::MailAsked(asked), _) => Some(asked.mail.clone()),
                (change, Some(sends)) => mail::owed(change, sends),
                (_, None) => None,
            };
            if let Some(mail) = mail {
                self.owe_mail(record, mail, states).await?;
            }
        }
        Ok(())
    }

    async fn owe_mail(
        &mut self,
        record: &Record,
        mail: Mail,
        states: &BTreeMap<Entity, State>,
    ) -> Result<()> {
        let (customer, given) = match &record.change {
            Change::MailAsked(asked) => {
                let given = if asked.to.is_empty() { self.mail_to.clone() } else { Some(asked.to.clone()) };
                (asked.customer, given)
            }
            Change::TicketSettled(sale) => (sale.customer, None),
            Change::CardEntered { customer, .. } => (Some(*customer), None),
            _ => (self.holder(&mail, states).await?, None),
        };
        let shown = match customer {
            Some(customer) => query::shown_as(self.conn().await?, customer).await?,
            None => None,
        };
        // Nobody to send it to.
        if given.is_none() && shown.as_ref().is_none_or(|shown| shown.email.is_empty()) {
            return Ok(());
        }
        let title = self.title(&mail, states).await?;
        let what = serde_json::to_string(&mail).map_err(|error| store::StoreError::Unreadable {
            what: "a mail".into(),
            why: error.to_string(),
        })?;
        self.tx.owe(NewEffect {
            id: EffectId::of(record.id, 0),
            record: record.id,
            kind: EffectKind::Mail,
            customer: shown.map(|shown| shown.id).or(customer),
            what,
            title,
            address: given,
            on: record.on,
            stripe: None,
        });
        Ok(())
    }

    /// Sends the way to a page of Stripe's that somebody asked for by e-mail.
    pub(crate) async fn owe_card_page(&mut self, page: &EffectRow) -> Result<()> {
        let asked = store::record(self.conn().await?, page.record).await?.map(|record| record.change);
        let Some(Change::CardPageAsked { customer, by_email: true }) = asked else { return Ok(()) };
        let mail = Mail::CardPage { customer, page: page.id };
        let what = serde_json::to_string(&mail).map_err(|error| store::StoreError::Unreadable {
            what: "a mail".into(),
            why: error.to_string(),
        })?;
        let title = self.title(&mail, &BTreeMap::new()).await?;
        let on = self.here.now;
        self.tx.owe(NewEffect {
            id: EffectId::of(page.record, 1),
            record: page.record,
            kind: EffectKind::Mail,
            customer: Some(customer),
            what,
            title,
            address: None,
            on,
            stripe: None,
        });
        Ok(())
    }

    async fn holder(&mut self, mail: &Mail, states: &BTreeMap<Entity, State>) -> Result<Option<CustomerId>> {
        let Some(enrollment) = mail.enrollment() else { return Ok(None) };
        let entity = Entity::Enrollment(enrollment);
        let held = match states.get(&entity) {
            Some(State::Enrollment(held)) => Some(held.customer),
            _ => match self.state(entity).await? {
                Some(State::Enrollment(held)) => Some(held.customer),
                _ => None,
            },
        };
        Ok(held)
    }

    /// What the queue calls it; of nobody in person.
    async fn title(&mut self, mail: &Mail, states: &BTreeMap<Entity, State>) -> Result<String> {
        Ok(match mail {
            Mail::Receipt { ticket } => {
                let entity = Entity::Ticket(*ticket);
                let known = match states.get(&entity) {
                    Some(state) => Some(state.clone()),
                    None => self.state(entity).await?,
                };
                let number = match known {
                    Some(State::Ticket(ticket)) => ticket.sale.map(|sale| sale.what.number.to_string()),
                    _ => None,
                };
                format!("Receipt {}", number.unwrap_or_default())
            }
            Mail::ChargeReceipt { number, .. } => format!("Receipt {number}"),
            Mail::ChargeFailed { enrollment, .. } => {
                format!("The card for {} was refused", self.plan(*enrollment, states).await?)
            }
            Mail::CardUpdated { .. } => "New card on file".to_owned(),
            Mail::CardPage { .. } => "Page for a card".to_owned(),
            Mail::Message { .. } => "Message".to_owned(),
            Mail::Statement { on, .. } => format!("Statement of {}", on.long()),
            Mail::Welcome { enrollment } => format!("Welcome to {}", self.plan(*enrollment, states).await?),
            Mail::Paused { enrollment, .. } => format!("{} is paused", self.plan(*enrollment, states).await?),
            Mail::Resumed { enrollment } => format!("{} goes on", self.plan(*enrollment, states).await?),
            Mail::Ending { enrollment } => format!("{} will end", self.plan(*enrollment, states).await?),
            Mail::GoesOn { enrollment } => {
                format!("{} does not end", self.plan(*enrollment, states).await?)
            }
            Mail::Ended { enrollment } => format!("{} has ended", self.plan(*enrollment, states).await?),
            Mail::Agreement { enrollment, .. } => {
                format!("Agreement to {}", self.plan(*enrollment, states).await?)
            }
            Mail::Expiring { enrollment, .. } => {
                format!("Credit of {} expires", self.plan(*enrollment, states).await?)
            }
            Mail::Renews { enrollment, .. } => format!("{} renews", self.plan(*enrollment, states).await?),
            Mail::Late { enrollment, .. } => {
                format!("{} was not paid", self.plan(*enrollment, states).await?)
            }
        })
    }

    async fn plan(&mut self, id: EnrollmentId, states: &BTreeMap<Entity, State>) -> Result<String> {
        let entity = Entity::Enrollment(id);
        let plan = match states.get(&entity) {
            Some(State::Enrollment(held)) => Some(held.plan),
            _ => match self.state(entity).await? {
                Some(State::Enrollment(held)) => Some(held.plan),
                _ => None,
            },
        };
        Ok(plan.map_or_else(|| "A membership".to_owned(), |plan| self.here.ground.plan_name(plan)))
    }
}
