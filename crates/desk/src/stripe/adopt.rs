//! What another program bills through the account goes on here, with its dates and its prices.
//!
//! Everything is read first, looked through, and then taken over in one transaction. Nothing is asked of Stripe but what is
//! there: a plan comes with its product and prices, a person with who they are there, a membership with the subscription
//! that bills it, so that nothing of them is owed. Their cards are read after that: a card heard of before the subscription
//! would begin a second one.

use super::connected;
use super::errands::CURSOR;
use super::hear::hear;
use crate::check::Check;
use crate::door::Desk;
use crate::op::{Here, Op};
use crate::refusal::{Refusal, Result};
use crate::words;
use billing::adopt::{self, Adoptable};
use billing::inbound::{Ours, Snapshot};
use billing::read::{
    Customer, Object, Page, Price, Product, StripeCustomerId, StripeProductId, Subscription,
    SubscriptionStatus,
};
use billing::request::ListOf;
use domain::customer::Person;
use domain::enrollment::{Brought, Enrollment, PaysBy};
use domain::plan::{
    CancelPolicy, Family, Frequency, PastDuePolicy, PausePolicy, Plan, PlanAbout, Scope, Terms,
};
use domain::record::{Change, Entity, MembershipImported};
use domain::stripe::{
    CustomerAtStripe, CustomerHeard, Owed, PlanHeard, PlanSaid, PriceAtStripe, PriceIs, StripeAccount,
};
use domain::{CustomerId, Day, EnrollmentId, Instant, Money, PlanId};
use protocol::adopting::{
    AdoptAccount, Adopted, AdoptedAs, AdoptedMembership, AdoptedPerson, AdoptedPlan, Adoption,
    AdoptionChoices, AdoptionReading, LeftOut,
};
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use store::query::{self, OnFile};
use uuid::Uuid;

/// So many people, and so many that stay with Stripe, are shown.
const SHOWN: usize = 300;

/// What was read of the account so far; not kept over a restart.
#[derive(Debug, Clone, Default)]
pub(super) struct AccountRead {
    state: State,
    found: Arc<Found>,
}

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    NotBegun,
    Reading,
    Stopped(String),
    Done(Instant),
}

#[derive(Debug, Clone, Default)]
struct Found {
    products: Vec<Product>,
    prices: Vec<Price>,
    customers: Vec<Customer>,
    subscriptions: Vec<Subscription>,
}

impl AccountRead {
    pub fn begun() -> Self {
        Self { state: State::Reading, found: Arc::default() }
    }

    /// Takes a page of a kind; where the next one begins.
    ///
    /// # Errors
    /// A page that can't be read: then not everything would be there.
    pub fn take(&mut self, of: &ListOf, body: &[u8]) -> std::result::Result<Option<String>, String> {
        let found = Arc::make_mut(&mut self.found);
        match of {
            ListOf::Products => add(&mut found.products, body),
            ListOf::Prices => add(&mut found.prices, body),
            ListOf::Customers => add(&mut found.customers, body),
            _ => add(&mut found.subscriptions, body),
        }
    }

    pub fn stop(&mut self, said: String) {
        self.state = State::Stopped(said);
    }

    pub fn end(&mut self, now: Instant) {
        if matches!(self.state, State::Reading) {
            self.state = State::Done(now);
        }
    }
}

fn add<T: Object>(to: &mut Vec<T>, body: &[u8]) -> std::result::Result<Option<String>, String> {
    let page = Page::<T>::read(body)
        .map_err(|problem| format!("What Stripe answered could not be read: {problem}."))?;
    to.extend(page.items);
    Ok(page.next_after)
}

/// What is taken over, by an owner's choices; with what was read for it.
#[derive(Debug, Clone)]
pub(crate) struct Adopting {
    request: AdoptAccount,
    found: Arc<Found>,
}

impl Desk {
    /// How far the account is read, and what would be taken over.
    pub(crate) async fn adoption(&self, choices: AdoptionChoices) -> Result<Adoption> {
        let here = self.nobody();
        connected(&here.ground)?;
        let read = self.stripe_line.lock().await.account.clone();
        let found = &read.found;
        let reading = match read.state {
            State::NotBegun => AdoptionReading::NotBegun,
            State::Stopped(said) => AdoptionReading::Stopped { said },
            State::Reading => AdoptionReading::Reading {
                read: (found.products.len()
                    + found.prices.len()
                    + found.customers.len()
                    + found.subscriptions.len()) as u32,
            },
            State::Done(at) => AdoptionReading::Done { at: here.ground.wall_time(at) },
        };
        if !matches!(reading, AdoptionReading::Done { .. }) {
            return Ok(Adoption { reading, ..Adoption::default() });
        }
        let mut through = self.store().look().await?;
        // Nothing of it is kept, so any ids do.
        let mut next = 0_u128;
        let mut fresh = move || {
            next += 1;
            Uuid::from_u128(next)
        };
        let planned = Planned::of(through.conn(), &here, found, &choices, &mut fresh).await?;
        Ok(Adoption { reading, ..planned.shown(&choices) })
    }

    /// What was read, with what is asked to be made of it.
    ///
    /// # Errors
    /// Nothing was read, or not all of it.
    pub(crate) async fn account_to_adopt(&self, request: AdoptAccount) -> Result<Adopting> {
        let line = self.stripe_line.lock().await;
        match line.account.state {
            State::Done(_) => Ok(Adopting { request, found: line.account.found.clone() }),
            _ => Err(Refusal::NotNow(
                "The account was not read yet, or not to its end. Look at it again.".into(),
            )),
        }
    }
}

/// Takes everything over, in the transaction of the request.
pub(crate) async fn adopt_account(op: &mut Op<'_>, adopting: Adopting) -> Result<Adopted> {
    let Adopting { request, found } = adopting;
    let here = op.here.clone();
    let ids = op.ids;
    let mut fresh = || ids.fresh(here.now);
    let planned = Planned::of(op.conn().await?, &here, &found, &request.choices, &mut fresh).await?;
    if let Some(name) = planned.unclear().next() {
        return Err(Refusal::invalid("choices", format!("Choose who {name} is, then take them over.")));
    }
    let (memberships, newcomers) = planned.counts(request.choices.everybody);
    if (memberships, newcomers) != (request.memberships, request.newcomers) {
        return Err(Refusal::NotNow(
            "What is there is not what was shown any more. Look through it again, then take it over.".into(),
        ));
    }
    planned.write(op, &request.choices).await
}

/// Everything that would be taken over.
struct Planned {
    account: StripeAccount,
    plans: BTreeMap<Sold, PlannedPlan>,
    people: BTreeMap<StripeCustomerId, PlannedPerson>,
    memberships: Vec<PlannedMembership>,
    left_out: Vec<LeftOut>,
    known: u32,
    ended: u32,
}

/// A product at one frequency is one plan here.
type Sold = (StripeProductId, Frequency);

struct PlannedPlan {
    id: PlanId,
    /// One that is here already.
    into: Option<PlanId>,
    /// Taken over before.
    known: bool,
    name: String,
    description: String,
    terms: Terms,
    version: u32,
    prices: Vec<PriceAtStripe>,
    /// The product is another plan's too, or this plan has one.
    without_product: bool,
    may_be: Vec<(PlanId, String)>,
}

struct PlannedPerson {
    person: Person,
    who: Who,
    /// They are here already as who they are at Stripe.
    known: bool,
    pays: bool,
}

#[derive(Debug, Clone)]
enum Who {
    New(CustomerId),
    /// Somebody new, under the entry of another of the same name and address.
    SameAs(CustomerId),
    OnFile(CustomerId, String),
    Unclear(Vec<(CustomerId, String)>),
}

impl Who {
    fn id(&self) -> Option<CustomerId> {
        match self {
            Self::New(id) | Self::SameAs(id) | Self::OnFile(id, _) => Some(*id),
            Self::Unclear(_) => None,
        }
    }
}

struct PlannedMembership {
    customer: StripeCustomerId,
    plan: Sold,
    enrollment: EnrollmentId,
    adoptable: Adoptable,
    terms: Terms,
    start: Day,
    next_billing: Day,
    past_due: bool,
}

type Fresh<'a> = &'a mut (dyn FnMut() -> Uuid + Send);

impl Planned {
    async fn of(
        conn: &mut SqliteConnection,
        here: &Here,
        found: &Found,
        choices: &AdoptionChoices,
        fresh: Fresh<'_>,
    ) -> Result<Self> {
        let stripe = connected(&here.ground)?;
        let currency = here.ground.practice()?.currency;
        let known = query::everything_at_stripe(conn).await?;
        let mut planned = Self {
            account: stripe.account.clone(),
            plans: BTreeMap::new(),
            people: BTreeMap::new(),
            memberships: Vec::new(),
            left_out: Vec::new(),
            known: 0,
            ended: 0,
        };
        let names: HashMap<&StripeCustomerId, String> =
            found.customers.iter().map(|customer| (&customer.id, called(customer))).collect();
        let name_of = |id: &StripeCustomerId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
        let mut adoptable = Vec::new();
        for subscription in &found.subscriptions {
            if known.contains_key(subscription.id.as_str()) {
                planned.known += 1;
                continue;
            }
            match Adoptable::of(subscription, currency) {
                Ok(one) => adoptable.push((one, subscription)),
                Err(adopt::LeftOut::Ended) => planned.ended += 1,
                Err(why) => {
                    planned.leave_out(subscription.id.as_str(), name_of(&subscription.customer), why.words())
                }
            }
        }
        planned.plan_plans(here, found, &adoptable, &known, choices, fresh);
        let paying: HashSet<&StripeCustomerId> = adoptable.iter().map(|(one, _)| &one.customer).collect();
        planned.plan_people(conn, here, found, &paying, &known, choices, fresh).await?;
        planned.plan_memberships(conn, here, adoptable, &name_of, fresh).await?;
        Ok(planned)
    }

    fn leave_out(&mut self, id: &str, name: String, why: impl Into<String>) {
        self.left_out.push(LeftOut { id: id.to_owned(), name, why: why.into() });
    }

    /// What is sold: each product at each frequency that somebody pays, or could pay.
    fn plan_plans(
        &mut self,
        here: &Here,
        found: &Found,
        adoptable: &[(Adoptable, &Subscription)],
        known: &HashMap<String, Vec<Entity>>,
        choices: &AdoptionChoices,
        fresh: Fresh<'_>,
    ) {
        let currency = here.ground.practice().map(|practice| practice.currency).ok();
        let products: HashMap<&StripeProductId, &Product> =
            found.products.iter().map(|product| (&product.id, product)).collect();
        let mut sold: BTreeMap<Sold, Vec<Terms>> = BTreeMap::new();
        let mut prices: BTreeMap<Sold, BTreeMap<String, PriceAtStripe>> = BTreeMap::new();
        for (one, subscription) in adoptable {
            let key = (one.product.clone(), one.frequency);
            sold.entry(key.clone()).or_default().push(terms_of(one));
            let active = subscription.items.items.first().is_some_and(|item| item.price.active);
            let is = PriceIs { amount: one.amount, every: Some(one.frequency), tax_mode: one.tax_mode };
            let price = PriceAtStripe { id: one.price.clone(), is, active };
            prices.entry(key).or_default().insert(one.price.to_string(), price);
        }
        for price in found.prices.iter().filter(|price| price.active) {
            let sells = products.get(&price.product).is_some_and(|product| product.active == Some(true));
            let Some((amount, frequency, tax_mode)) =
                currency.and_then(|currency| adopt::price(price, currency)).filter(|_| sells)
            else {
                continue;
            };
            let key = (price.product.clone(), frequency);
            // What is sold here already, taken over or not, comes again only with somebody who pays it.
            let ours = products
                .get(&price.product)
                .is_some_and(|product| Ours::of(&product.metadata).practice.is_some());
            if (ours || known.contains_key(price.product.as_str())) && !sold.contains_key(&key) {
                continue;
            }
            let is = PriceIs { amount, every: Some(frequency), tax_mode };
            prices
                .entry(key.clone())
                .or_default()
                .entry(price.id.to_string())
                .or_insert_with(|| PriceAtStripe { id: price.id.clone(), is, active: true });
            sold.entry(key)
                .or_insert_with(|| vec![plain_terms(amount, frequency, tax_mode, domain::Rate::percent(0))]);
        }
        let mut frequencies: HashMap<StripeProductId, u32> = HashMap::new();
        for (product, _) in sold.keys() {
            *frequencies.entry(product.clone()).or_default() += 1;
        }
        let mut with_product: HashSet<StripeProductId> = HashSet::new();
        let mut taken: BTreeSet<PlanId> = BTreeSet::new();
        for (key, charged) in sold {
            let (product, frequency) = &key;
            let mine = prices.remove(&key).unwrap_or_default();
            let known_as = |id: &str| {
                known.get(id).into_iter().flatten().find_map(|entity| match entity {
                    Entity::Plan(plan) => here
                        .ground
                        .plans
                        .get(plan)
                        .filter(|plan| plan.current().terms.frequency == *frequency),
                    _ => None,
                })
            };
            let before = mine.keys().find_map(|id| known_as(id)).or_else(|| known_as(product.as_str()));
            let said = products.get(product);
            let name = said.and_then(|product| product.name.clone()).map(|name| shortened(&name));
            let mut name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| product.to_string());
            if frequencies.get(product).is_some_and(|many| *many > 1) {
                name = format!("{name} ({})", words::per(*frequency));
            }
            let free = |plan: &&Plan| {
                !plan.archived && plan.current().terms.frequency == *frequency && !taken.contains(&plan.id)
            };
            let may_be: Vec<(PlanId, String)> = here
                .ground
                .plans
                .values()
                .filter(free)
                .map(|plan| (plan.id, plan.about.name.clone()))
                .collect();
            let chosen = choices
                .plans
                .iter()
                .find(|(id, every, _)| id.as_str() == product.as_str() && every == frequency)
                .map(|(_, _, plan)| plan.filter(|plan| may_be.iter().any(|(id, _)| id == plan)));
            let alike = || {
                let wanted = name.to_lowercase();
                may_be.iter().find(|(_, name)| name.to_lowercase() == wanted).map(|(id, _)| *id)
            };
            let into = before.map(|plan| plan.id).or_else(|| chosen.unwrap_or_else(alike));
            taken.extend(into);
            let here_as = into.and_then(|id| here.ground.plans.get(&id));
            let has_product = here_as
                .and_then(|plan| plan.at_stripe(&self.account))
                .is_some_and(|known| known.product.is_some());
            let shared = !with_product.insert(product.clone()) || known.contains_key(product.as_str());
            let planned = PlannedPlan {
                id: into.unwrap_or_else(|| PlanId(fresh())),
                into,
                known: before.is_some(),
                name: here_as.map_or(name, |plan| plan.about.name.clone()),
                description: said.and_then(|product| product.description.clone()).unwrap_or_default(),
                terms: here_as.map_or_else(|| most(charged), |plan| plan.current().terms.clone()),
                version: here_as.map_or(1, |plan| plan.current().number),
                prices: mine.into_values().filter(|price| !known.contains_key(price.id.as_str())).collect(),
                without_product: shared || has_product,
                may_be,
            };
            self.plans.insert(key, planned);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "what is read, what is known, and what was chosen")]
    async fn plan_people(
        &mut self,
        conn: &mut SqliteConnection,
        here: &Here,
        found: &Found,
        paying: &HashSet<&StripeCustomerId>,
        known: &HashMap<String, Vec<Entity>>,
        choices: &AdoptionChoices,
        fresh: Fresh<'_>,
    ) -> Result<()> {
        let everybody = query::everybody(conn).await?;
        let erased: HashSet<CustomerId> = query::erased(conn).await?.into_iter().collect();
        let roots: HashMap<CustomerId, CustomerId> = everybody.iter().map(|one| (one.id, one.root)).collect();
        let on_file: HashMap<CustomerId, &OnFile> = everybody
            .iter()
            .filter(|one| one.root == one.id && !erased.contains(&one.id))
            .map(|one| (one.id, one))
            .collect();
        let mut by_email: HashMap<String, Vec<CustomerId>> = HashMap::new();
        for one in on_file.values().filter(|one| !one.email.is_empty()) {
            by_email.entry(one.email.to_lowercase()).or_default().push(one.id);
        }
        let chosen: HashMap<&str, Option<CustomerId>> =
            choices.people.iter().map(|(customer, who)| (customer.as_str(), *who)).collect();
        let named = |id: CustomerId| (id, on_file.get(&id).map_or_else(String::new, |one| one.name.clone()));
        let mut newcomers: HashMap<(String, String), CustomerId> = HashMap::new();
        for customer in found.customers.iter().filter(|customer| !customer.deleted) {
            let pays = paying.contains(&customer.id);
            let before =
                known.get(customer.id.as_str()).into_iter().flatten().find_map(|entity| match entity {
                    Entity::Customer(id) => roots.get(id).copied(),
                    _ => None,
                });
            let person = match (person(customer, here.today), before) {
                (Ok(person), _) => person,
                (Err(_), Some(_)) => Person { name: called(customer), ..Person::default() },
                (Err(why), None) => {
                    if pays {
                        self.leave_out(customer.id.as_str(), called(customer), why);
                    }
                    continue;
                }
            };
            let mut alike = by_email.get(&person.email.to_lowercase()).cloned().unwrap_or_default();
            alike.sort_unstable();
            let choice =
                chosen.get(customer.id.as_str()).map(|who| who.filter(|id| on_file.contains_key(id)));
            let mut somebody_new = || {
                let key = (person.email.to_lowercase(), person.name.to_lowercase());
                match newcomers.get(&key).filter(|_| !person.email.is_empty()) {
                    Some(id) => Who::SameAs(*id),
                    None => {
                        let id = CustomerId(fresh());
                        newcomers.insert(key, id);
                        Who::New(id)
                    }
                }
            };
            let who = match (before, choice, alike.as_slice()) {
                (Some(id), _, _) => Who::OnFile(id, named(id).1),
                (None, Some(Some(id)), _) => Who::OnFile(id, named(id).1),
                (None, Some(None), _) | (None, None, []) => {
                    // Somebody who pays for nothing is put on file only where that was asked for.
                    if !pays && !choices.everybody && before.is_none() {
                        Who::New(CustomerId(Uuid::nil()))
                    } else {
                        somebody_new()
                    }
                }
                (None, None, [only]) => Who::OnFile(*only, named(*only).1),
                (None, None, several) => Who::Unclear(several.iter().map(|id| named(*id)).collect()),
            };
            self.people
                .insert(customer.id.clone(), PlannedPerson { person, who, known: before.is_some(), pays });
        }
        Ok(())
    }

    async fn plan_memberships(
        &mut self,
        conn: &mut SqliteConnection,
        here: &Here,
        adoptable: Vec<(Adoptable, &Subscription)>,
        name_of: &(dyn Fn(&StripeCustomerId) -> String + Sync),
        fresh: Fresh<'_>,
    ) -> Result<()> {
        let running = query::every_membership(conn).await?.running;
        let organizations: HashSet<CustomerId> = query::everybody(conn)
            .await?
            .into_iter()
            .filter(|one| one.organization)
            .map(|one| one.id)
            .collect();
        let mut held: HashSet<(CustomerId, PlanId)> = HashSet::new();
        for (one, subscription) in adoptable {
            let name = name_of(&one.customer);
            let id = one.id.clone();
            let id = id.as_str();
            let Some(person) = self.people.get(&one.customer) else {
                if !self.left_out.iter().any(|left| left.id == one.customer.as_str()) {
                    self.leave_out(id, name, "Its customer was deleted at Stripe, or could not be read.");
                }
                continue;
            };
            let key = (one.product.clone(), one.frequency);
            let Some(plan) = self.plans.get(&key) else { continue };
            if let Some(customer) = person.who.id() {
                if organizations.contains(&customer) {
                    let why =
                        "They are an organization here, which pays for its people by seats. Enroll it here.";
                    self.leave_out(id, name, why);
                    continue;
                }
                if running.contains(&(customer, plan.id)) || !held.insert((customer, plan.id)) {
                    let why = format!(
                        "They have {} already. Cancel one of the two, here or in the dashboard, and look again.",
                        plan.name
                    );
                    self.leave_out(id, name, why);
                    continue;
                }
            }
            let past_due =
                matches!(one.said.status, SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid);
            let due = one.said.period_start.filter(|_| past_due).unwrap_or(one.bills_next);
            let membership = PlannedMembership {
                customer: one.customer.clone(),
                plan: key,
                enrollment: EnrollmentId(fresh()),
                terms: Terms {
                    price: one.amount,
                    tax_rate: one.tax_rate,
                    tax_mode: one.tax_mode,
                    setup_fee: Money::ZERO,
                    ..plan.terms.clone()
                },
                start: here.ground.day_of(one.starts),
                next_billing: here.ground.day_of(due),
                past_due,
                adoptable: one,
            };
            if subscription.status == SubscriptionStatus::Paused && membership.next_billing <= here.today {
                self.leave_out(id, name, "It is paused. Resume it in the dashboard, and look again.");
                continue;
            }
            let import = self.import(&membership, CustomerId(Uuid::nil()), here);
            if let Err(refusal) = Enrollment::bring_over(Brought::tried(&import, here.today)) {
                self.leave_out(id, name, words::refused(&refusal));
                continue;
            }
            self.memberships.push(membership);
        }
        Ok(())
    }

    fn import(
        &self,
        membership: &PlannedMembership,
        customer: CustomerId,
        here: &Here,
    ) -> MembershipImported {
        let plan = self.plans.get(&membership.plan);
        MembershipImported {
            enrollment: membership.enrollment,
            customer,
            plan: plan.map_or_else(|| PlanId(Uuid::nil()), |plan| plan.id),
            version: plan.map_or(1, |plan| plan.version),
            terms: membership.terms.clone(),
            start: membership.start,
            next_billing: membership.next_billing,
            pays: PaysBy::Card,
            balances: Vec::new(),
            dependents: Vec::new(),
            credit_outlives_days: here.ground.practice().map_or(0, |practice| practice.credit_outlives_days),
        }
    }

    /// Who comes: all who pay for something that comes, and the others where that was asked for.
    fn comes(&self, id: &StripeCustomerId, person: &PlannedPerson, everybody: bool) -> bool {
        everybody || (person.pays && self.memberships.iter().any(|membership| membership.customer == *id))
    }

    fn coming(&self, everybody: bool) -> Vec<(&StripeCustomerId, &PlannedPerson)> {
        let pays: HashSet<&StripeCustomerId> =
            self.memberships.iter().map(|membership| &membership.customer).collect();
        self.people.iter().filter(|(id, _)| everybody || pays.contains(id)).collect()
    }

    fn unclear(&self) -> impl Iterator<Item = &str> {
        let unclear = |id: &StripeCustomerId, person: &PlannedPerson| {
            matches!(person.who, Who::Unclear(_)) && self.comes(id, person, false)
        };
        self.people
            .iter()
            .filter(move |(id, person)| unclear(id, person))
            .map(|(_, person)| person.person.name.as_str())
    }

    /// How many memberships come, and how many people are put on file.
    fn counts(&self, everybody: bool) -> (u32, u32) {
        let new = |(_, person): &(&StripeCustomerId, &PlannedPerson)| matches!(person.who, Who::New(_));
        let newcomers = self.coming(everybody).iter().filter(|one| new(one)).count();
        (self.memberships.len() as u32, newcomers as u32)
    }

    /// Plans that come: those that somebody pays for or could, and that are not here as they are.
    fn plan_comes(&self, plan: &PlannedPlan) -> bool {
        plan.into.is_none() || !plan.prices.is_empty() || (!plan.without_product && !plan.known)
    }

    fn shown(&self, choices: &AdoptionChoices) -> Adoption {
        let (memberships, newcomers) = self.counts(choices.everybody);
        let mut of_plan: BTreeMap<&Sold, u32> = BTreeMap::new();
        let mut of_person: BTreeMap<&StripeCustomerId, Vec<AdoptedMembership>> = BTreeMap::new();
        for membership in &self.memberships {
            *of_plan.entry(&membership.plan).or_default() += 1;
            of_person.entry(&membership.customer).or_default().push(AdoptedMembership {
                plan: self.plans.get(&membership.plan).map_or_else(String::new, |plan| plan.name.clone()),
                price: membership.terms.price,
                since: membership.start,
                bills_next: membership.next_billing,
                past_due: membership.past_due,
            });
        }
        let plans = self.plans.iter().map(|(sold, plan)| AdoptedPlan {
            product: sold.0.to_string(),
            frequency: sold.1,
            name: plan.name.clone(),
            price: plan.terms.price,
            memberships: of_plan.get(sold).copied().unwrap_or_default(),
            into: plan.into,
            may_be: plan.may_be.clone(),
            known: plan.known,
        });
        let coming = self.coming(choices.everybody);
        let mut people: Vec<AdoptedPerson> = coming
            .iter()
            .filter(|(_, person)| !(person.known && choices.everybody) || person.pays)
            .map(|(id, person)| AdoptedPerson {
                customer: id.to_string(),
                name: person.person.name.clone(),
                email: person.person.email.clone(),
                who: match &person.who {
                    Who::New(_) | Who::SameAs(_) => AdoptedAs::New,
                    Who::OnFile(id, name) => AdoptedAs::OnFile { id: *id, name: name.clone() },
                    Who::Unclear(may_be) => AdoptedAs::Unclear { may_be: may_be.clone() },
                },
                memberships: of_person.get(id).cloned().unwrap_or_default(),
            })
            .collect();
        people.sort_by_key(|person| {
            (
                !matches!(person.who, AdoptedAs::Unclear { .. }),
                person.name.to_lowercase(),
                person.customer.clone(),
            )
        });
        people.truncate(SHOWN);
        let on_file = coming.iter().filter(|(_, person)| matches!(person.who, Who::OnFile(..))).count();
        let mut left_out = self.left_out.clone();
        left_out.sort_by_key(|left| left.name.to_lowercase());
        left_out.truncate(SHOWN);
        Adoption {
            reading: AdoptionReading::NotBegun,
            plans: plans.collect(),
            people,
            memberships,
            newcomers,
            on_file: on_file as u32,
            unclear: self.unclear().count() as u32,
            without: self.people.values().filter(|person| !person.pays && !person.known).count() as u32,
            known: self.known,
            ended: self.ended,
            left_out,
            left_out_count: self.left_out.len() as u32,
        }
    }

    async fn write(self, op: &mut Op<'_>, choices: &AdoptionChoices) -> Result<Adopted> {
        let account = self.account.clone();
        let mut adopted = Adopted { plans: 0, newcomers: 0, memberships: 0 };
        let mut order = op.here.ground.plans.values().map(|plan| plan.about.order).max().unwrap_or(0);
        for ((product, _), plan) in &self.plans {
            if !self.plan_comes(plan) {
                continue;
            }
            // In one write, so that nothing of it is owed to Stripe.
            let mut changes = Vec::new();
            if plan.into.is_none() {
                order += 1;
                adopted.plans += 1;
                changes.push(Change::PlanCreated {
                    plan: plan.id,
                    about: PlanAbout {
                        name: plan.name.clone(),
                        description: plan.description.clone(),
                        image: None,
                        image_alt: String::new(),
                        scope: Scope::All,
                        order,
                    },
                    terms: Box::new(plan.terms.clone()),
                    note: "As it is at Stripe.".to_owned(),
                });
            }
            let told = |said| Change::PlanHeard(PlanHeard { plan: plan.id, account: account.clone(), said });
            if !plan.without_product {
                changes.push(told(PlanSaid::Product(product.clone())));
            }
            changes.extend(plan.prices.iter().cloned().map(PlanSaid::Price).map(told));
            op.write(changes).await?;
        }
        let here = op.here.clone();
        let coming = self.coming(choices.everybody);
        let mut people = Vec::with_capacity(coming.len() * 2);
        for (id, person) in coming {
            let Some(customer) = person.who.id() else { continue };
            if let Who::New(_) = person.who {
                adopted.newcomers += 1;
                people.push(Change::CustomerCreated { customer, person: person.person.clone() });
            }
            if !person.known {
                // Without their card: what they hold is not known to be billed yet.
                let said =
                    CustomerAtStripe { account: account.clone(), id: id.clone(), card: None, deleted: false };
                people.push(Change::CustomerHeard(CustomerHeard { customer, said }));
            }
        }
        op.write_many(people).await?;
        let whose = |membership: &PlannedMembership| self.people.get(&membership.customer)?.who.id();
        let imports: Vec<Change> = self
            .memberships
            .iter()
            .filter_map(|one| {
                Some(Change::MembershipImported(Box::new(self.import(one, whose(one)?, &here))))
            })
            .collect();
        op.write_many(imports).await?;
        for membership in &self.memberships {
            let said = Snapshot::Subscription(Box::new(membership.adoptable.said.clone()));
            hear(op, said, Some(&Owed::Subscribe { enrollment: membership.enrollment })).await?;
            adopted.memberships += 1;
        }
        // Everything is read again, their cards among it, even where the program ends before it comes to that.
        op.tx.keep(CURSOR, "");
        Ok(adopted)
    }
}

/// What a customer is called, for somebody who looks for them.
fn called(customer: &Customer) -> String {
    let said = customer.name.as_deref().filter(|name| !name.trim().is_empty());
    let said = said.or(customer.email.as_deref()).map(str::to_owned);
    said.unwrap_or_else(|| customer.id.to_string())
}

fn shortened(text: &str) -> String {
    let clean: String = text.chars().filter(|letter| !letter.is_control()).take(crate::check::NAME).collect();
    clean.trim().to_owned()
}

/// Who a customer is; a telephone number that is none is left away.
fn person(customer: &Customer, today: Day) -> std::result::Result<Person, String> {
    let text = |field: &Option<String>| field.as_deref().map(shortened).unwrap_or_default();
    let (name, email, phone) = (text(&customer.name), text(&customer.email), text(&customer.phone));
    if name.is_empty() && email.is_empty() {
        return Err(
            "There is no name and no e-mail address at Stripe. Add one in the dashboard, and look again."
                .into(),
        );
    }
    let name = if name.is_empty() { email.clone() } else { name };
    for phone in [phone, String::new()] {
        let person = Person { name: name.clone(), email: email.clone(), phone, ..Person::default() };
        let mut check = Check::default();
        let clean = check.person(&person, today);
        if check.done().is_ok() {
            return Ok(clean);
        }
    }
    Err("The e-mail address at Stripe is none. Correct it in the dashboard, and look again.".into())
}

fn terms_of(one: &Adoptable) -> Terms {
    plain_terms(one.amount, one.frequency, one.tax_mode, one.tax_rate)
}

/// A price, and no benefits: those are added here, where Stripe knows nothing of them.
fn plain_terms(
    price: Money,
    frequency: Frequency,
    tax_mode: domain::plan::TaxMode,
    tax_rate: domain::Rate,
) -> Terms {
    Terms {
        price,
        tax_rate,
        tax_mode,
        frequency,
        setup_fee: Money::ZERO,
        minimum_cycles: 0,
        maximum_cycles: 0,
        discounts: Vec::new(),
        credits: Vec::new(),
        included: Vec::new(),
        access: domain::item::ItemSet::default(),
        family: Family::None,
        pause: PausePolicy::default(),
        cancel: CancelPolicy::default(),
        past_due: PastDuePolicy::default(),
    }
}

/// The terms that most pay under; of as many, the dearer.
fn most(charged: Vec<Terms>) -> Terms {
    let mut counted: Vec<(usize, Terms)> = Vec::new();
    for terms in charged {
        match counted.iter_mut().find(|(_, known)| *known == terms) {
            Some((many, _)) => *many += 1,
            None => counted.push((1, terms)),
        }
    }
    counted.sort_by_key(|(many, terms)| (*many, terms.price));
    counted.pop().map(|(_, terms)| terms).expect("somebody pays, or a price says what is paid")
}
