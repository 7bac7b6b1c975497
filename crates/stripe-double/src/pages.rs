//! Pages that stand in for Stripe's own: they say that they are not Stripe, and work without JavaScript.

use crate::account::Account;
use crate::cards::TEST_CARDS;
use crate::dashboard::{Action, test_card};
use crate::error::ApiError;
use crate::kind::Kind;
use crate::object::Fields;
use crate::overview;
use crate::world::Answer;
use crate::world::html;
use maud::{DOCTYPE, Markup, html as markup};
use serde_json::{Value, json};

pub const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

pub const LOGIN: &str = "<!DOCTYPE html><html><head><title>Guest Wi-Fi</title></head><body><h1>Welcome to the hotel</h1>\
    <form method=\"post\" action=\"/login\"><input name=\"room\"><button>Sign in</button></form></body></html>";

const STYLE: &str = "body{font-family:sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem;line-height:1.5}\
    header{background:#7a4b00;color:#fff;padding:.75rem 1rem;border-radius:.25rem}\
    button,input{font:inherit;padding:.5rem .75rem}button{margin:.25rem 0}.cards{list-style:none;padding:0}\
    .refused{background:#fce8e6;color:#8c1d18;padding:.75rem 1rem;border-radius:.25rem}";

pub fn answer(account: &Account, method: &str, path: &str, body: &[u8]) -> Answer {
    let field = |name: &str| {
        form_urlencoded::parse(body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", [""]) => overview::show(account, None),
        ("POST", [""]) => overview::press(account, &field),
        ("GET", ["c", "pay", id]) => checkout(account, id, None),
        ("POST", ["c", "pay", id]) => enter_card(account, id, &field("number").unwrap_or_default()),
        ("GET", ["p", "session", secret]) => portal(account, secret, None),
        ("POST", ["p", "session", secret]) => in_portal(account, secret, &field),
        ("GET", ["i", id]) => invoice(account, id, None),
        ("POST", ["i", id]) => pay_invoice(account, id, &field("number").unwrap_or_default()),
        ("GET", ["a", id]) => bank(id),
        ("POST", ["a", id]) => ask_bank(account, id, field("passed").is_some()),
        ("GET", ["r", id]) => receipt(account, id),
        _ => Answer {
            status: 404,
            ..page("Nothing here", markup! { p { "There is no such page at this double of Stripe." } })
        },
    }
}

pub fn page(title: &str, body: Markup) -> Answer {
    let text = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – a double of Stripe, not Stripe" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                header { strong { "This is a double of Stripe, not Stripe." } " No real card, no real money." }
                main { h1 { (title) } (body) }
            }
        }
    };
    html(&text.into_string())
}

/// A form for a test card: any number by hand, or one of these at a press.
fn card_form(action: &str, refused: Option<&str>) -> Markup {
    markup! {
        @if let Some(refused) = refused {
            p class="refused" role="alert" { (refused) }
        }
        form method="post" action=(action) {
            label for="number" { "Card number" }
            br;
            input id="number" name="number" inputmode="numeric" autocomplete="off" value="4242 4242 4242 4242";
            " "
            button type="submit" { "Save card" }
        }
        h2 { "Or a test card" }
        ul class="cards" {
            @for card in TEST_CARDS {
                li {
                    form method="post" action=(action) {
                        button type="submit" name="number" value=(card.number) {
                            (card.number) ": " (card.label)
                        }
                    }
                }
            }
        }
    }
}

fn checkout(account: &Account, id: &str, refused: Option<&str>) -> Answer {
    let mut world = account.world();
    let mode = world.mode(id.starts_with("cs_live_"));
    let Some(session) = mode.get(Kind::CheckoutSession, id) else { return gone() };
    if session.text("status") != Some("open") {
        return page(
            "This page is closed",
            markup! { p { "The session is " (session.word("status")) ". Ask for a new link." } },
        );
    }
    let who = session.text("customer_details.email").unwrap_or_default().to_owned();
    let back = session.text("cancel_url").map(str::to_owned);
    page(
        "Save a card",
        markup! {
            @if !who.is_empty() { p { "For " (who) } }
            (card_form(&format!("/c/pay/{id}"), refused))
            @if let Some(back) = back { p { a href=(back) { "Back without saving" } } }
        },
    )
}

fn enter_card(account: &Account, id: &str, number: &str) -> Answer {
    let done = {
        let mut world = account.world();
        let action = Action::EnterCard { session: id.to_owned(), number: number.to_owned() };
        world.mode(id.starts_with("cs_live_")).act(&action)
    };
    match done {
        Ok(session) => {
            let url = session.word("success_url").replace("{CHECKOUT_SESSION_ID}", id);
            Answer { status: 303, ..html(&url) }
        }
        Err(error) if error.status == 404 => gone(),
        Err(error) => checkout(account, id, Some(&error.message)),
    }
}

/// Whose portal a secret opens; links live for five minutes, as Stripe's do until they are first used.
fn session_of(world: &mut crate::world::World, secret: &str) -> Option<(bool, Value)> {
    let ends = |session: &&Value| session.text("url").is_some_and(|url| url.ends_with(&format!("/{secret}")));
    for livemode in [false, true] {
        let mode = world.mode(livemode);
        let now = mode.now;
        let fresh = |session: &&Value| session.integer("created") + 300 >= now;
        if let Some(found) = mode.shelf(Kind::PortalSession).all().find(|one| ends(one) && fresh(one)) {
            return Some((livemode, found.clone()));
        }
    }
    None
}

fn portal(account: &Account, secret: &str, refused: Option<&str>) -> Answer {
    let mut world = account.world();
    let Some((livemode, session)) = session_of(&mut world, secret) else { return gone() };
    let mode = world.mode(livemode);
    let customer = session.word("customer");
    let action = format!("/p/session/{secret}");
    let card = mode.peek(Kind::Customer, &customer).word("invoice_settings.default_payment_method");
    let card = mode.get(Kind::PaymentMethod, &card).map(|card| card.word("card.last4"));
    let running: Vec<(String, String, bool)> = mode
        .shelf(Kind::Subscription)
        .of_customer(&customer)
        .filter(|one| one.at("ended_at").is_null())
        .map(|one| (one.word("id"), one.word("status"), !one.at("cancel_at").is_null()))
        .collect();
    page(
        "Your membership",
        markup! {
            p { "Card on file: " (card.map_or("none".to_owned(), |last4| format!("ending in {last4}"))) }
            (card_form(&action, refused))
            h2 { "Subscriptions" }
            @for (id, status, ending) in &running {
                form method="post" action=(action) {
                    (id) " (" (status) ") "
                    @if *ending {
                        button type="submit" name="keep" value=(id) { "Don't cancel" }
                    } @else {
                        button type="submit" name="cancel" value=(id) { "Cancel at the end of the period" }
                    }
                }
            }
            @if let Some(back) = session.text("return_url") { p { a href=(back) { "Back" } } }
        },
    )
}

fn in_portal(account: &Account, secret: &str, field: &dyn Fn(&str) -> Option<String>) -> Answer {
    let done: Result<Value, ApiError> = {
        let mut world = account.world();
        let Some((livemode, session)) = session_of(&mut world, secret) else { return gone() };
        let mode = world.mode(livemode);
        let customer = session.word("customer");
        let own = |mode: &crate::mode::Mode, id: &str| {
            mode.peek(Kind::Subscription, id).text("customer") == Some(&customer)
        };
        if let Some(number) = field("number") {
            test_card(&number).and_then(|_| mode.replace_card(&customer, &number))
        } else if let Some(id) = field("cancel").filter(|id| own(mode, id)) {
            mode.act(&Action::CancelInPortal { subscription: id })
        } else if let Some(id) = field("keep").filter(|id| own(mode, id)) {
            mode.act(&Action::KeepOn { subscription: id })
        } else {
            Ok(json!({}))
        }
    };
    match done {
        Ok(_) => Answer { status: 303, ..html(&format!("/p/session/{secret}")) },
        Err(error) => portal(account, secret, Some(&error.message)),
    }
}

/// An object of either mode.
fn seek(world: &mut crate::world::World, kind: Kind, id: &str) -> Option<(bool, Value)> {
    [false, true]
        .into_iter()
        .find_map(|livemode| Some((livemode, world.mode(livemode).get(kind, id)?.clone())))
}

fn amount(object: &Value, name: &str) -> String {
    crate::currency::shown(object.integer(name), object.text("currency").unwrap_or_default())
}

/// The page of an invoice, where it can be paid while it is open.
fn invoice(account: &Account, id: &str, refused: Option<&str>) -> Answer {
    let Some((_, invoice)) = seek(&mut account.world(), Kind::Invoice, id) else { return gone() };
    page(
        "Invoice",
        markup! {
            p { (invoice.word("number")) ": " (amount(&invoice, "total")) ", " (invoice.word("status")) }
            @if invoice.text("status") == Some("open") {
                p { "To pay: " (amount(&invoice, "amount_remaining")) }
                (card_form(&format!("/i/{id}"), refused))
            }
        },
    )
}

/// Pays with a new card, which becomes the customer's.
fn pay_invoice(account: &Account, id: &str, number: &str) -> Answer {
    let done = {
        let mut world = account.world();
        let Some((livemode, invoice)) = seek(&mut world, Kind::Invoice, id) else { return gone() };
        let mode = world.mode(livemode);
        let call = |given| crate::endpoints::Call { ids: vec![id.to_owned()], given };
        mode.replace_card(&invoice.word("customer"), number).and_then(|card| {
            let given = json!({ "payment_method": card["id"], "off_session": false });
            crate::endpoints::invoices::pay(mode, &call(given))
        })
    };
    match done {
        Ok(_) => Answer { status: 303, ..html(&format!("/i/{id}")) },
        Err(error) => invoice(account, id, Some(&error.message)),
    }
}

/// Where a bank would ask its customer.
fn bank(id: &str) -> Answer {
    page(
        "Your bank asks",
        markup! {
            form method="post" action=(format!("/a/{id}")) {
                button type="submit" name="passed" value="1" { "Complete authentication" }
                " "
                button type="submit" name="failed" value="1" { "Fail authentication" }
            }
        },
    )
}

fn ask_bank(account: &Account, id: &str, passed: bool) -> Answer {
    let done = {
        let mut world = account.world();
        let Some((livemode, _)) = seek(&mut world, Kind::PaymentIntent, id) else { return gone() };
        world.mode(livemode).authenticate(id, passed)
    };
    let said = done.map_or_else(|error| error.message, |_| "The payment went through.".to_owned());
    page("Your bank asks", markup! { p { (said) } })
}

fn receipt(account: &Account, id: &str) -> Answer {
    let Some((_, charge)) = seek(&mut account.world(), Kind::Charge, id) else { return gone() };
    page(
        "Receipt",
        markup! {
            p { "Paid: " (amount(&charge, "amount_captured")) }
            p { "Given back: " (amount(&charge, "amount_refunded")) }
        },
    )
}

fn gone() -> Answer {
    let text = markup! { p { "This link is wrong, used up or too old." } };
    Answer { status: 404, ..page("Nothing here", text) }
}
