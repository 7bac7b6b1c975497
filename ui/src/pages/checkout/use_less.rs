//! Using only part of a benefit on this ticket: a small field under its row.

use super::benefits::Part;
use super::state::Action;
use super::words;
use crate::components::{Button, Look, MoneyField, NumberField, parse_count, parse_money};
use domain::Currency;
use domain::checkout::{BenefitKey, UseKind};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

/// As many units as anybody has any use for on one ticket.
const MOST_UNITS: i64 = 9_999;

#[derive(Properties, PartialEq)]
pub struct UseLessProps {
    pub name: AttrValue,
    pub key_of: BenefitKey,
    pub part: Part,
    pub currency: Currency,
    pub act: Callback<Action>,
    pub onclose: Callback<()>,
}

/// What is typed holds at once; Enter and Esc leave.
#[component]
pub fn UseLess(props: &UseLessProps) -> Html {
    let (part, currency) = (props.part, props.currency);
    let node = use_node_ref();
    let text = use_state(|| typed(part, currency));
    let error = use_state(|| None::<AttrValue>);
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let field =
                node.cast::<web_sys::Element>().and_then(|node| node.query_selector("input").ok().flatten());
            if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
                let _ = field.focus();
                field.select();
            }
        });
    }
    let onchange = {
        let (text, error, act, key) = (text.clone(), error.clone(), props.act.clone(), props.key_of);
        Callback::from(move |typed: String| {
            match parse(part, &typed, currency) {
                Ok(most) => {
                    error.set(None);
                    act.emit(Action::Lower(key, Some(most)));
                }
                Err(words) => error.set(Some(words.into())),
            }
            text.set(typed);
        })
    };
    let onkeydown = {
        let close = props.onclose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let in_the_field =
                event.target().is_some_and(|target| target.dyn_ref::<HtmlInputElement>().is_some());
            if event.key() == "Escape" || event.key() == "Enter" && in_the_field {
                event.prevent_default();
                event.stop_propagation();
                close.emit(());
            }
        })
    };
    let all = {
        let (act, key, close) = (props.act.clone(), props.key_of, props.onclose.clone());
        Callback::from(move |()| {
            act.emit(Action::Lower(key, None));
            close.emit(());
        })
    };
    let label = "At most, on this ticket";
    let (value, error) = ((*text).clone(), (*error).clone());
    html! {
        <div ref={node} class="pl-benefit-less" role="group" aria-label={format!("How much of {} is used", props.name)} {onkeydown}>
            if part.kind == UseKind::Money {
                <MoneyField {label} {value} {onchange} {error} />
            } else {
                <NumberField {label} {value} {onchange} {error} after={after(part)} />
            }
            <span class="pl-row">
                <Button small=true look={Look::Secondary} text="Done" label={format!("Done with {}", props.name)} onclick={props.onclose.clone()} />
                <Button small=true look={Look::Link} text="As much as possible" label={format!("As much as possible of {}", props.name)} onclick={all} />
            </span>
        </div>
    }
}

/// What stands in the field to begin with: what holds now.
fn typed(part: Part, currency: Currency) -> String {
    let now = part.most.map_or(part.used, i64::from);
    match part.kind {
        UseKind::Money => currency.format_plain(domain::Money::from_minor(now)),
        UseKind::Minutes if now > 0 => words::duration(now),
        UseKind::Minutes | UseKind::Included | UseKind::Bookings => now.to_string(),
    }
}

fn after(part: Part) -> AttrValue {
    match (part.kind, part.holds) {
        (UseKind::Included | UseKind::Bookings, Some(holds)) => format!("of {holds}").into(),
        _ => AttrValue::default(),
    }
}

/// Units, minutes or minor units, as the benefit counts.
fn parse(part: Part, typed: &str, currency: Currency) -> Result<u32, String> {
    let to = part.holds.map_or(MOST_UNITS, |holds| holds.max(0));
    match part.kind {
        UseKind::Included | UseKind::Bookings => parse_count(typed, 0, u32::try_from(to).unwrap_or(u32::MAX)),
        UseKind::Minutes if typed.trim() == "0" => Ok(0),
        UseKind::Minutes => words::parse_duration(typed)
            .filter(|minutes| i64::from(*minutes) <= to)
            .ok_or_else(|| format!("Type minutes, or hours as 1:30, up to {}", words::duration(to))),
        UseKind::Money => {
            let most = parse_money(currency, typed)?;
            if most.is_negative() {
                return Err("Not below zero".to_owned());
            }
            let to = domain::Money::from_minor(to);
            u32::try_from(most.minor())
                .ok()
                .filter(|_| most <= to)
                .ok_or_else(|| format!("At most {}, which is what is left", currency.format(to)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: UseKind, holds: Option<i64>) -> Part {
        Part { kind, most: None, used: 90, holds }
    }

    #[test]
    fn what_is_typed_is_counted_as_the_benefit_counts() {
        let parse = |kind, holds, typed| parse(part(kind, holds), typed, Currency::USD);
        assert_eq!(parse(UseKind::Included, Some(3), "2"), Ok(2));
        assert_eq!(parse(UseKind::Included, Some(3), "0"), Ok(0));
        assert_eq!(parse(UseKind::Bookings, Some(3), "4"), Err("Type a whole number from 0 to 3".to_owned()));
        assert_eq!(parse(UseKind::Included, None, "40"), Ok(40));
        assert_eq!(parse(UseKind::Minutes, Some(120), "0"), Ok(0));
        assert_eq!(parse(UseKind::Minutes, Some(120), "1:30"), Ok(90));
        assert!(parse(UseKind::Minutes, Some(120), "3 h").unwrap_err().ends_with("up to 2 h"));
        assert_eq!(parse(UseKind::Money, Some(5_000), "20.5"), Ok(2_050));
        assert_eq!(parse(UseKind::Money, Some(5_000), "-1"), Err("Not below zero".to_owned()));
        assert_eq!(
            parse(UseKind::Money, Some(5_000), "50.01"),
            Err("At most $50.00, which is what is left".to_owned())
        );
        assert!(parse(UseKind::Money, Some(5_000), "").is_err());
    }

    #[test]
    fn the_field_begins_with_what_holds_now() {
        assert_eq!(typed(part(UseKind::Minutes, Some(120)), Currency::USD), "1 h 30 min");
        assert_eq!(typed(part(UseKind::Money, Some(120)), Currency::USD), "0.90");
        let lowered = Part { most: Some(2), ..part(UseKind::Included, Some(3)) };
        assert_eq!(typed(lowered, Currency::USD), "2");
    }
}
