use super::{pays_by, person, taking_a_seat};
use crate::ground::Ground;
use crate::op::{Here, Look};
use crate::refusal::{Refusal, Result};
use crate::{stripe, views, words};
use domain::customer::Customer;
use domain::enrollment::{Due, Enrollment, PaysBy, Seats, Signup};
use domain::plan::{MOST_PEOPLE, Plan, Terms};
use domain::record::{Change, Consent, ConsentHow, Enrolled};
use domain::{CustomerId, Day, EnrollmentId, Money, PlanId};
use protocol::enrollments::{ChargeLine, EnrollPreview, PreviewEnroll};
use protocol::stripe::CardView;
use sqlx::sqlite::SqliteConnection;
use store::query;

/// The longest that a start can lie ahead.
const MONTHS_AHEAD: u32 = 24;

/// What enrolling will charge, when, and what it promises: the sentences the customer agrees to.
pub(crate) async fn preview_enroll(look: &mut Look<'_>, request: PreviewEnroll) -> Result<EnrollPreview> {
    let here = look.here.clone();
    let nobody = EnrollmentId(uuid::Uuid::nil());
    let asked = Asked {
        customer: request.customer,
        plan: request.plan,
        start: request.start,
        pays: pays_by(request.pays),
        seats: request.seats,
        people: &request.people,
    };
    let card = stripe::card_of(look.conn, &here.ground, here.today, request.customer).await?;
    let mut offer = Offer::make(look.conn, &here, nobody, asked).await?;
    offer.trust_where(card.is_some(), here.today);
    Ok(EnrollPreview {
        version: offer.enrollment.version,
        first: offer.first_line(&here),
        next: offer.next_line(&here),
        sentences: offer.sentences(&here.ground),
        beside: offer.beside(&here),
        card_notes: offer.card_notes(&here, card.as_ref()),
        card,
    })
}

/// Who asks for what.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub customer: CustomerId,
    pub plan: PlanId,
    pub start: Day,
    pub pays: PaysBy,
    /// As many people as an organization agrees to.
    pub seats: Option<u32>,
    /// Who else is covered from the start.
    pub people: &'a [CustomerId],
}

/// An enrollment as it would be, not yet agreed to.
pub(crate) struct Offer {
    pub enrollment: Enrollment,
    terms: Terms,
    /// What else the customer holds.
    others: Vec<Enrollment>,
    /// The first charge; `None` when nothing is charged.
    first: Option<Due>,
    next: Option<Due>,
}

impl Offer {
    /// Refuses what cannot be sold to this person, here, from that day.
    pub async fn make(
        conn: &mut SqliteConnection,
        here: &Here,
        id: EnrollmentId,
        asked: Asked<'_>,
    ) -> Result<Self> {
        let (today, start) = (here.today, asked.start);
        let customer = person(conn, asked.customer).await?;
        let seats = seats(&customer, asked.seats)?;
        let mut people = Vec::with_capacity(asked.people.len());
        for one in asked.people {
            people.push(taking_a_seat(conn, *one).await?);
        }
        let plan = on_sale(here, asked.plan)?;
        if start > today.plus_months(MONTHS_AHEAD) {
            return Err(Refusal::invalid("start", "The start is more than 2 years ahead."));
        }
        if asked.pays == PaysBy::Card {
            stripe::connected(&here.ground)?;
        }
        let current = plan.current();
        let enrollment = Enrollment::enroll(Signup {
            id,
            customer: customer.id,
            plan: plan.id,
            version: current.number,
            terms: current.terms.clone(),
            pays: asked.pays,
            signed_up_on: today,
            starts_on: start,
            consent: None,
            provisional: false,
            credit_outlives_days: here.ground.practice()?.credit_outlives_days,
            seats,
            people,
        })?;
        let others = same_plan_elsewhere(conn, here, customer.id, plan, start, None).await?;
        if seats.is_some() {
            on_the_anchor(&others, start)?;
        }
        let mut paid = enrollment.at(start);
        let first = paid.dues(start).into_iter().next();
        if let Some(due) = &first {
            paid.collect(start, due.period, due.total, due.tax)?;
        }
        let next = paid.next_charge(start);
        Ok(Self { enrollment, terms: current.terms.clone(), others, first, next })
    }

    /// Its benefits hold while the first charge is on its way to a card that is known.
    pub fn trust_where(&mut self, has_card: bool, today: Day) {
        let enrollment = &mut self.enrollment;
        enrollment.provisional = has_card
            && enrollment.pays == PaysBy::Card
            && enrollment.starts_on == today
            && self.first.is_some_and(|due| due.total.is_positive());
    }

    /// The record of the customer's agreement to it.
    pub fn agreed_to(&self, ground: &Ground, how: ConsentHow) -> Change {
        let enrollment = &self.enrollment;
        Change::Enrolled(Box::new(Enrolled {
            enrollment: enrollment.id,
            customer: enrollment.customer,
            plan: enrollment.plan,
            version: enrollment.version,
            // As the plan has them: the fold makes of them what an organization holds.
            terms: self.terms.clone(),
            start: enrollment.starts_on,
            pays: enrollment.pays,
            consent: Consent { how, shown: self.sentences(ground) },
            seats: enrollment.seats,
            people: enrollment.covered(enrollment.starts_on).collect(),
            credit_outlives_days: enrollment.credit_outlives_days,
            provisional: enrollment.provisional,
        }))
    }

    /// Refuses when another version is sold than the person was shown.
    pub fn same_version(&self, ground: &Ground, shown: u32) -> Result<()> {
        let version = self.enrollment.version;
        if shown == version {
            return Ok(());
        }
        let plan = ground.plan_name(self.enrollment.plan);
        Err(Refusal::Stale { what: format!("{plan} is sold under version {version} now") })
    }

    /// What is to be paid on the first day; `None` when nothing is.
    pub fn first_charge(&self) -> Option<&Due> {
        self.first.as_ref()
    }

    fn first_line(&self, here: &Here) -> ChargeLine {
        match &self.first {
            Some(due) => views::charge_line(due, here.today),
            None => nothing(self.enrollment.starts_on, "First charge"),
        }
    }

    fn next_line(&self, here: &Here) -> ChargeLine {
        match &self.next {
            Some(due) => views::charge_line(due, here.today),
            None => nothing(self.enrollment.starts_on, "No further charge"),
        }
    }

    /// What will be charged, when, until when, what it promises and how to leave.
    pub fn sentences(&self, ground: &Ground) -> Vec<String> {
        let terms = &self.enrollment.terms;
        let mut said = vec![self.first_sentence(ground)];
        said.extend(self.next_sentence(ground));
        let seats = self.enrollment.seats;
        if seats.is_some() {
            said.push("Whoever joins is charged from their day on, with the next statement.".to_owned());
        }
        said.extend(words::policies(terms, self.enrollment.starts_on, seats));
        let benefits = words::benefits_held(ground, terms, seats);
        if !benefits.is_empty() {
            let when = match &self.first {
                Some(_) => "as soon as the first charge is paid",
                None => "on the first day",
            };
            said.push(format!("Benefits start {when}: {}.", benefits.join("; ")));
        }
        said
    }

    fn first_sentence(&self, ground: &Ground) -> String {
        let starts = self.enrollment.starts_on.long();
        let Some(due) = &self.first else {
            return format!("It starts on {starts}; nothing is charged then.");
        };
        let terms = &self.enrollment.terms;
        let mut parts = Vec::new();
        if due.setup_fee.is_positive() {
            parts.push(format!("with {} setup fee", ground.money(due.setup_fee)));
        } else if due.setup_fee.is_negative() {
            parts.push(format!("after {} off to begin with", ground.money(-due.setup_fee)));
        }
        if self.enrollment.seats.is_some() && due.add_ons.is_positive() {
            let people = words::people(self.enrollment.covered(due.due_on).count() as u32);
            parts.insert(0, format!("{people} at {}", ground.money(terms.family.add_on_price())));
        }
        parts.extend(tax_words(ground, terms, due.tax));
        let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
        format!("{} is due on {starts}{parts}.", ground.money(due.total))
    }

    fn next_sentence(&self, ground: &Ground) -> Option<String> {
        let due = self.next.as_ref()?;
        let terms = &self.enrollment.terms;
        let tax = tax_words(ground, terms, due.tax).map(|tax| format!(" ({tax})")).unwrap_or_default();
        Some(format!(
            "Then {} {}{tax}, next on {}, {}.",
            ground.money(due.total),
            words::per(terms.frequency),
            due.due_on.long(),
            match self.enrollment.pays {
                PaysBy::Counter => "collected at the counter",
                PaysBy::Card => "charged to the card on file",
            }
        ))
    }

    /// What happens later or is needed first, where it is paid by card.
    fn card_notes(&self, here: &Here, card: Option<&CardView>) -> Vec<String> {
        if self.enrollment.pays != PaysBy::Card {
            return Vec::new();
        }
        let mut notes = Vec::new();
        if card.is_none() {
            notes.push(
                "There is no card on file: they enter one on Stripe's page, here or from a link.".to_owned(),
            );
        }
        if self.first.is_some() && self.enrollment.starts_on <= here.today {
            notes.push("The first charge is made as soon as Stripe is reached.".to_owned());
            if let Some(stripe) = here
                .ground
                .practice
                .as_ref()
                .and_then(|it| it.stripe.as_ref())
                .filter(|_| self.enrollment.provisional)
            {
                notes.push(format!(
                    "Until the bank has answered, benefits hold on trust: up to {} on one ticket.",
                    here.ground.money(stripe.limits.ticket)
                ));
            }
        }
        notes
    }

    fn beside(&self, here: &Here) -> Vec<String> {
        self.others
            .iter()
            .map(|other| {
                let plan = here.ground.plan_name(other.plan);
                match other.ending {
                    Some(ending) => {
                        format!("{plan} runs until {} beside it.", ending.last_day.short(here.today))
                    }
                    None => format!("{plan} runs beside it."),
                }
            })
            .collect()
    }
}

/// What else a customer holds; refuses where it is the same plan, now or agreed for later.
pub(super) async fn same_plan_elsewhere(
    conn: &mut SqliteConnection,
    here: &Here,
    customer: CustomerId,
    plan: &Plan,
    start: Day,
    but: Option<EnrollmentId>,
) -> Result<Vec<Enrollment>> {
    let mut others = query::enrollments_of(conn, customer).await?;
    for other in &mut others {
        other.advance(here.today);
    }
    others.retain(|other| other.ended.is_none() && Some(other.id) != but);
    let is_or_becomes = |other: &Enrollment| {
        other.plan == plan.id || other.pending_terms.as_ref().is_some_and(|pending| pending.plan == plan.id)
    };
    let beside = |other: &Enrollment| other.ending.is_none_or(|ending| ending.last_day >= start);
    let Some(same) = others.iter().find(|other| is_or_becomes(other) && beside(other)) else {
        return Ok(others);
    };
    let names = query::customers_named(conn, &[customer]).await?;
    Err(Refusal::SamePlanTwice {
        name: names.into_iter().next().map(|row| row.name).unwrap_or_default(),
        plan: plan.about.name.clone(),
        since: same.starts_on,
    })
}

/// What an organization holds it by; a person holds it for themselves.
fn seats(customer: &Customer, limit: Option<u32>) -> Result<Option<Seats>> {
    match (customer.person.is_organization(), limit) {
        (false, Some(_)) => Err(Refusal::invalid("seats", "Seats are for organizations.")),
        (false, None) => Ok(None),
        (true, Some(0)) => Err(Refusal::invalid("seats", "At least one seat.")),
        (true, Some(limit)) if limit > MOST_PEOPLE => {
            Err(Refusal::invalid("seats", format!("At most {MOST_PEOPLE} seats.")))
        }
        (true, limit) => Ok(Some(Seats { limit })),
    }
}

/// Everything an organization holds is billed on the same dates, so that it gets one statement.
fn on_the_anchor(others: &[Enrollment], start: Day) -> Result<()> {
    let Some(other) = others.first() else { return Ok(()) };
    let begins = |day: Day| other.period_on(day).is_some_and(|(_, period)| period.start == day);
    if begins(start) {
        return Ok(());
    }
    let why = match other.period_on(start) {
        Some((_, period)) => format!(
            "It is billed on {} and {}: what else it holds starts on such a day, and stands on the same statement.",
            period.start.long(),
            period.next.long()
        ),
        None => format!(
            "Its first billing date is {}: what else it holds starts then or on a later one.",
            other.starts_on.long()
        ),
    };
    Err(Refusal::invalid("start", why))
}

pub(super) fn on_sale(here: &Here, id: PlanId) -> Result<&Plan> {
    let plan = here.ground.plan(id)?;
    let not_on_sale = |why| Err(Refusal::PlanNotOnSale { plan: plan.about.name.clone(), why });
    if plan.archived {
        return not_on_sale("archived and no longer sold");
    }
    if !plan.about.scope.holds(here.location()?) {
        return not_on_sale("not sold at this location");
    }
    Ok(plan)
}

pub(super) fn tax_words(ground: &Ground, terms: &Terms, tax: Money) -> Option<String> {
    use domain::plan::TaxMode;
    (!tax.is_zero()).then(|| match terms.tax_mode {
        TaxMode::Exclusive => format!("with {} tax", ground.money(tax)),
        TaxMode::Inclusive => format!("{} tax inside", ground.money(tax)),
    })
}

fn nothing(on: Day, words: &str) -> ChargeLine {
    ChargeLine { on, amount: Money::ZERO, tax: Money::ZERO, words: words.to_owned() }
}
