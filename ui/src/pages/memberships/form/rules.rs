//! The tabs of the tier form that hold several rules: discounts, credits and included services.

use super::controls::{Labelled, Picking, Sheet};
use crate::pages::memberships::draft::{
    CreditDraft, DiscountDraft, ExpiryMode, Field, FilterDraft, FilterMode, IncludedDraft, PlanDraft,
    minutes, typed_amount,
};
use crate::pages::memberships::words::{a_renewal, duration};
use domain::item::ItemSet;
use domain::plan::{CreditUnit, Renewal, Usage};
use domain::{BenefitId, Currency};
use yew::prelude::*;

pub fn discounts(sheet: &Sheet<'_>) -> Html {
    let fresh = (sheet.fresh)();
    let rules = sheet.draft.discounts.iter().enumerate().map(|(nth, draft)| {
        let value = match (draft.value.trim(), draft.is_percent) {
            ("", _) => "discount".into(),
            (value, true) => format!("{value} % off"),
            (value, false) => format!("{}{value} off", sheet.currency.symbol()),
        };
        let rule = Rule {
            word: "discount",
            nth,
            id: draft.id,
            title: value,
            more: filter_words(sheet, &draft.items, "everything"),
            duplicate: sheet.set(move |form| {
                let copy = DiscountDraft { id: fresh, ..form.discounts[nth].clone() };
                form.discounts.insert(nth + 1, copy);
            }),
            remove: sheet.set(move |form| {
                form.discounts.remove(nth);
            }),
            has_problem: [Field::DiscountValue(nth), Field::DiscountItems(nth)]
                .into_iter()
                .any(|field| (sheet.problem)(field).is_some()),
        };
        rule.frame(sheet, || discount_fields(sheet, nth, draft))
    });
    several(
        rules.collect::<Html>(),
        sheet.draft.discounts.is_empty(),
        "No discount yet. On a ticket each piece takes the best percentage; amounts come off once per ticket.",
        "Add discount",
        sheet.set(move |form| form.discounts.push(DiscountDraft::new(fresh))),
        opening(sheet, fresh, sheet.draft.discounts.is_empty()),
    )
}

fn discount_fields(sheet: &Sheet<'_>, nth: usize, draft: &DiscountDraft) -> Html {
    let value_id = format!("discount-{nth}-value");
    let typing = sheet.typing(move |form, text| form.discounts[nth].value = text);
    let blur = sheet.blur(Field::DiscountValue(nth));
    let problem = (sheet.problem)(Field::DiscountValue(nth));
    let value = if draft.is_percent {
        Labelled::new(&value_id, "Percentage").required().help("Off each unit.").problem(problem).number(
            "%",
            &draft.value,
            typing,
            blur,
        )
    } else {
        Labelled::new(&value_id, "Amount").required().help("Off the ticket, once.").problem(problem).money(
            sheet.currency,
            &draft.value,
            typing,
            blur,
        )
    };
    html! {
        <div class="pl-fields">
            { Labelled::new(&format!("discount-{nth}-type"), "Type").group(sheet.toggles(
                "Type", &[(true, "Percentage"), (false, "Amount")], draft.is_percent,
                move |form, is_percent| form.discounts[nth].is_percent = is_percent)) }
            { value }
            { filter_field(sheet, &format!("discount-{nth}-items"), "Given on", &draft.items, "Everything", "Never on gift cards or fees",
                Field::DiscountItems(nth), Picking::Discount(nth), move |form| &mut form.discounts[nth].items) }
        </div>
    }
}

pub fn credits(sheet: &Sheet<'_>) -> Html {
    let fresh = (sheet.fresh)();
    let rules = sheet.draft.credits.iter().enumerate().map(|(nth, draft)| {
        let every = match draft.renewal {
            Renewal::Monthly => "every month",
            Renewal::Yearly => "every year",
        };
        let rule = Rule {
            word: "credit",
            nth,
            id: draft.id,
            title: credit_title(draft, sheet.currency),
            more: format!(
                "{every} on {}{}, {}",
                filter_words(sheet, &draft.items, any_of(draft.unit)),
                if draft.usage == Usage::FreeTime { ", free time" } else { "" },
                match draft.expiry {
                    ExpiryMode::PeriodEnd => "expires at the refresh",
                    ExpiryMode::Rollover => "rolls over",
                    ExpiryMode::Cap => "rolls over, with a cap",
                }
            ),
            duplicate: sheet.set(move |form| {
                let copy = form.credits[nth].copy(fresh);
                form.credits.insert(nth + 1, copy);
            }),
            remove: sheet.set(move |form| {
                form.credits.remove(nth);
            }),
            has_problem: [
                Field::CreditAmount(nth),
                Field::CreditCap(nth),
                Field::CreditItems(nth),
                Field::CreditAllowance(nth),
            ]
            .into_iter()
            .any(|field| (sheet.problem)(field).is_some()),
        };
        rule.frame(sheet, || credit_fields(sheet, nth, draft))
    });
    several(
        rules.collect::<Html>(),
        sheet.draft.credits.is_empty(),
        "No credit yet. A credit is money, hours or bookings that the member has at every refresh.",
        "Add credit",
        sheet.set(move |form| form.credits.push(CreditDraft::new(fresh))),
        opening(sheet, fresh, sheet.draft.credits.is_empty()),
    )
}

fn credit_fields(sheet: &Sheet<'_>, nth: usize, draft: &CreditDraft) -> Html {
    let fresh = (sheet.fresh)();
    let amount_id = format!("credit-{nth}-amount");
    let cap_id = format!("credit-{nth}-cap");
    let allowance_id = format!("credit-{nth}-allowance");
    let each = match draft.renewal {
        Renewal::Monthly => "Each month",
        Renewal::Yearly => "Each year",
    };
    let quantity = |labelled: Labelled<'_>, value: &str, typing, blur| match draft.unit {
        CreditUnit::Money => labelled.money(sheet.currency, value, typing, blur),
        CreditUnit::Minutes => labelled.number("hours", value, typing, blur),
        CreditUnit::Bookings => labelled.number("bookings", value, typing, blur),
    };
    let cap_words = cap_example(draft, sheet.currency);
    html! {
        <div class="pl-fields">
            { Labelled::new(&format!("credit-{nth}-type"), "Type").group(sheet.toggles(
                "Type",
                &[(CreditUnit::Money, money_word(sheet.currency)), (CreditUnit::Minutes, "Hours"), (CreditUnit::Bookings, "Bookings")],
                draft.unit,
                move |form, unit| form.credits[nth].count_in(unit, fresh))) }
            { Labelled::new(&format!("credit-{nth}-renewal"), "Granted").help("On the billing date, not the calendar month").group(sheet.toggles(
                "Granted", &[(Renewal::Monthly, "Monthly"), (Renewal::Yearly, "Yearly")], draft.renewal,
                move |form, renewal| form.credits[nth].renewal = renewal)) }
            { quantity(
                Labelled::new(&amount_id, "Amount").required().help(each).problem((sheet.problem)(Field::CreditAmount(nth))),
                &draft.amount,
                sheet.typing(move |form, text| form.credits[nth].amount = text),
                sheet.blur(Field::CreditAmount(nth))) }
            { filter_field(sheet, &format!("credit-{nth}-items"), "Used on", &draft.items, all_of(draft.unit), never_on(draft.unit),
                Field::CreditItems(nth), Picking::Credit(nth), move |form| &mut form.credits[nth].items) }
            { Labelled::new(&format!("credit-{nth}-expiry"), "What is left at the next refresh").group(sheet.radios(
                &format!("credit-{nth}-expiry"),
                &[
                    (ExpiryMode::PeriodEnd, "Expires the day before", ""),
                    (ExpiryMode::Rollover, "Rolls over without end", ""),
                    (ExpiryMode::Cap, "Rolls over, with a cap", ""),
                ],
                draft.expiry,
                move |form, expiry| form.credits[nth].expiry = expiry)) }
            if draft.expiry == ExpiryMode::Cap {
                { quantity(
                    Labelled::new(&cap_id, "Cap").required().help(&cap_words).problem((sheet.problem)(Field::CreditCap(nth))),
                    &draft.cap,
                    sheet.typing(move |form, text| form.credits[nth].cap = text),
                    sheet.blur(Field::CreditCap(nth))) }
            }
            if sheet.draft.family.shares_pool() {
                { quantity(
                    Labelled::new(&allowance_id, "Each person at most").help("Of what all share, between two refreshes. Empty: all of it")
                        .problem((sheet.problem)(Field::CreditAllowance(nth))),
                    &draft.allowance,
                    sheet.typing(move |form, text| form.credits[nth].allowance = text),
                    sheet.blur(Field::CreditAllowance(nth))) }
            }
            if draft.unit == CreditUnit::Minutes {
                { Labelled::new(&format!("credit-{nth}-usage"), "Against an item's longest rental").group(sheet.radios(
                    &format!("credit-{nth}-usage"),
                    &[(Usage::Deduct, "The hours count", ""), (Usage::FreeTime, "The hours do not count", "A member may stay longer by them.")],
                    draft.usage,
                    move |form, usage| form.credits[nth].usage = usage)) }
            }
        </div>
    }
}

pub fn included(sheet: &Sheet<'_>) -> Html {
    let fresh = (sheet.fresh)();
    let rules = sheet.draft.included.iter().enumerate().map(|(nth, draft)| {
        let rule = Rule {
            word: "included service",
            nth,
            id: draft.id,
            title: if draft.unlimited {
                "unlimited".into()
            } else {
                format!("{} {}", draft.quantity.trim(), a_renewal(draft.renewal))
            },
            more: if draft.items.is_empty() {
                "nothing chosen yet".into()
            } else {
                sheet.names.set(&draft.items, "or", 3)
            },
            duplicate: sheet.set(move |form| {
                let copy = IncludedDraft { id: fresh, ..form.included[nth].clone() };
                form.included.insert(nth + 1, copy);
            }),
            remove: sheet.set(move |form| {
                form.included.remove(nth);
            }),
            has_problem: [
                Field::IncludedItems(nth),
                Field::IncludedQuantity(nth),
                Field::IncludedAllowance(nth),
            ]
            .into_iter()
            .any(|field| (sheet.problem)(field).is_some()),
        };
        rule.frame(sheet, || included_fields(sheet, nth, draft))
    });
    several(
        rules.collect::<Html>(),
        sheet.draft.included.is_empty(),
        "No included service yet. It covers whole pieces at 100 %; name several items to let the member pick one.",
        "Add included service",
        sheet.set(move |form| form.included.push(IncludedDraft::new(fresh))),
        opening(sheet, fresh, sheet.draft.included.is_empty()),
    )
}

fn included_fields(sheet: &Sheet<'_>, nth: usize, draft: &IncludedDraft) -> Html {
    html! {
        <div class="pl-fields">
            { Labelled::new(&format!("included-{nth}-items"), "Any one of").required().wide().problem((sheet.problem)(Field::IncludedItems(nth)))
                .group(chips(sheet, &draft.items, "Nothing chosen yet", Picking::Included(nth))) }
            { Labelled::new(&format!("included-{nth}-how"), "How often").group(sheet.radios(
                &format!("included-{nth}-how"),
                &[(false, "A number of times", ""), (true, "Without limit", "")],
                draft.unlimited,
                move |form, unlimited| form.included[nth].unlimited = unlimited)) }
            if !draft.unlimited {
                { Labelled::new(&format!("included-{nth}-quantity"), "Times").required().problem((sheet.problem)(Field::IncludedQuantity(nth))).number(
                    "times", &draft.quantity,
                    sheet.typing(move |form, text| form.included[nth].quantity = text),
                    sheet.blur(Field::IncludedQuantity(nth))) }
                { Labelled::new(&format!("included-{nth}-renewal"), "Granted").help("What is not used expires the day before the next refresh").group(sheet.toggles(
                    "Granted", &[(Renewal::Monthly, "Monthly"), (Renewal::Yearly, "Yearly")], draft.renewal,
                    move |form, renewal| form.included[nth].renewal = renewal)) }
                if sheet.draft.family.shares_pool() {
                    { Labelled::new(&format!("included-{nth}-allowance"), "Each person at most").help("Of what all share, between two refreshes. Empty: all of it")
                        .problem((sheet.problem)(Field::IncludedAllowance(nth))).number(
                        "times", &draft.allowance,
                        sheet.typing(move |form, text| form.included[nth].allowance = text),
                        sheet.blur(Field::IncludedAllowance(nth))) }
                }
            }
        </div>
    }
}

/// One rule of several, open with its fields or closed to a line.
struct Rule {
    word: &'static str,
    nth: usize,
    id: BenefitId,
    title: String,
    more: String,
    duplicate: Callback<MouseEvent>,
    remove: Callback<MouseEvent>,
    has_problem: bool,
}

impl Rule {
    fn frame(self, sheet: &Sheet<'_>, fields: impl FnOnce() -> Html) -> Html {
        let number = self.nth + 1;
        let open = (sheet.is_open)(self.id, self.nth) || self.has_problem;
        let toggle = {
            let (toggle, id) = (sheet.toggle.clone(), self.id);
            Callback::from(move |_: MouseEvent| toggle.emit(id))
        };
        let word = self.word;
        let title = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
        html! {
            <section class="pl-panel pl-rule" key={self.id.to_string()} aria-label={format!("{title} {number}")}>
                <div class="pl-row">
                    <button class={classes!("pf-v6-c-button", "pf-m-plain")} type="button" onclick={toggle} aria-expanded={open.to_string()}
                        aria-label={format!("{} {word} {number}", if open { "Close" } else { "Open" })}>
                        <span class="pf-v6-c-button__icon">
                            <i class={if open { "fas fa-angle-down" } else { "fas fa-angle-right" }} aria-hidden="true"></i>
                        </span>
                    </button>
                    <div class="pl-grow">
                        <h2 class="pl-section-title">
                            { format!("{title} {number}: {}", self.title) }
                            if !open { <span class="pl-subtle pl-rule-more">{ format!(" {}", self.more) }</span> }
                        </h2>
                    </div>
                    <button class="pf-v6-c-button pf-m-plain" type="button" onclick={self.duplicate} aria-label={format!("Duplicate {word} {number}")}>
                        <span class="pf-v6-c-button__icon"><i class="fas fa-copy" aria-hidden="true"></i></span>
                    </button>
                    <button class="pf-v6-c-button pf-m-plain" type="button" onclick={self.remove} aria-label={format!("Remove {word} {number}")}>
                        <span class="pf-v6-c-button__icon"><i class="fas fa-trash" aria-hidden="true"></i></span>
                    </button>
                </div>
                if open { { fields() } }
            </section>
        }
    }
}

fn several(
    rules: Html,
    is_empty: bool,
    empty_words: &'static str,
    add_words: &'static str,
    add: Callback<MouseEvent>,
    opened: Callback<()>,
) -> Html {
    let onclick = Callback::from(move |event: MouseEvent| {
        add.emit(event);
        opened.emit(());
    });
    html! {
        <>
            if is_empty { <p class="pl-subtle">{ empty_words }</p> }
            { rules }
            <div>
                <button class="pf-v6-c-button pf-m-secondary" type="button" {onclick}>
                    <span class="pf-v6-c-button__icon pf-m-start"><i class="fas fa-plus" aria-hidden="true"></i></span>
                    <span class="pf-v6-c-button__text">{ add_words }</span>
                </button>
            </div>
        </>
    }
}

/// A rule that was just added stands open; the first of a list is open anyway.
fn opening(sheet: &Sheet<'_>, id: BenefitId, is_first: bool) -> Callback<()> {
    let toggle = sheet.toggle.clone();
    Callback::from(move |()| {
        if !is_first {
            toggle.emit(id);
        }
    })
}

#[allow(clippy::too_many_arguments)]
fn filter_field(
    sheet: &Sheet<'_>,
    id: &str,
    label: &str,
    filter: &FilterDraft,
    all: &'static str,
    help: &str,
    field: Field,
    picking: Picking,
    part: impl Fn(&mut PlanDraft) -> &mut FilterDraft + Clone + 'static,
) -> Html {
    let modes = sheet.toggles(
        label,
        &[(FilterMode::All, all), (FilterMode::Only, "Only"), (FilterMode::Except, "All except")],
        filter.mode,
        move |form, mode| part(form).mode = mode,
    );
    Labelled::new(id, label).help(help).problem((sheet.problem)(field)).group(html! {
        <div class="pl-stack">
            { modes }
            if filter.mode != FilterMode::All { { chips(sheet, &filter.set, "Nothing chosen yet", picking) } }
        </div>
    })
}

/// The names of a set with the button that changes it.
pub fn chips(sheet: &Sheet<'_>, set: &ItemSet, nothing: &'static str, picking: Picking) -> Html {
    let onclick = {
        let pick = sheet.pick.clone();
        Callback::from(move |_: MouseEvent| pick.emit(picking))
    };
    let name = |name: Option<&String>| name.cloned().unwrap_or_else(|| "Removed".into());
    let names = set
        .categories
        .iter()
        .map(|id| (true, name(sheet.names.categories.get(id))))
        .chain(set.items.iter().map(|id| (false, name(sheet.names.items.get(id)))))
        .map(|(is_category, name)| {
            html! {
                <span class="pf-v6-c-label pf-m-outline">
                    <span class="pf-v6-c-label__content">
                        if is_category { <span class="pf-v6-c-label__icon"><i class="fas fa-folder" aria-hidden="true"></i></span> }
                        <span class="pf-v6-c-label__text"><bdi>{ name }</bdi></span>
                    </span>
                </span>
            }
        });
    html! {
        <div class="pl-row pl-chipset">
            if set.is_empty() { <span class="pl-subtle">{ nothing }</span> }
            { for names }
            <button class="pf-v6-c-button pf-m-link pf-m-small" type="button" {onclick}>
                <span class="pf-v6-c-button__text">{ if set.is_empty() { "Choose" } else { "Change" } }</span>
            </button>
        </div>
    }
}

fn filter_words(sheet: &Sheet<'_>, filter: &FilterDraft, all: &str) -> String {
    sheet.names.filter(&filter.filter(), all)
}

fn credit_title(draft: &CreditDraft, currency: Currency) -> String {
    let text = draft.amount.trim();
    match draft.unit {
        _ if text.is_empty() => "no amount yet".into(),
        CreditUnit::Money => {
            currency.parse(text).map_or_else(|_| text.to_owned(), |amount| currency.format(amount))
        }
        CreditUnit::Minutes => minutes(text).map_or_else(|| text.to_owned(), duration),
        CreditUnit::Bookings => format!("{text} bookings"),
    }
}

/// `Unused $200.00: $150.00 is carried, $100.00 is added, $50.00 is lost.`
fn cap_example(draft: &CreditDraft, currency: Currency) -> String {
    let read = |text: &str| match draft.unit {
        CreditUnit::Money => currency.parse(text).ok().map(|amount| amount.minor()),
        CreditUnit::Minutes => minutes(text),
        CreditUnit::Bookings => text.trim().parse::<i64>().ok(),
    };
    let (Some(amount), Some(cap)) = (read(&draft.amount), read(&draft.cap)) else {
        return "At most this is carried into the next refresh.".into();
    };
    if amount <= 0 || cap <= 0 {
        return "At most this is carried into the next refresh.".into();
    }
    let unused = cap + (amount / 2).max(1);
    let say = |amount: i64| match draft.unit {
        CreditUnit::Money => currency.format(domain::Money::from_minor(amount)),
        CreditUnit::Minutes => duration(amount),
        CreditUnit::Bookings => typed_amount(draft.unit, amount, currency),
    };
    format!(
        "Unused {}: {} is carried, {} is added, {} is lost.",
        say(unused),
        say(cap),
        say(amount),
        say(unused - cap)
    )
}

fn money_word(currency: Currency) -> &'static str {
    if currency == Currency::USD { "Dollars" } else { "Money" }
}

fn all_of(unit: CreditUnit) -> &'static str {
    match unit {
        CreditUnit::Money => "Anything",
        CreditUnit::Minutes => "Any rental",
        CreditUnit::Bookings => "Any booking",
    }
}

fn any_of(unit: CreditUnit) -> &'static str {
    match unit {
        CreditUnit::Money => "anything",
        CreditUnit::Minutes => "any rental",
        CreditUnit::Bookings => "any service or rental",
    }
}

fn never_on(unit: CreditUnit) -> &'static str {
    match unit {
        CreditUnit::Money => "Never on gift cards or fees",
        CreditUnit::Minutes => "Taken out of rentals",
        CreditUnit::Bookings => "Covers whole services and rentals",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_cap_is_explained_with_its_own_numbers() {
        let mut credit = CreditDraft::new(BenefitId(Uuid::nil()));
        credit.amount = "100".into();
        credit.cap = "150".into();
        assert_eq!(
            cap_example(&credit, Currency::USD),
            "Unused $200.00: $150.00 is carried, $100.00 is added, $50.00 is lost."
        );
        let mut hours = credit;
        hours.unit = CreditUnit::Minutes;
        hours.amount = "2".into();
        hours.cap = "3".into();
        assert_eq!(
            cap_example(&hours, Currency::USD),
            "Unused 4 hours: 3 hours is carried, 2 hours is added, 1 hour is lost."
        );
    }
}
