//! Four plans that between them use every kind of benefit and every option of the terms; one has three versions.

use crate::Result;
use crate::practice::{MEMBERS_ONLY, Shop};
use crate::world::{World, dollars};
use domain::item::{ItemFilter, ItemSet};
use domain::plan::*;
use domain::{Money, PlanId, Rate};
use protocol::plans::SavePlan;

pub struct Plans {
    pub silver: PlanId,
    pub gold: PlanId,
    pub recovery: PlanId,
    pub family: PlanId,
}

impl Plans {
    /// How many more may come along.
    pub fn places(&self, plan: PlanId) -> u32 {
        match plan {
            _ if plan == self.family => 4,
            _ if plan == self.recovery => 2,
            _ if plan == self.gold => 1,
            _ => 0,
        }
    }
}

const GOLD: &str = "Credit every month, twenty percent off care, and what only members may buy.";

pub async fn put_on_sale(world: &mut World, shop: &Shop) -> Result<Plans> {
    let (silver, gold) = (silver(world, shop), gold(world, shop));
    let (recovery, family) = (recovery(world, shop), family(world, shop));
    let here = Scope::Locations(vec![shop.locations[0]]);
    let all = || Scope::All;
    Ok(Plans {
        silver: save(world, 1, "Silver", "Ten percent off, and a facial every month.", all(), silver).await?,
        gold: save(world, 2, "Gold", GOLD, all(), gold).await?,
        recovery: save(
            world,
            3,
            "Recovery Hours",
            "Nine months of sauna and studio hours, for you and up to two more.",
            here,
            recovery,
        )
        .await?,
        family: save(
            world,
            4,
            "Family Year",
            "A year for everyone at home: bookings to share out, LED light without limit.",
            all(),
            family,
        )
        .await?,
    })
}

/// A better price for Gold from the fourth month, better benefits from the eighth.
pub async fn renew_gold(world: &World, shop: &Shop, plans: &Plans, version: u32) -> Result<()> {
    let mut terms = gold(world, shop);
    let mut note = "New price";
    terms.price = dollars(579);
    if version > 2 {
        note = "Brow shape is part of it";
        terms.price = dollars(599);
        terms.included = vec![included(world, shop, &["Brow Shape and Tint"], Some(1), Renewal::Monthly)];
    }
    let request = SavePlan {
        id: Some(plans.gold),
        about: about("Gold", GOLD, Scope::All, 2),
        terms,
        note: note.into(),
        based_on: Some(version - 1),
    };
    world.ask("a new version of Gold", request).await?;
    Ok(())
}

async fn save(
    world: &World,
    order: i32,
    name: &str,
    description: &str,
    scope: Scope,
    terms: Terms,
) -> Result<PlanId> {
    let about = about(name, description, scope, order);
    let request = SavePlan { id: None, about, terms, note: String::new(), based_on: None };
    Ok(world.ask("plans", request).await?.plan.id)
}

fn about(name: &str, description: &str, scope: Scope, order: i32) -> PlanAbout {
    PlanAbout {
        name: name.into(),
        description: description.into(),
        image: None,
        image_alt: String::new(),
        scope,
        order,
    }
}

/// By the month: percentages with exceptions and on a few things, one of three facials, and short massages up to three.
fn silver(world: &World, shop: &Shop) -> Terms {
    let except =
        ItemSet { items: vec![shop.item("Travel Set")], categories: vec![shop.shelf("Injectables")] };
    Terms {
        setup_fee: dollars(-20),
        minimum_cycles: 3,
        discounts: vec![
            percent(world, 10, ItemFilter::Except(except)),
            percent(world, 25, only(shop, &["Clay Mask", "Lip Repair", "Herbal Tea, 20 bags"])),
        ],
        credits: vec![Credit {
            id: world.fresh(),
            unit: CreditUnit::Bookings,
            amount: 1,
            renewal: Renewal::Monthly,
            usage: Usage::Deduct,
            expiry: Expiry::RolloverCap(3),
            items: only(shop, &["Chair Massage, 15 min"]),
            allowance: None,
        }],
        included: vec![included(
            world,
            shop,
            &["Express Facial", "LED Light Therapy", "Teen Clear Skin Facial"],
            Some(1),
            Renewal::Monthly,
        )],
        ..base(dollars(59), Frequency::Monthly)
    }
}

/// By the half year: money every month that rolls over up to a cap, an amount off, access, a fee to begin with, and
/// one more who draws from the same.
fn gold(world: &World, shop: &Shop) -> Terms {
    Terms {
        setup_fee: dollars(25),
        discounts: vec![
            percent(world, 20, shelves(shop, &["Facials", "Massage", "Body"])),
            off(world, dollars(5), shelves(shop, &["Skin care"])),
        ],
        credits: vec![Credit {
            id: world.fresh(),
            unit: CreditUnit::Money,
            amount: dollars(100).minor(),
            renewal: Renewal::Monthly,
            usage: Usage::Deduct,
            expiry: Expiry::RolloverCap(dollars(150).minor()),
            items: ItemFilter::Except(ItemSet { items: vec![], categories: vec![shop.shelf("Boutique")] }),
            allowance: None,
        }],
        access: set(shop, &MEMBERS_ONLY),
        family: Family::Shared { up_to: 1 },
        cancel: CancelPolicy { prorates: true },
        ..base(dollars(549), Frequency::SemiAnnual)
    }
}

/// By the quarter, three times: hours that do not count against the longest rental and others that do, at one house,
/// with hours of their own for two more.
fn recovery(world: &World, shop: &Shop) -> Terms {
    let hours = |amount, usage, expiry, items| Credit {
        id: world.fresh(),
        unit: CreditUnit::Minutes,
        amount,
        renewal: Renewal::Monthly,
        usage,
        expiry,
        items,
        allowance: None,
    };
    Terms {
        maximum_cycles: 3,
        credits: vec![
            hours(120, Usage::FreeTime, Expiry::Rollover, shelves(shop, &["Wellness rooms"])),
            hours(60, Usage::Deduct, Expiry::PeriodEnd, only(shop, &["Private Studio", "Meditation Suite"])),
        ],
        discounts: vec![percent(world, 15, shelves(shop, &["Wellness rooms", "Body", "Massage"]))],
        family: Family::Both { price: dollars(60), up_to: 2 },
        pause: PausePolicy { per_year: 1, max_days: 60, ..PausePolicy::default() },
        cancel: CancelPolicy { prorates: true },
        ..base(dollars(165), Frequency::Quarterly)
    }
}

/// By the year: bookings and money once a year, one service without limit, a price for each further head, and tax
/// inside the price.
fn family(world: &World, shop: &Shop) -> Terms {
    let but = ItemSet {
        items: vec![shop.item("Silk Pillowcase")],
        categories: vec![shop.shelf("Injectables"), shop.shelf("Wellness rooms")],
    };
    let credit = |unit, amount, expiry, items| Credit {
        id: world.fresh(),
        unit,
        amount,
        renewal: Renewal::Yearly,
        usage: Usage::Deduct,
        expiry,
        items,
        allowance: None,
    };
    Terms {
        tax_mode: TaxMode::Inclusive,
        minimum_cycles: 1,
        discounts: vec![off(world, dollars(10), ItemFilter::Except(but)), percent(world, 5, ItemFilter::All)],
        credits: vec![
            credit(CreditUnit::Bookings, 6, Expiry::PeriodEnd, shelves(shop, &["Massage"])),
            credit(CreditUnit::Money, dollars(50).minor(), Expiry::Rollover, ItemFilter::All),
        ],
        included: vec![included(world, shop, &["LED Light Therapy"], None, Renewal::Monthly)],
        family: Family::AddOn { price: dollars(240), up_to: 4 },
        pause: PausePolicy { keeps_benefits: true, ..PausePolicy::default() },
        past_due: PastDuePolicy { grace_days: 14, afterwards: AfterGrace::Cancels },
        ..base(dollars(780), Frequency::Annual)
    }
}

fn percent(world: &World, whole: u32, items: ItemFilter) -> Discount {
    Discount { id: world.fresh(), value: DiscountValue::Percent(Rate::percent(whole)), items }
}

fn off(world: &World, amount: Money, items: ItemFilter) -> Discount {
    Discount { id: world.fresh(), value: DiscountValue::Amount(amount), items }
}

fn included(world: &World, shop: &Shop, names: &[&str], quantity: Option<u32>, renewal: Renewal) -> Included {
    Included { id: world.fresh(), items: set(shop, names), quantity, renewal, allowance: None }
}

fn base(price: Money, frequency: Frequency) -> Terms {
    Terms {
        price,
        tax_rate: "4.5".parse().expect("a rate"),
        tax_mode: TaxMode::Exclusive,
        frequency,
        setup_fee: Money::ZERO,
        minimum_cycles: 0,
        maximum_cycles: 0,
        discounts: vec![],
        credits: vec![],
        included: vec![],
        access: ItemSet::default(),
        family: Family::None,
        pause: PausePolicy::default(),
        cancel: CancelPolicy::default(),
        past_due: PastDuePolicy::default(),
    }
}

fn only(shop: &Shop, names: &[&str]) -> ItemFilter {
    ItemFilter::Only(set(shop, names))
}

fn shelves(shop: &Shop, names: &[&str]) -> ItemFilter {
    let categories = names.iter().map(|name| shop.shelf(name)).collect();
    ItemFilter::Only(ItemSet { items: vec![], categories })
}

fn set(shop: &Shop, names: &[&str]) -> ItemSet {
    ItemSet { items: names.iter().map(|name| shop.item(name)).collect(), categories: vec![] }
}
