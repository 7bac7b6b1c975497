//! What people do in the Dashboard, and the events it makes.

use crate::client::{Client, text};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use stripe_double::{Account, Action, Double, Outcome};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

struct Hand {
    double: Double,
    stripe: Client,
    customer: String,
    subscription: String,
}

impl Hand {
    async fn of() -> Self {
        let double = Double::start().await.unwrap();
        let stripe = Client::of(&double);
        let (customer, price) = (stripe.customer("pm_card_visa").await, stripe.price("3000").await);
        let subscription = text(&stripe.subscribe(&customer, &price, &[]).await, "id");
        Self { double, stripe, customer, subscription }
    }

    /// Does it in a second of its own: what it was about, and the types of the events it made.
    fn does(&self, action: Action) -> (Value, BTreeSet<String>) {
        self.double.advance(Duration::from_secs(1));
        let about = self.double.act(&action).unwrap_or_else(|error| panic!("{action:?}: {}", error.message));
        let now = Value::from(self.double.now());
        let events = told(&self.double).into_iter().filter(|event| event["created"] == now);
        (about, events.map(|event| text(&event, "type")).collect())
    }

    async fn now(&self) -> Value {
        let path = format!("/v1/subscriptions/{}", self.subscription);
        self.stripe.get(&path, &[("expand[]", "latest_invoice")]).await
    }

    fn charge(&self) -> String {
        self.double.charges()[0].charge.clone()
    }
}

fn told(account: &Account) -> Vec<Value> {
    account.look(|mode| mode.told().collect())
}

fn types(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const UPDATED: &str = "customer.subscription.updated";

#[tokio::test]
async fn a_subscription_is_changed_by_hand() {
    let hand = Hand::of().await;
    let id = || hand.subscription.clone();
    let dearer = hand.stripe.price("4500").await;
    let steps = [
        (Action::Pause { subscription: id() }, vec![UPDATED, "customer.subscription.paused"]),
        (Action::Resume { subscription: id() }, vec![UPDATED, "customer.subscription.resumed"]),
        (Action::ChangeQuantity { subscription: id(), quantity: 3 }, vec![UPDATED]),
        (Action::ChangePrice { subscription: id(), price: dearer.clone() }, vec![UPDATED]),
        (Action::Cancel { subscription: id(), at_period_end: true }, vec![UPDATED]),
        (Action::KeepOn { subscription: id() }, vec![UPDATED]),
        (Action::PauseCollection { subscription: id(), behavior: Some("void".to_owned()) }, vec![UPDATED]),
        (Action::PauseCollection { subscription: id(), behavior: None }, vec![UPDATED]),
    ];
    for (action, events) in steps {
        assert_eq!(hand.does(action.clone()).1, types(&events), "{action:?}");
    }
    let now = hand.now().await;
    let item = &now["items"]["data"][0];
    assert_eq!((text(&item["price"], "id"), &item["quantity"]), (dearer, &3.into()));
    assert_eq!((&now["status"], &now["cancel_at"]), (&"active".into(), &Value::Null));
    assert_eq!(hand.double.charges().len(), 1);
    let cancel = Action::Cancel { subscription: id(), at_period_end: false };
    assert_eq!(hand.does(cancel).1, types(&["customer.subscription.deleted"]));
    assert_eq!(hand.now().await["status"], "canceled");
}

#[tokio::test]
async fn a_card_is_replaced_by_hand() {
    let hand = Hand::of().await;
    let card = Action::ReplaceCard { customer: hand.customer.clone(), number: "5555555555554444".to_owned() };
    let (card, events) = hand.does(card);
    assert_eq!(card["card"]["last4"], "4444");
    assert_eq!(events, types(&["customer.updated", "payment_method.attached", "payment_method.detached"]));
    let customer = hand.stripe.get(&format!("/v1/customers/{}", hand.customer), &[]).await;
    assert_eq!(customer["invoice_settings"]["default_payment_method"], card["id"]);
    hand.double.advance(32 * DAY);
    let charges = hand.stripe.get("/v1/charges", &[]).await;
    assert_eq!(charges["data"][0]["payment_method"], card["id"]);
}

#[tokio::test]
async fn a_charge_is_given_back_by_hand_in_part_and_whole() {
    let hand = Hand::of().await;
    let charge = hand.charge();
    let (refund, events) = hand.does(Action::Refund { charge: charge.clone(), amount: Some(1_000) });
    assert_eq!(refund["amount"], 1_000);
    assert_eq!(events, types(&["charge.refunded", "refund.created"]));
    let (rest, _) = hand.does(Action::Refund { charge: charge.clone(), amount: None });
    assert_eq!(rest["amount"], 2_000);
    let whole = hand.stripe.get(&format!("/v1/charges/{charge}"), &[]).await;
    assert_eq!((&whole["refunded"], &whole["amount_refunded"]), (&true.into(), &3_000.into()));
    assert_eq!(
        hand.double.act(&Action::Refund { charge, amount: None }).unwrap_err().code,
        Some("charge_already_refunded")
    );
}

#[tokio::test]
async fn a_dispute_is_opened_won_and_lost() {
    for (won, closing) in [
        (true, vec!["charge.dispute.closed", "charge.dispute.funds_reinstated"]),
        (false, vec!["charge.dispute.closed"]),
    ] {
        let hand = Hand::of().await;
        let open = Action::OpenDispute { charge: hand.charge(), reason: None };
        let (dispute, events) = hand.does(open);
        assert_eq!(
            events,
            types(&["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.updated"])
        );
        let (closed, events) = hand.does(Action::CloseDispute { dispute: text(&dispute, "id"), won });
        assert_eq!((&closed["status"], events), (&if won { "won" } else { "lost" }.into(), types(&closing)));
        // A bank has no request.
        let told = told(&hand.double);
        let created = told.iter().find(|event| event["type"] == "charge.dispute.created").unwrap();
        assert_eq!(created["request"]["id"], Value::Null);
    }
}

/// A renewal that was declined, and its invoice.
async fn owes(hand: &Hand) -> String {
    let card =
        text(&hand.stripe.get("/v1/payment_methods", &[("customer", &hand.customer)]).await["data"][0], "id");
    let declines = Outcome::Declines("insufficient_funds".to_owned());
    hand.double.act(&Action::SetCard { card: card.clone(), outcome: declines }).unwrap();
    hand.double.advance(31 * DAY + 2 * HOUR);
    let now = hand.now().await;
    assert_eq!((&now["status"], &now["latest_invoice"]["status"]), (&"past_due".into(), &"open".into()));
    hand.double.act(&Action::SetCard { card, outcome: Outcome::Succeeds }).unwrap();
    text(&now["latest_invoice"], "id")
}

#[tokio::test]
async fn an_invoice_is_settled_by_hand() {
    let after = ["customer.updated", UPDATED];
    for (action, status, events, charges) in [
        (
            "pay",
            "paid",
            vec![
                "charge.succeeded",
                "invoice.paid",
                "invoice.payment_succeeded",
                "invoice_payment.paid",
                "payment_intent.succeeded",
            ],
            2,
        ),
        ("mark", "paid", vec!["invoice.paid", "invoice.payment_succeeded", "payment_intent.canceled"], 1),
        ("void", "void", vec!["invoice.voided", "payment_intent.canceled"], 1),
        ("give up", "uncollectible", vec!["invoice.marked_uncollectible"], 1),
    ] {
        let hand = Hand::of().await;
        let invoice = owes(&hand).await;
        let (about, made) = hand.does(match action {
            "pay" => Action::PayInvoice { invoice: invoice.clone() },
            "mark" => Action::MarkPaid { invoice: invoice.clone() },
            "void" => Action::VoidInvoice { invoice: invoice.clone() },
            _ => Action::MarkUncollectible { invoice: invoice.clone() },
        });
        let wanted: Vec<&str> = events.iter().chain(&after).copied().collect();
        assert_eq!((&about["status"], made), (&status.into(), types(&wanted)), "{action}");
        assert_eq!(hand.now().await["status"], "active", "{action}");
        hand.double.advance(15 * DAY);
        assert_eq!(hand.double.charges().len(), charges, "{action}");
        if action == "pay" {
            assert_eq!(
                hand.double.act(&Action::PayInvoice { invoice }).unwrap_err().code,
                Some("invoice_already_paid")
            );
        }
    }
}

#[tokio::test]
async fn a_customer_is_renamed_and_deleted_and_a_product_edited() {
    let hand = Hand::of().await;
    let rename = Action::RenameCustomer { customer: hand.customer.clone(), name: "Jo Öztürk".to_owned() };
    let (customer, events) = hand.does(rename);
    assert_eq!((&customer["name"], events), (&"Jo Öztürk".into(), types(&["customer.updated"])));
    let price = &hand.now().await["items"]["data"][0]["price"];
    let edit =
        Action::EditProduct { product: text(price, "product"), name: "Golder".to_owned(), active: false };
    let (product, events) = hand.does(edit);
    assert_eq!((&product["name"], &product["active"]), (&"Golder".into(), &false.into()));
    assert_eq!(events, types(&["product.updated"]));
    let (gone, events) = hand.does(Action::DeleteCustomer { customer: hand.customer.clone() });
    assert_eq!(gone["deleted"], true);
    for wanted in ["customer.deleted", "customer.subscription.deleted", "payment_method.detached"] {
        assert!(events.contains(wanted), "{wanted} is missing in {events:?}");
    }
    assert!(
        hand.double
            .act(&Action::RenameCustomer { customer: hand.customer.clone(), name: "x".into() })
            .is_err()
    );
}
