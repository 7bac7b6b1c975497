//! Why a benefit did or did not apply, in the words that the checkout shows.

use domain::checkout::{BenefitKey, BlockReason, Lowered, Outcome, explain};
use domain::item::{ItemFilter, ItemKind, ItemSet};
use domain::plan::{
    CancelPolicy, Credit, CreditUnit, Discount, DiscountValue, Expiry, Included, PastDuePolicy, PlanAbout,
    Renewal, Scope, Terms, Usage,
};
use domain::{BenefitId, Currency, CustomerId, ItemId, Money, PlanId, Rate};
use protocol::enrollments::*;
use protocol::items::{ListItems, SaveItem};
use protocol::plans::{ArchivePlan, GetPlan, SavePlan};
use protocol::practice::{ChooseLocation, SaveLocation};
use protocol::tickets::{GetCatalog, HoldTicket, QuoteTicket, Quoted, RecallTicket, TicketDraft};
use testkit::{Front, Shop, cash, gold};
use uuid::Uuid;

fn id(n: u128) -> BenefitId {
    BenefitId(Uuid::from_u128(n))
}

/// One percentage and nothing else, untaxed at $10.00 a month.
fn percent(n: u128, rate: u32, items: ItemFilter) -> Terms {
    Terms {
        price: Money::from_minor(1_000),
        tax_rate: Rate::ZERO,
        discounts: vec![Discount { id: id(n), value: DiscountValue::Percent(Rate::percent(rate)), items }],
        credits: Vec::new(),
        past_due: PastDuePolicy { grace_days: 0, ..PastDuePolicy::default() },
        ..gold()
    }
}

async fn quoted(front: &Front, draft: TicketDraft) -> Quoted {
    front.does(QuoteTicket { draft }).await
}

/// Plan by plan, what became of its benefits.
async fn told(front: &Front, shop: &Shop, draft: TicketDraft) -> Vec<String> {
    let Quoted { input, quote } = quoted(front, draft).await;
    let mut told: Vec<String> = explain(&input, &quote)
        .benefits
        .iter()
        .map(|benefit| format!("{}: {}", benefit.plan_name, benefit.sentence(shop.today(), Currency::USD)))
        .collect();
    told.sort();
    told
}

async fn enrolls(front: &Front, who: CustomerId, name: &str, terms: Terms) -> (PlanId, EnrollmentView) {
    let plan = front.offers(name, terms).await;
    (plan, front.enrolls(who, plan, cash(1_000)).await.enrollment)
}

#[tokio::test]
async fn every_membership_that_gives_nothing_says_why() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    let soap = front.sells("Soap", 1_000).await;
    let ava = front.puts_on_file("Ava Moreau").await;
    let all = || ItemFilter::All;

    enrolls(front, ava, "Owing", percent(1, 50, all())).await;
    shop.days_pass(32).await;
    let (_, paused) = enrolls(front, ava, "Resting", percent(2, 50, all())).await;
    front.does(PauseEnrollment { id: paused.id, until: None }).await;
    let unpaid = front.offers("Unpaid", percent(3, 50, all())).await;
    front.enrolls(ava, unpaid, Vec::new()).await;
    let later = front.offers("Later", percent(4, 50, all())).await;
    let request = front.enrollment_of(ava, later, Vec::new()).await;
    front.does(Enroll { start: request.start.plus_days(10), ..request }).await;
    let (_, over) = enrolls(front, ava, "Over", percent(5, 50, all())).await;
    let refund = front.does(PreviewCancelNow { id: over.id }).await.refund;
    front.does(CancelNow { id: over.id, reason: "Over".into(), refund, override_minimum: false }).await;
    enrolls(
        front,
        ava,
        "Soap club",
        percent(6, 50, ItemFilter::Only(ItemSet { items: vec![soap], categories: vec![] })),
    )
    .await;
    enrolls(front, ava, "Small", percent(7, 5, all())).await;
    let (_, best) = enrolls(front, ava, "Best", percent(8, 20, all())).await;

    // Sold and held at another location.
    let other = front.does(SaveLocation {
        id: None,
        name: "Harbour".into(),
        address: String::new(),
        tax_mode: Default::default(),
        tax_rates: Default::default(),
        archived: false,
    });
    let view = other.await;
    let harbour = view.locations.iter().find(|location| location.name == "Harbour").unwrap().id;
    front.does(ChooseLocation { location: harbour }).await;
    let about = PlanAbout {
        name: "Harbour only".into(),
        description: String::new(),
        image: None,
        image_alt: String::new(),
        scope: Scope::Locations(vec![harbour]),
        order: 0,
    };
    let plan = front.does(SavePlan {
        id: None,
        about,
        terms: percent(9, 50, all()),
        note: String::new(),
        based_on: None,
    });
    let plan = plan.await.plan.id;
    front.enrolls(ava, plan, cash(1_000)).await;
    front.does(ChooseLocation { location: shop.location }).await;

    let ticket = front.draft(Some(ava), vec![front.line(facial, 1)]);
    assert_eq!(
        told(front, &shop, ticket.clone()).await,
        [
            "Best: Saves $16.00",
            "Harbour only: The plan does not hold at this location",
            "Later: Starts on 23 Apr",
            "Over: The membership ended on 13 Apr",
            "Owing: Past due; grace is over since 12 Apr",
            "Resting: Paused",
            "Small: A better benefit of Best applied",
            "Soap club: Does not include this item",
            "Unpaid: The first charge is not paid yet",
        ]
    );
    // Declined, the next best takes its place.
    let declined = TicketDraft { declined: vec![BenefitKey::benefit(best.id, id(8))], ..ticket };
    let now = told(front, &shop, declined).await;
    assert!(now.contains(&"Best: Declined on this ticket".to_owned()), "{now:?}");
    assert!(now.contains(&"Small: Saves $4.00".to_owned()), "{now:?}");
    // A membership that ended long ago is not spoken of for ever.
    shop.days_pass(100).await;
    let later = told(front, &shop, front.draft(Some(ava), vec![front.line(facial, 1)])).await;
    assert!(!later.iter().any(|line| line.starts_with("Over:")), "{later:?}");
    front.is_healthy().await;
}

#[tokio::test]
async fn credits_say_when_they_are_used_up_capped_or_for_something_else() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    let soap = front.puts_on_sale(ItemKind::Product, "Soap", 1_000).await;
    let ava = front.puts_on_file("Ava Moreau").await;
    let credit = |n, unit, amount| Credit {
        id: id(n),
        unit,
        amount,
        renewal: Renewal::Monthly,
        usage: Usage::Deduct,
        expiry: Expiry::PeriodEnd,
        items: ItemFilter::All,
        allowance: None,
    };
    let items = ItemSet { items: vec![facial], categories: vec![] };
    let terms = Terms {
        credits: vec![credit(1, CreditUnit::Money, 5_000), credit(2, CreditUnit::Minutes, 60)],
        included: vec![Included {
            id: id(3),
            items,
            quantity: Some(1),
            renewal: Renewal::Monthly,
            allowance: None,
        }],
        ..percent(4, 10, ItemFilter::Only(ItemSet { items: vec![soap], categories: vec![] }))
    };
    enrolls(front, ava, "Gold", terms).await;
    let draft = || front.draft(Some(ava), vec![front.line(facial, 1)]);
    let first = told(front, &shop, draft()).await;
    assert_eq!(
        first,
        [
            "Gold: Covers 1 unit, saves $80.00",
            "Gold: Does not include this item",
            "Gold: Not for services",
            "Gold: Nothing left to take off",
        ]
    );
    front.settles(draft(), Vec::new()).await;
    let capped = TicketDraft { credit_limit: Some(Money::from_minor(2_000)), ..draft() };
    let second = told(front, &shop, capped).await;
    assert!(
        second.contains(&"Gold: Used up".to_owned()) || !second.iter().any(|line| line.contains("Covers")),
        "{second:?}"
    );
    assert!(second.contains(&"Gold: Pays $20.00".to_owned()), "{second:?}");
    front.settles(draft(), cash(3_000)).await;
    let third = told(front, &shop, draft()).await;
    assert!(!third.iter().any(|line| line.contains("Pays") || line.contains("Covers")), "{third:?}");
    assert!(third.contains(&"Gold: Used up".to_owned()), "{third:?}");
}

async fn saves(front: &Front, kind: ItemKind, name: &str, max_minutes: Option<u32>) -> ItemId {
    let item = SaveItem {
        id: None,
        kind,
        name: name.to_owned(),
        code: None,
        category: None,
        price: Money::from_minor(6_000),
        tax_class: None,
        minutes: None,
        max_minutes,
        favourite: false,
    };
    front.does(item).await.item.id
}

#[tokio::test]
async fn what_cannot_be_sold_says_so_and_nobody_attached_hears_what_members_save() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let dinner = saves(front, ItemKind::Service, "Founders dinner", None).await;
    let sauna = saves(front, ItemKind::Rental, "Sauna", Some(60)).await;
    let access = ItemSet { items: vec![dinner], categories: vec![] };
    let plan = front.offers("Founders", Terms { access, ..percent(1, 20, ItemFilter::All) }).await;
    let mut rental = front.line(sauna, 1);
    rental.minutes = Some(90);
    let Quoted { quote, .. } = quoted(front, front.draft(None, vec![front.line(dinner, 1), rental])).await;
    let named = |of: PlanId| (of == plan).then(|| "Founders".to_owned());
    let why: Vec<String> = quote.blocked.iter().map(|blocked| blocked.why.sentence(named)).collect();
    assert_eq!(why, ["Only for members of Founders", "1 h 30 min is longer than the longest rental, 1 h"]);
    assert!(matches!(quote.blocked[0].why, BlockReason::MembersOnly { .. }));

    // With nobody attached the plans on sale say what they would have saved.
    let facial = front.sells("Facial", 8_000).await;
    let draft = front.draft(None, vec![front.line(facial, 1)]);
    let Quoted { input, quote } = quoted(front, draft.clone()).await;
    assert!(
        explain(&input, &quote).benefits.iter().all(|one| !matches!(one.outcome, Outcome::Applied { .. }))
    );
    let catalog = front.does(GetCatalog {}).await;
    let saving = domain::checkout::members_save(
        &input,
        &catalog.plans.iter().map(|plan| plan.as_member.clone()).collect::<Vec<_>>(),
    )
    .unwrap();
    assert_eq!((saving[0].plan_name.as_str(), saving[0].saving), ("Founders", Money::from_minor(1_600)));
}

#[tokio::test]
async fn only_a_part_of_a_benefit_is_used_and_the_rest_stays_with_the_member() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let facial = front.sells("Facial", 8_000).await;
    let ava = front.puts_on_file("Ava Moreau").await;
    let plan = front.offers("Gold", gold()).await;
    let held = front.enrolls(ava, plan, cash(10_800)).await.enrollment;
    let key = BenefitKey::benefit(held.id, id(12));
    let lowered = |most| TicketDraft {
        lowered: vec![Lowered { key, most }],
        ..front.draft(Some(ava), vec![front.line(facial, 1)])
    };
    assert_eq!(
        told(front, &shop, lowered(0)).await,
        ["Gold: Lowered to none of it on this ticket", "Gold: Saves $8.00"]
    );
    let part = lowered(2_000);
    assert_eq!(told(front, &shop, part.clone()).await, ["Gold: Pays $20.00", "Gold: Saves $8.00"]);

    // One benefit has one limit; what nobody holds is left alone.
    let twice =
        TicketDraft { lowered: [part.lowered.clone(), part.lowered.clone()].concat(), ..part.clone() };
    assert_eq!(front.may_not(front.settling(twice, cash(5_200)).await).await, "invalid");
    let unknown = Lowered { key: BenefitKey::benefit(held.id, id(99)), most: 1 };
    let unknown = TicketDraft { lowered: vec![unknown], ..part.clone() };
    assert_eq!(quoted(front, unknown).await.quote.totals.due, Money::ZERO);

    front.does(HoldTicket { draft: part.clone(), label: "Ava".into() }).await;
    let recalled = front.does(RecallTicket { id: part.id }).await;
    assert_eq!(recalled.lowered, part.lowered);
    let sold = front.settles(recalled, cash(5_200)).await;
    assert_eq!(sold.settled.input.lowered, part.lowered);
    assert_eq!(sold.settled.quote.totals.credits, Money::from_minor(2_000));
    let next = quoted(front, front.draft(Some(ava), vec![front.line(facial, 2)])).await;
    assert_eq!(next.quote.totals.credits, Money::from_minor(8_000));
    front.is_healthy().await;
}

#[tokio::test]
async fn access_follows_the_terms_held_and_a_lock_lasts_while_somebody_holds_its_key() {
    let shop = Shop::opens().await;
    let front = &shop.front;
    let dinner = saves(front, ItemKind::Service, "Founders dinner", None).await;
    let opens = |items: Vec<ItemId>| Terms {
        access: ItemSet { items, categories: vec![] },
        cancel: CancelPolicy { prorates: false },
        ..gold()
    };
    let founders = front.offers("Founders", opens(vec![dinner])).await;
    let circle = front.offers("Circle", opens(vec![dinner])).await;
    let ana = front.puts_on_file("Ana Ruiz").await;
    let held = front.enrolls(ana, founders, cash(10_800)).await.enrollment.id;
    // From now on Founders is sold without the dinner.
    let view = front.does(GetPlan { id: founders }).await;
    front
        .does(SavePlan {
            id: Some(founders),
            about: view.plan.about.clone(),
            terms: opens(vec![]),
            note: String::new(),
            based_on: Some(1),
        })
        .await;
    let ben = front.puts_on_file("Ben Cole").await;
    front.enrolls(ben, founders, cash(10_800)).await;

    let blocked = async |customer| -> Vec<String> {
        let quote = quoted(front, front.draft(customer, vec![front.line(dinner, 1)])).await.quote;
        let catalog = front.does(GetCatalog {}).await;
        quote.blocked.iter().map(|it| it.why.sentence(|plan| catalog.keeper(plan, dinner))).collect()
    };
    let only_for = async || -> Vec<String> {
        let rows = front.does(ListItems::default()).await.items;
        rows.into_iter().find(|row| row.item.id == dinner).expect("it is on sale").members_of
    };
    let nobody = [""; 0];
    let for_whom = ["Circle", "Founders (under earlier terms)"];
    assert_eq!(blocked(Some(ana)).await, nobody, "she agreed to terms that name it");
    assert_eq!(blocked(Some(ben)).await, [format!("Only for members of {}", for_whom.join(", "))]);
    assert_eq!(only_for().await, for_whom);

    // Nobody ever held Circle: archived, it keeps nothing. Ana still holds what names the dinner.
    front.does(ArchivePlan { id: circle }).await;
    front.does(ArchivePlan { id: founders }).await;
    assert_eq!(only_for().await, ["Founders (no longer sold)"]);
    assert_eq!(blocked(None).await, ["Only for members of Founders (no longer sold)"]);
    assert_eq!(blocked(Some(ana)).await, nobody);
    let sold = front.settles(front.draft(Some(ana), vec![front.line(dinner, 1)]), vec![]).await;
    assert_eq!(sold.settled.quote.totals.credits, Money::from_minor(5_400));

    // With the last who holds it the lock is gone.
    let end = CancelNow { id: held, reason: "Moved".into(), refund: Money::ZERO, override_minimum: false };
    front.does(end).await;
    assert_eq!(only_for().await, nobody);
    for customer in [None, Some(ana), Some(ben)] {
        assert_eq!(blocked(customer).await, nobody);
    }
    front.is_healthy().await;
}
