//! What would be taken over: which plans, who, and which memberships; and what stays with Stripe alone, and why.

use super::Found;
use crate::check::Check;
use crate::op::Here;
use crate::refusal::Result;
use crate::stripe::connected;
use crate::words;
use billing::adopt::{self, Adoptable};
use billing::inbound::Ours;
use billing::read::{Customer, Product, StripeCustomerId, StripeProductId, Subscription, SubscriptionStatus};
use domain::customer::Person;
use domain::enrollment::{Brought, Enrollment, PaysBy};
use domain::plan::{CancelPolicy, Family, Frequency, PastDuePolicy, PausePolicy, Plan, Terms};
use domain::record::{Entity, MembershipImported};
use domain::stripe::{PriceAtStripe, PriceIs, StripeAccount};
use domain::{CustomerId, Day, EnrollmentId, Money, PlanId};
use protocol::adopting::{AdoptionChoices, LeftOut};
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::query::{self, OnFile};
use uuid::Uuid;

/// Everything that would be taken over.
pub(super) struct Planned {
    pub account: StripeAccount,
    pub plans: BTreeMap<Sold, PlannedPlan>,
    pub people: BTreeMap<StripeCustomerId, PlannedPerson>,
    pub memberships: Vec<PlannedMembership>,
    pub left_out: Vec<LeftOut>,
    pub known: u32,
    pub ended: u32,
    /// Customers who bring no membership.
    pub without: u32,
    /// They come too.
    pub everybody: bool,
}

/// A product at one frequency is one plan here.
pub(super) type Sold = (StripeProductId, Frequency);

pub(super) struct PlannedPlan {
    pub id: PlanId,
    /// One that is here already.
    pub into: Option<PlanId>,
    /// Taken over before.
    pub known: bool,
    pub name: String,
    pub description: String,
    pub terms: Terms,
    pub version: u32,
    pub prices: Vec<PriceAtStripe>,
    /// The product is another plan's too, or this plan has one.
    pub without_product: bool,
    pub may_be: Vec<(PlanId, String)>,
}

pub(super) struct PlannedPerson {
    pub person: Person,
    pub who: Who,
    /// They are here already as who they are at Stripe.
    pub known: bool,
}

/// Who is known here, and by what at Stripe.
struct OnRecord<'a> {
    everybody: &'a [OnFile],
    erased: &'a HashSet<CustomerId>,
    known: &'a HashMap<String, Vec<Entity>>,
}

#[derive(Debug, Clone)]
pub(super) enum Who {
    /// Two of the same name and address are one.
    New(CustomerId),
    OnFile(CustomerId, String),
    Unclear(Vec<(CustomerId, String)>),
}

impl Who {
    pub(super) fn id(&self) -> Option<CustomerId> {
        match self {
            Self::New(id) | Self::OnFile(id, _) => Some(*id),
            Self::Unclear(_) => None,
        }
    }
}

pub(super) struct PlannedMembership {
    pub customer: StripeCustomerId,
    pub plan: Sold,
    pub enrollment: EnrollmentId,
    pub adoptable: Adoptable,
    pub terms: Terms,
    pub start: Day,
    pub next_billing: Day,
    pub past_due: bool,
}

type Fresh<'a> = &'a mut (dyn FnMut() -> Uuid + Send);

impl Planned {
    pub(super) async fn of(
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
            without: 0,
            everybody: choices.everybody,
        };
        let on_file = query::everybody(conn).await?;
        let erased: HashSet<CustomerId> = query::erased(conn).await?.into_iter().collect();
        let running = query::every_membership(conn).await?.running;
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
        let people = OnRecord { everybody: &on_file, erased: &erased, known: &known };
        planned.plan_people(here, found, &paying, &people, choices, fresh);
        planned.plan_memberships(here, adoptable, &on_file, &running, &name_of, fresh);
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

    fn plan_people(
        &mut self,
        here: &Here,
        found: &Found,
        paying: &HashSet<&StripeCustomerId>,
        on_record: &OnRecord<'_>,
        choices: &AdoptionChoices,
        fresh: Fresh<'_>,
    ) {
        let OnRecord { everybody, erased, known } = on_record;
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
            if !pays && before.is_none() {
                self.without += 1;
                if !self.everybody {
                    continue;
                }
            }
            let mut alike = by_email.get(&person.email.to_lowercase()).cloned().unwrap_or_default();
            alike.sort_unstable();
            let choice =
                chosen.get(customer.id.as_str()).map(|who| who.filter(|id| on_file.contains_key(id)));
            let somebody_new = |newcomers: &mut HashMap<(String, String), CustomerId>, fresh: Fresh<'_>| {
                let key = (person.email.to_lowercase(), person.name.to_lowercase());
                match newcomers.get(&key).filter(|_| !person.email.is_empty()) {
                    Some(id) => *id,
                    None => {
                        let id = CustomerId(fresh());
                        newcomers.insert(key, id);
                        id
                    }
                }
            };
            let who = match (before, choice, alike.as_slice()) {
                (Some(id), _, _) => Who::OnFile(id, named(id).1),
                (None, Some(Some(id)), _) => Who::OnFile(id, named(id).1),
                (None, Some(None), _) | (None, None, []) => Who::New(somebody_new(&mut newcomers, fresh)),
                (None, None, [only]) => Who::OnFile(*only, named(*only).1),
                (None, None, several) => Who::Unclear(several.iter().map(|id| named(*id)).collect()),
            };
            self.people.insert(customer.id.clone(), PlannedPerson { person, who, known: before.is_some() });
        }
    }

    fn plan_memberships(
        &mut self,
        here: &Here,
        adoptable: Vec<(Adoptable, &Subscription)>,
        on_file: &[OnFile],
        running: &HashSet<(CustomerId, PlanId)>,
        name_of: &(dyn Fn(&StripeCustomerId) -> String + Sync),
        fresh: Fresh<'_>,
    ) {
        let organizations: HashSet<CustomerId> =
            on_file.iter().filter(|one| one.organization).map(|one| one.id).collect();
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
                    // Stripe was told of no end, and would go on charging after one here.
                    maximum_cycles: 0,
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
    }

    pub(super) fn import(
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

    /// Who comes: all who bring a membership, and the others where that was asked for.
    pub(super) fn coming(&self) -> Vec<(&StripeCustomerId, &PlannedPerson)> {
        let bring: HashSet<&StripeCustomerId> =
            self.memberships.iter().map(|membership| &membership.customer).collect();
        self.people.iter().filter(|(id, _)| self.everybody || bring.contains(id)).collect()
    }

    /// Those of whom nobody has said yet who they are.
    pub(super) fn unclear(&self) -> impl Iterator<Item = &str> {
        let coming = self.coming().into_iter().filter(|(_, person)| matches!(person.who, Who::Unclear(_)));
        coming.map(|(_, person)| person.person.name.as_str())
    }

    /// How many memberships come, and how many people are put on file.
    pub(super) fn counts(&self) -> (u32, u32) {
        let new: HashSet<CustomerId> = self
            .coming()
            .into_iter()
            .filter_map(|(_, person)| match person.who {
                Who::New(id) => Some(id),
                Who::OnFile(..) | Who::Unclear(_) => None,
            })
            .collect();
        (self.memberships.len() as u32, new.len() as u32)
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
