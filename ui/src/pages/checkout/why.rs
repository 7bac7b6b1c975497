//! Why a line costs what it costs, or a benefit did not apply: a small panel over the ticket.

use super::pricing::Priced;
use super::words;
use crate::components::{Button, Look};
use crate::keys::{Command, use_command};
use crate::session::{SignedIn, use_session};
use domain::checkout::{BenefitKey, LineInput, LineKind, MembersSave, Outcome, WhyNot, own_manual};
use domain::{Currency, Day, LineId, Money};
use protocol::tickets::Catalog;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Line(LineId),
    Benefit(BenefitKey),
}

#[derive(Properties, PartialEq)]
pub struct WhyProps {
    pub asked: Asked,
    pub priced: Priced,
    pub catalog: Rc<Catalog>,
    pub onclose: Callback<()>,
}

#[component]
pub fn Why(props: &WhyProps) -> Html {
    let session = use_session();
    use_command(Command::Leave, props.onclose.clone());
    use_command(Command::Why, props.onclose.clone());
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.asked, move |_| {
            let before = web_sys::window().and_then(|window| window.document()?.active_element());
            if let Some(panel) = node.cast::<web_sys::HtmlElement>() {
                let _ = panel.focus();
            }
            move || {
                use wasm_bindgen::JsCast;
                if let Some(before) =
                    before.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    let _ = before.focus();
                }
            }
        });
    }
    let (title, reasons) = match props.asked {
        Asked::Line(line) => about_line(props, line, &session),
        Asked::Benefit(key) => about_benefit(props, key, &session),
    };
    html! {
        <div ref={node} class="pl-why" role="dialog" aria-label={title.clone()} tabindex="-1">
            <header class="pl-row pl-row--between">
                <h3 class="pl-section-title" dir="auto">{ title }</h3>
                <Button look={Look::Plain} small=true icon="times" label="Close" onclick={props.onclose.clone()} />
            </header>
            if reasons.is_empty() {
                <p class="pl-subtle">{
                    if props.priced.input.customer_attached { "Its own price: no benefit speaks of it." }
                    else { "Its own price: no membership on sale here would change it." }
                }</p>
            }
            <ul class="pl-lines">
                { for reasons.into_iter().map(|reason| html! {
                    <li>
                        <span><span class="pl-strong">{ reason.what }</span>{ format!("\u{2002}{}.", reason.why) }
                            if let Some(remedy) = reason.remedy { <br /><span class="pl-small pl-subtle">{ remedy }</span> }
                        </span>
                    </li>
                }) }
            </ul>
        </div>
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Reason {
    what: String,
    why: String,
    remedy: Option<&'static str>,
}

fn name(props: &WhyProps, key: BenefitKey, session: &SignedIn) -> String {
    named(&props.priced, &props.catalog, key, session.currency())
}

fn named(priced: &Priced, catalog: &Catalog, key: BenefitKey, currency: Currency) -> String {
    let Some((held, what)) = words::holding(&priced.input, priced, key) else {
        return String::new();
    };
    let name = words::benefit(catalog, held, key, what, currency);
    format!("{name} ({})", held.plan_name)
}

fn about_line(props: &WhyProps, line: LineId, session: &SignedIn) -> (String, Vec<Reason>) {
    let typed = props.priced.input.lines.iter().find(|typed| typed.id == line);
    let title = typed.map_or_else(String::new, |typed| format!("Why? {}", typed.name));
    (title, of_line(&props.priced, &props.catalog, line, session.today, session.currency()))
}

/// All that made a line cost what it costs, and all that did not apply.
fn of_line(priced: &Priced, catalog: &Catalog, line: LineId, today: Day, currency: Currency) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let Some(typed) = priced.input.lines.iter().find(|typed| typed.id == line) else { return reasons };
    if let Some(blocked) = priced.quote.blocked.iter().find(|blocked| blocked.line == line) {
        reasons.push(Reason {
            what: "Cannot be sold like this".to_owned(),
            why: blocked.why.sentence(|plan| catalog.keeper(plan, typed.item)),
            remedy: Some(blocked.why.remedy()),
        });
    }
    reasons.extend(by_hand(priced, typed, currency));
    if let Some(outcome) = priced.why.lines.iter().find(|outcome| outcome.line == line) {
        for here in &outcome.applied {
            let why = format!("takes {} off", currency.format(here.value));
            reasons.push(Reason { what: named(priced, catalog, here.key, currency), why, remedy: None });
        }
        let mut said: Vec<BenefitKey> = Vec::new();
        for (key, why) in &outcome.not_applied {
            if !said.contains(&key.whole())
                && !outcome.applied.iter().any(|here| here.key.whole() == key.whole())
            {
                said.push(key.whole());
                reasons.push(Reason {
                    what: named(priced, catalog, *key, currency),
                    why: why.sentence(today, currency),
                    remedy: why.remedy(),
                });
            }
        }
    }
    reasons.extend(as_member(priced, line, today, currency));
    reasons
}

/// What a person at the desk changed of the price, and why they said they did.
fn by_hand(priced: &Priced, typed: &LineInput, currency: Currency) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut say = |what: String, why: String| reasons.push(Reason { what, why, remedy: None });
    if let Some(price) = typed.price_override.filter(|price| *price != typed.list_price) {
        let price = currency.format(price);
        match typed.kind {
            LineKind::GiftCard => say(format!("Value {price}"), "typed at the desk".to_owned()),
            LineKind::Rental => say(
                format!("{price} an hour"),
                format!("set at the desk instead of {}", currency.format(typed.list_price)),
            ),
            LineKind::Service | LineKind::Product | LineKind::Fee | LineKind::Plan => say(
                format!("{price} each"),
                format!("set at the desk instead of {}", currency.format(typed.list_price)),
            ),
        }
    }
    let Some(quoted) = priced.quote.lines.iter().find(|quoted| quoted.id == typed.id) else { return reasons };
    let own = own_manual(typed, quoted);
    let takes = |amount: Money, reason: &str| format!("takes {} off: {reason}", currency.format(amount));
    if let Some(discount) = &typed.manual_discount {
        say(format!("{} by hand", words::discount(discount.value, currency)), takes(own, &discount.reason));
    }
    if let Some(discount) = priced.input.ticket_discount.as_ref().filter(|_| typed.kind.takes_benefits()) {
        say(
            format!("{} the whole ticket by hand", words::discount(discount.value, currency)),
            takes(quoted.manual - own, &discount.reason),
        );
    }
    reasons
}

/// What each plan on sale would take off the line, where nobody on the ticket holds one.
fn as_member(priced: &Priced, line: LineId, today: Day, currency: Currency) -> Vec<Reason> {
    let attached = priced.input.customer_attached;
    let saved =
        |plan: &MembersSave| plan.lines.iter().find(|(known, _)| *known == line).map(|(_, saved)| *saved);
    let plans = priced.members_save.iter().filter_map(|plan| Some((plan, saved(plan)?)));
    plans
        .map(|(plan, saved)| {
            let what = format!("{} would take {} off", plan.plan_name, currency.format(saved));
            match attached {
                true => Reason {
                    what,
                    why: "They hold no membership".to_owned(),
                    remedy: Some("Enroll them on this very ticket."),
                },
                false => Reason {
                    what,
                    why: WhyNot::NoCustomer.sentence(today, currency),
                    remedy: WhyNot::NoCustomer.remedy(),
                },
            }
        })
        .collect()
}

fn about_benefit(props: &WhyProps, key: BenefitKey, session: &SignedIn) -> (String, Vec<Reason>) {
    let mut reasons = Vec::new();
    let mut title = "Why?".to_owned();
    for outcome in props.priced.why.benefits.iter().filter(|outcome| outcome.key.whole() == key.whole()) {
        title = format!("Why? {}", name(props, outcome.key, session));
        let remedy = match &outcome.outcome {
            Outcome::Applied { .. } => None,
            Outcome::Available { why } | Outcome::NotApplied { why } => why.remedy(),
        };
        let why = outcome.sentence(session.today, session.currency());
        reasons.push(Reason { what: outcome.what.words(session.currency()), why, remedy });
    }
    (title, reasons)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::checkout::pricing::price;
    use crate::pages::checkout::sample::{self, id};
    use crate::pages::checkout::state::{Action, Counter};
    use domain::Rate;
    use domain::checkout::ManualDiscount;
    use domain::item::{ItemFilter, ItemKind};
    use domain::plan::{Discount, DiscountValue};
    use std::rc::Rc;

    fn said(counter: &Counter, catalog: &Catalog, line: u128) -> Vec<String> {
        let pricing = price(catalog, counter.current());
        let reasons = of_line(pricing.priced().unwrap(), catalog, id(line), sample::day(), Currency::USD);
        reasons.into_iter().map(|it| format!("{}: {}.", it.what, it.why)).collect()
    }

    fn serum() -> protocol::tickets::CatalogItem {
        sample::item(10, ItemKind::Product, "Serum", 6_400)
    }

    fn with_gold() -> Catalog {
        let mut catalog = sample::catalog(vec![serum(), sample::item(11, ItemKind::Fee, "Late fee", 500)]);
        let off =
            Discount { id: id(70), value: DiscountValue::Percent(Rate::percent(10)), items: ItemFilter::All };
        catalog.plans.push(sample::on_sale(60, "Gold", off));
        catalog
    }

    #[test]
    fn with_nobody_attached_it_says_who_would_pay_less_and_what_to_do() {
        let catalog = with_gold();
        let counter = Counter::new(id(1))
            .after(Action::Add { item: Box::new(serum()), line: id(100) })
            .after(Action::Add { item: Box::new(catalog.items[1].clone()), line: id(101) });
        assert_eq!(said(&counter, &catalog, 100), ["Gold would take $6.40 off: No customer is attached."]);
        assert_eq!(said(&counter, &catalog, 101), [""; 0], "a fee takes no benefits");
        let counter = counter.after(Action::Attach(Rc::new(sample::person(50, "Ben Cole"))));
        assert_eq!(said(&counter, &catalog, 100), ["Gold would take $6.40 off: They hold no membership."]);
    }

    #[test]
    fn what_was_done_by_hand_is_told_with_its_reason() {
        let catalog = sample::catalog(vec![serum()]);
        let by_hand = |value, reason: &str| Some(ManualDiscount { value, reason: reason.into() });
        let money = Money::from_minor;
        let counter = Counter::new(id(1))
            .after(Action::Add { item: Box::new(serum()), line: id(100) })
            .after(Action::SetPrice(id(100), Some(money(5_000))))
            .after(Action::SetDiscount(
                id(100),
                by_hand(DiscountValue::Percent(Rate::percent(10)), "Box was open"),
            ))
            .after(Action::TicketDiscount(by_hand(DiscountValue::Amount(money(700)), "Birthday")));
        assert_eq!(
            said(&counter, &catalog, 100),
            [
                "$50.00 each: set at the desk instead of $64.00.",
                "10 % off by hand: takes $5.00 off: Box was open.",
                "$7.00 off the whole ticket by hand: takes $7.00 off: Birthday.",
            ]
        );
    }
}
