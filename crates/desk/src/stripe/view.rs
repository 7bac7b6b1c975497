//! What the window shows of Stripe.

use super::charge_card::at_risk;
use super::errands::{CURSOR, HEARD};
use super::owed_of;
use crate::door::Desk;
use crate::ground::Ground;
use crate::op::Look;
use crate::refusal::{Refusal, Result};
use billing::answer::decline;
use billing::request::Thing;
use domain::effect::EffectState;
use domain::enrollment::{Enrollment, PaysBy};
use domain::fold::State;
use domain::record::Entity;
use domain::stripe::{CardOnFile, NextTry, OfflineLimits, SubscriptionState};
use domain::{Currency, CustomerId, Day, Instant};
use protocol::practice::WayOut;
use protocol::stripe::{
    CardBillingState, CardBillingView, CardCharge, CardPage, CardView, FailedChargeView, GetCardCharge,
    GetCardPage, ReconciledDifference, Reconciliation, StripeAccountView, StripeKeyView, StripeLine,
    StripeView,
};
use sqlx::sqlite::SqliteConnection;
use store::query::{self, EffectKind};

impl Desk {
    /// The Stripe page, but for the key, of which the desk knows nothing.
    pub async fn stripe_view(&self) -> Result<StripeView> {
        let here = self.nobody();
        let ground = here.ground.clone();
        let mut view = {
            let mut through = self.store().look().await?;
            view(&mut Look { here, conn: through.conn() }).await?
        };
        let line = self.stripe_line.lock().await;
        view.line = match (&view.account, &line.key_refused, line.since.zip(line.not_before)) {
            (None, _, _) => StripeLine::NotConnected,
            (Some(_), Some(said), _) => StripeLine::NeedsKey { said: said.clone() },
            (Some(_), None, Some((since, until))) => StripeLine::Broken {
                since: ground.wall_time(since),
                said: line.said.clone(),
                next_try: ground.wall_time(until),
            },
            (Some(_), None, None) if line.reached => StripeLine::Open,
            (Some(_), None, None) => StripeLine::Untried,
        };
        Ok(view)
    }

    pub(crate) async fn reconciliation(&self) -> Reconciliation {
        let ground = self.nobody().ground;
        let line = self.stripe_line.lock().await;
        let report = &line.report;
        Reconciliation {
            running: report.running,
            read: report.read,
            ended: report.ended.map(|at| moment(&ground, at)),
            differences: report
                .differences
                .iter()
                .map(|(customer, words)| ReconciledDifference { customer: *customer, words: words.clone() })
                .collect(),
        }
    }

    /// How the way to Stripe stands, where somebody should know.
    pub(crate) async fn stripe_line_view(&self) -> Result<Option<StripeLine>> {
        let line = self.stripe_view().await?.line;
        Ok((line != StripeLine::NotConnected).then_some(line))
    }

    /// How Stripe was found at the last try, for the badge at the top.
    pub(crate) async fn stripe_out(&self) -> WayOut {
        let connected =
            self.nobody().ground.practice.as_ref().is_some_and(|practice| practice.stripe.is_some());
        let line = self.stripe_line.lock().await;
        match (connected, line.since.is_some() || line.key_refused.is_some(), line.reached) {
            (false, _, _) | (true, false, false) => WayOut::Untried,
            (true, true, _) => WayOut::NotReached,
            (true, false, true) => WayOut::Reached,
        }
    }

    /// Refuses what only Stripe itself can show, where the way to it is known to be broken.
    pub(crate) async fn stripe_answers(&self) -> Result<()> {
        match self.stripe_out().await {
            WayOut::NotReached => Err(Refusal::NotNow(
                "Stripe is not reached, and this page comes from there. Try again once there is a connection.".into(),
            )),
            _ => Ok(()),
        }
    }

    /// What became of the newest charge for a ticket. Where the way to Stripe is known to be broken nobody waits for an answer.
    pub(crate) async fn card_charge(&self, request: GetCardCharge) -> Result<CardCharge> {
        let charge = {
            let mut through = self.store().look().await?;
            let mut look = Look { here: self.nobody(), conn: through.conn() };
            super::get_card_charge(&mut look, request).await?
        };
        let line = self.stripe_line.lock().await;
        Ok(match charge {
            CardCharge::Waiting { amount, said: None } if line.since.is_some() => {
                CardCharge::Waiting { amount, said: Some(line.said.clone()) }
            }
            other => other,
        })
    }

    /// The newest page for somebody's card; one that is open is asked after, for whoever waits at the counter.
    pub(crate) async fn card_page(&self, request: GetCardPage) -> Result<CardPage> {
        let here = self.nobody();
        let (page, session) = {
            let mut through = self.store().look().await?;
            let mut look = Look { here, conn: through.conn() };
            let page = super::ask_card::get_card_page(&mut look, request.clone()).await?;
            let session = super::ask_card::newest_session(&mut look, request.customer).await?;
            (page, session)
        };
        if let (CardPage::Open { .. }, Some(session)) = (&page, session) {
            self.also_read([Thing::CheckoutSession(session)]).await;
        }
        Ok(page)
    }
}

fn moment(ground: &Ground, at: Instant) -> String {
    format!("{} {}", ground.day_of(at).long(), ground.wall_time(at))
}

pub(super) async fn view(look: &mut Look<'_>) -> Result<StripeView> {
    let ground = look.here.ground.clone();
    let practice = ground.practice()?;
    let currency: Currency = practice.currency;
    let stripe = practice.stripe.as_ref();
    let open = query::open_effects(look.conn, EffectKind::Stripe).await?;
    let refused = query::effects(look.conn, &[EffectState::Refused], false, None, 500).await?;
    let heard = query::kept(look.conn, HEARD).await?;
    let begun = query::kept(look.conn, CURSOR).await?.is_some();
    let heard = heard.filter(|_| begun).and_then(|text| text.parse().ok()).map(Instant::from_millis);
    Ok(StripeView {
        account: stripe.map(|stripe| StripeAccountView {
            id: stripe.account.id.to_string(),
            name: stripe.name.clone(),
            live: stripe.account.live,
        }),
        key: StripeKeyView::None,
        line: StripeLine::Untried,
        limits: stripe.map_or_else(|| OfflineLimits::usual(currency), |stripe| stripe.limits),
        waiting: open.len() as u32,
        refused: refused.rows.iter().filter(|row| row.kind == EffectKind::Stripe).count() as u32,
        at_risk: at_risk(look.conn, &ground).await?,
        heard: heard.map(|at| {
            let day = ground.day_of(at);
            if day == look.here.today { ground.wall_time(at) } else { moment(&ground, at) }
        }),
        elsewhere: None,
        demo: practice.demo,
        by_card: query::billed_by_card(look.conn).await?,
    })
}

pub(crate) fn card_view(card: &CardOnFile, today: Day) -> CardView {
    let last_day = card
        .expires
        .and_then(|(year, month)| Day::ymd(i32::from(year), u32::from(month), 1))
        .map(|first| first.plus_months(1).prev());
    CardView {
        words: card.words(),
        expires: card.expires.map(|(year, month)| format!("{month:02}/{:02}", year % 100)),
        expires_soon: last_day.is_some_and(|last| last < today.plus_months(1)),
    }
}

/// The card on file that somebody's charges go to.
pub(crate) async fn card_of(
    conn: &mut SqliteConnection,
    ground: &Ground,
    today: Day,
    customer: CustomerId,
) -> Result<Option<CardView>> {
    let Some(stripe) = ground.practice.as_ref().and_then(|practice| practice.stripe.as_ref()) else {
        return Ok(None);
    };
    let root = query::root_of(conn, customer).await?;
    let Some(State::Customer(person)) = query::entity(conn, Entity::Customer(root)).await? else {
        return Ok(None);
    };
    let known = person.at_stripe(&stripe.account).and_then(|known| known.card.as_ref());
    Ok(known.map(|card| card_view(card, today)))
}

/// How a membership is billed through Stripe; `None` where it never was.
pub(crate) async fn billing_view(
    conn: &mut SqliteConnection,
    ground: &Ground,
    now: &Enrollment,
    today: Day,
) -> Result<Option<CardBillingView>> {
    let by_card =
        now.pays == PaysBy::Card || now.pending_pays.is_some_and(|pending| pending.pays == PaysBy::Card);
    if !by_card && now.subscription.is_none() && !now.used_on_trust().is_positive() {
        return Ok(None);
    }
    let mut waiting = Vec::new();
    for row in query::effects_of(conn, &[now.customer]).await? {
        let open = matches!(row.progress.state, EffectState::Waiting | EffectState::InFlight);
        if open && row.kind == EffectKind::Stripe && owed_of(&row.what)?.enrollment() == Some(now.id) {
            waiting.push(super::title(conn, ground, &row).await?);
        }
    }
    let state = match now.subscription.as_deref().map(|said| said.state) {
        None | Some(SubscriptionState::Waiting) => CardBillingState::Waiting,
        Some(SubscriptionState::Running) => CardBillingState::Running,
        Some(SubscriptionState::PastDue) => CardBillingState::PastDue,
        Some(SubscriptionState::Paused | SubscriptionState::CollectionPaused { .. }) => {
            CardBillingState::Paused
        }
        Some(SubscriptionState::Ended) => CardBillingState::Ended,
    };
    let failed = now.open_invoices.iter().map(|(period, open)| {
        let decline = decline(&open.reason);
        FailedChargeView {
            period: *period,
            on: open.since,
            amount: open.total,
            why: decline.what.to_owned(),
            next: decline.next.to_owned(),
            tries_again: match open.next_try {
                NextTry::On(day) => Some(day),
                NextTry::Never => None,
            },
        }
    });
    let failed = if now.ended.is_some() { Vec::new() } else { failed.collect() };
    let mut trusted_on = Vec::new();
    for (ticket, amount) in now.trusted_on() {
        if let Some(State::Ticket(known)) = query::entity(conn, Entity::Ticket(ticket)).await?
            && let Some(sale) = &known.sale
        {
            trusted_on.push((ticket, sale.what.number.to_string(), amount));
        }
    }
    Ok(Some(CardBillingView {
        card: card_of(conn, ground, today, now.customer).await?,
        state,
        failed,
        waiting,
        changes_on: now.pending_pays.map(|pending| now.billing_date(pending.period)),
        on_trust: now.used_on_trust(),
        trusted_on,
    }))
}
