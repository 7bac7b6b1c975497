//! The first page: what there is, and buttons for what happens outside the program.

use crate::account::Account;
use crate::calendar::{DAY, HOUR};
use crate::cards::Outcome;
use crate::dashboard::Action;
use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;
use crate::pages::page;
use crate::world::Answer;
use crate::world::html;
use maud::{Markup, html as markup};
use serde_json::{Value, json};

/// How many of the newest objects are shown.
const SHOWN: usize = 50;

pub fn show(account: &Account, refused: Option<&str>) -> Answer {
    let world = account.world();
    let mode = &world.test;
    let now = chrono::DateTime::from_timestamp(mode.now, 0)
        .map(|now| now.format("%-d %B %Y, %H:%M UTC").to_string());
    page(
        "What this double holds",
        markup! {
            @if let Some(refused) = refused { p class="refused" role="alert" { (refused) } }
            p { "It is " (now.unwrap_or_default()) " here. Test mode." }
            form method="post" action="/" {
                @for (name, seconds) in [("an hour", HOUR), ("a day", DAY), ("a week", 7 * DAY), ("31 days", 31 * DAY)] {
                    button type="submit" name="seconds" value=(seconds) { "Let " (name) " pass" } " "
                }
            }
            h2 { "Subscriptions" }
            ul class="cards" {
                @for one in mode.shelf(Kind::Subscription).all().rev().take(SHOWN) { (subscription(mode, one)) }
            }
            h2 { "Cards" }
            ul class="cards" {
                @let cards = mode.shelf(Kind::PaymentMethod).all().rev();
                @for one in cards.filter(|one| !one.at("customer").is_null()).take(SHOWN) { (card(mode, one)) }
            }
            h2 { "Charges" }
            ul class="cards" {
                @for one in mode.shelf(Kind::Charge).all().rev().take(SHOWN) { (charge(mode, one)) }
            }
        },
    )
}

fn subscription(mode: &Mode, one: &Value) -> Markup {
    let id = one.word("id");
    let status = one.word("status");
    let ended = !one.at("ended_at").is_null();
    let ending = !one.at("cancel_at").is_null();
    markup! {
        li {
            strong { (owner(mode, one)) } " " (id) ": " (status) @if ending && !ended { ", ending" }
            @if !ended {
                @if status == "paused" {
                    (button("Resume", &Action::Resume { subscription: id.clone() }))
                } @else {
                    (button("Pause", &Action::Pause { subscription: id.clone() }))
                }
                @if ending {
                    (button("Keep", &Action::KeepOn { subscription: id.clone() }))
                } @else {
                    (button("Cancel at the end", &Action::Cancel { subscription: id.clone(), at_period_end: true }))
                }
                (button("Cancel now", &Action::Cancel { subscription: id.clone(), at_period_end: false }))
            }
        }
    }
}

fn card(mode: &Mode, one: &Value) -> Markup {
    let id = one.word("id");
    let declines = matches!(mode.outcome_of(&id), Outcome::Declines(_));
    let (label, outcome) = if declines {
        ("Accept from now on", Outcome::Succeeds)
    } else {
        ("Decline from now on", Outcome::Declines("insufficient_funds".to_owned()))
    };
    markup! {
        li {
            strong { (owner(mode, one)) } " " (one.word("card.brand")) " ending in " (one.word("card.last4"))
            @if declines { ", declines" }
            (button(label, &Action::SetCard { card: id.clone(), outcome }))
            (button("Remove", &Action::RemoveCard { card: id }))
        }
    }
}

fn charge(mode: &Mode, one: &Value) -> Markup {
    let id = one.word("id");
    let amount = crate::currency::shown(one.integer("amount"), one.text("currency").unwrap_or_default());
    let refundable = one.flag("captured") && !one.flag("refunded") && !one.flag("disputed");
    markup! {
        li {
            strong { (owner(mode, one)) } " " (amount) ", " (one.word("status"))
            @if one.integer("amount_refunded") > 0 { ", refunded" }
            @if one.flag("disputed") { ", disputed" }
            @if refundable {
                (button("Refund", &Action::Refund { charge: id.clone(), amount: None }))
                (button("Dispute", &Action::OpenDispute { charge: id, reason: None }))
            }
        }
    }
}

fn owner(mode: &Mode, one: &Value) -> String {
    let customer = mode.peek(Kind::Customer, one.text("customer").unwrap_or_default());
    let name = customer.text("name").or(customer.text("email")).or(customer.text("id"));
    name.unwrap_or("Nobody").to_owned()
}

fn button(label: &str, action: &Action) -> Markup {
    markup! {
        " "
        form method="post" action="/" style="display:inline" {
            button type="submit" name="act" value=(json!(action)) { (label) }
        }
    }
}

/// A button was pressed.
pub fn press(account: &Account, field: &dyn Fn(&str) -> Option<String>) -> Answer {
    let done = {
        let mut world = account.world();
        if let Some(seconds) = field("seconds").and_then(|seconds| seconds.parse().ok()) {
            world.advance(seconds);
        }
        match field("act").map(|act| serde_json::from_str::<Action>(&act)) {
            Some(Ok(action)) => world.test.act(&action).map(|_| ()).map_err(|error| error.message),
            Some(Err(error)) => Err(error.to_string()),
            None => Ok(()),
        }
    };
    match done {
        Ok(()) => Answer { status: 303, ..html("/") },
        Err(message) => show(account, Some(&message)),
    }
}
