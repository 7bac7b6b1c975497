//! Tickets priced by the rules of the checkout.

use super::{plausible, read};
use domain::checkout::{
    BenefitKey, BlockReason, CreditLot, Entitlement, IncludedLot, LineInput, LineKind, QuoteInput, quote,
};
use domain::item::{ItemFilter, ItemKind, ItemSet};
use domain::plan::{CreditUnit, Discount, DiscountValue, Scope, TaxMode, Usage};
use domain::standing::GraceReason;
use domain::{Currency, Day, Money, Rate, Standing};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    settings: Settings,
    items: Vec<Item>,
    #[serde(default)]
    enrollments: Vec<Enrollment>,
    ticket: Ticket,
}

#[derive(Deserialize, Default)]
struct Settings {
    /// Amounts are minor units whatever the currency, so it is only checked to be one.
    #[serde(default, rename = "currency")]
    _currency: Option<Currency>,
    #[serde(default)]
    tax_mode: TaxMode,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    kind: ItemKind,
    price: Money,
    tax_percent: Option<Rate>,
    max_minutes: Option<u32>,
    members_only: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Enrollment {
    id: String,
    plan: String,
    standing: StandingName,
    locations: Option<Vec<String>>,
    discounts: Option<Vec<CaseDiscount>>,
    included: Option<Vec<CaseIncluded>>,
    credits: Option<Vec<CaseCredit>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum StandingName {
    Good,
    Waiting,
    Grace,
    Suspended,
    Paused,
    Scheduled,
    Cancelled,
}

#[derive(Deserialize)]
struct CaseDiscount {
    id: String,
    percent: Option<Rate>,
    amount: Option<Money>,
    items: Option<Filter>,
}

#[derive(Deserialize)]
struct CaseIncluded {
    id: String,
    remaining: Option<u32>,
    items: Vec<String>,
    expires: Option<Day>,
    granted: Option<Day>,
}

#[derive(Deserialize)]
struct CaseCredit {
    id: String,
    unit: CreditUnit,
    remaining: i64,
    usage: Option<Usage>,
    items: Option<Filter>,
    granted: Option<Day>,
    expires: Option<Day>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Filter {
    All,
    Only(Vec<String>),
    Except(Vec<String>),
}

#[derive(Deserialize)]
struct Ticket {
    location: String,
    date: Day,
    #[serde(default = "attached")]
    customer: bool,
    lines: Vec<Line>,
    declined: Option<Vec<String>>,
    credit_limit: Option<Money>,
}

fn attached() -> bool {
    true
}

#[derive(Deserialize)]
struct Line {
    id: String,
    item: String,
    qty: u32,
    minutes: Option<u32>,
}

/// The blocked lines, or every line and total with what was drawn from each benefit or lot.
pub fn answer(case: &Value) -> Result<Value, String> {
    let case: Case = read(case)?;
    let mut names = Names::default();
    let input = input(&case, &mut names)?;
    let quote = quote(&input).map_err(|error| error.to_string())?;
    if !quote.blocked.is_empty() {
        let blocked = quote.blocked.iter().map(|blocked| {
            let why = match blocked.why {
                BlockReason::MembersOnly { .. } => "members_only",
                BlockReason::TooLong { .. } => "too_long",
            };
            json!({"line": names.of(blocked.line.0), "why": why})
        });
        return Ok(json!({"blocked": blocked.collect::<Vec<_>>()}));
    }
    let lines = quote.lines.iter().map(|line| {
        json!({
            "id": names.of(line.id.0),
            "list": line.list,
            "covered": line.covered,
            "time_off": line.time_off,
            "discount": line.discount,
            "net": line.net,
            "tax": line.tax,
            "total": line.total,
        })
    });
    let mut uses: Map<String, Value> = Map::new();
    for used in &quote.uses {
        let drawn = uses.entry(names.of(used.key.benefit.0)).or_insert(json!(0));
        *drawn = json!(drawn.as_i64().unwrap_or(0) + used.amount);
    }
    let totals = &quote.totals;
    Ok(json!({
        "blocked": [],
        "lines": lines.collect::<Vec<_>>(),
        "totals": {
            "list": totals.list,
            "covered": totals.covered,
            "time_off": totals.time_off,
            "discount": totals.discount,
            "net": totals.net,
            "tax": totals.tax,
            "total": totals.total,
            "credits": totals.credits,
            "due": totals.due,
            "savings": totals.savings,
        },
        "uses": uses,
    }))
}

/// The names of a case stand for ids here; the same name is the same id.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn id<T: From<Uuid>>(&mut self, name: &str) -> T {
        let place = self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        T::from(Uuid::from_u128(place as u128))
    }

    fn ids<T: From<Uuid>>(&mut self, names: &[String]) -> Vec<T> {
        names.iter().map(|name| self.id(name)).collect()
    }

    fn set(&mut self, names: &[String]) -> ItemSet {
        ItemSet { items: self.ids(names), categories: Vec::new() }
    }

    fn filter(&mut self, filter: Option<&Filter>) -> ItemFilter {
        match filter {
            None | Some(Filter::All) => ItemFilter::All,
            Some(Filter::Only(names)) => ItemFilter::Only(self.set(names)),
            Some(Filter::Except(names)) => ItemFilter::Except(self.set(names)),
        }
    }

    fn of(&self, id: Uuid) -> String {
        self.0.get(id.as_u128() as usize).cloned().unwrap_or_default()
    }
}

fn input(case: &Case, names: &mut Names) -> Result<QuoteInput, String> {
    let ticket = &case.ticket;
    let day = plausible(ticket.date, "ticket date")?;
    let lines =
        ticket.lines.iter().map(|sold| line(case, sold, names)).collect::<Result<Vec<_>, String>>()?;
    let entitlements = case
        .enrollments
        .iter()
        .map(|enrollment| entitlement(enrollment, day, names))
        .collect::<Result<Vec<_>, String>>()?;
    let declined: Vec<Uuid> = names.ids(ticket.declined.as_deref().unwrap_or_default());
    let declined = entitlements
        .iter()
        .flat_map(|it| declined.iter().map(|id| BenefitKey::benefit(it.enrollment, (*id).into())))
        .collect();
    Ok(QuoteInput {
        location: names.id(&ticket.location),
        day,
        customer_attached: ticket.customer,
        lines,
        entitlements,
        declined,
        lowered: Vec::new(),
        credit_limit: ticket.credit_limit,
        ticket_discount: None,
    })
}

fn line(case: &Case, sold: &Line, names: &mut Names) -> Result<LineInput, String> {
    let item =
        case.items.iter().find(|item| item.id == sold.item).ok_or_else(|| {
            format!("line {:?} sells {:?}, which is not among the items", sold.id, sold.item)
        })?;
    Ok(LineInput {
        id: names.id(&sold.id),
        item: names.id(&item.id),
        name: item.id.clone(),
        kind: LineKind::from(item.kind),
        category: None,
        list_price: item.price,
        price_override: None,
        tax_rate: item.tax_percent.unwrap_or(Rate::ZERO),
        tax_mode: case.settings.tax_mode,
        qty: sold.qty,
        minutes: sold.minutes,
        max_minutes: item.max_minutes,
        members_only: names.ids(item.members_only.as_deref().unwrap_or_default()),
        manual_discount: None,
        plan: None,
        note: String::new(),
    })
}

fn entitlement(enrollment: &Enrollment, day: Day, names: &mut Names) -> Result<Entitlement, String> {
    let discounts = enrollment.discounts.iter().flatten().map(|discount| {
        let value = match (discount.percent, discount.amount) {
            (Some(rate), None) => DiscountValue::Percent(rate),
            (None, Some(amount)) if !amount.is_negative() => DiscountValue::Amount(amount),
            _ => return Err(format!("discount {:?} needs either a percent or an amount", discount.id)),
        };
        let items = names.filter(discount.items.as_ref());
        Ok(Discount { id: names.id(&discount.id), value, items })
    });
    let discounts = discounts.collect::<Result<_, String>>()?;
    let included = enrollment.included.iter().flatten().map(|included| IncludedLot {
        benefit: names.id(&included.id),
        lot: None,
        items: names.set(&included.items),
        remaining: included.remaining,
        granted: included.granted.unwrap_or(day),
        expires: included.expires,
        shared_pool: false,
        provisional: false,
    });
    let included = included.collect();
    let credits = enrollment.credits.iter().flatten().map(|credit| CreditLot {
        benefit: names.id(&credit.id),
        lot: names.id(&credit.id),
        unit: credit.unit,
        remaining: credit.remaining,
        usage: credit.usage.unwrap_or_default(),
        items: names.filter(credit.items.as_ref()),
        granted: credit.granted.unwrap_or(day),
        expires: credit.expires,
        shared_pool: false,
        provisional: false,
    });
    let credits = credits.collect();
    Ok(Entitlement {
        enrollment: names.id(&enrollment.id),
        plan: names.id(&enrollment.plan),
        plan_name: enrollment.plan.clone(),
        person: None,
        standing: match enrollment.standing {
            StandingName::Good => Standing::Good,
            StandingName::Waiting => Standing::Waiting,
            StandingName::Grace => Standing::Grace { until: None, because: GraceReason::PastDue },
            StandingName::Suspended => Standing::Suspended { since: None },
            StandingName::Paused => Standing::Paused { until: None },
            StandingName::Scheduled => Standing::Scheduled { starts: None },
            StandingName::Cancelled => Standing::Cancelled { ended: None },
        },
        scope: enrollment
            .locations
            .as_ref()
            .map_or(Scope::All, |locations| Scope::Locations(names.ids(locations))),
        access: None,
        discounts,
        included,
        credits,
        provisional: false,
        sold_on: None,
    })
}
