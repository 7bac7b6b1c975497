use crate::client::{Client, encoded, text};
use std::collections::BTreeMap;
use std::time::Duration;
use stripe_double::{Double, Fault, Kind, Mischief};

/// Sends the same bytes under the same key until there is a verdict of Stripe's own.
async fn insist(stripe: &Client, key: &str, path: &str, form: &[(&str, &str)]) -> (u16, u32) {
    for attempt in 1..200 {
        let headers = [("idempotency-key", key)];
        let sent = stripe.try_send("POST", path, encoded(form), &headers);
        let Ok(Ok(answer)) = tokio::time::timeout(Duration::from_millis(150), sent).await else { continue };
        let is_stripes = answer.header("request-id").is_some();
        if is_stripes && matches!(answer.status, 200 | 400 | 402) {
            return (answer.status, attempt);
        }
    }
    panic!("{path} under {key} never came to an end");
}

/// However the network and the other side behave, one key does one thing.
#[tokio::test]
async fn one_key_does_one_thing_through_any_weather() {
    for seed in 1..4 {
        let settings = stripe_double::Settings { seed, ..Default::default() };
        let double = Double::start_with(settings, stripe_double::Clock::Still, 0).await.unwrap();
        let stripe = Client::of(&double);
        let customer = stripe.customer("pm_card_visa").await;
        let card =
            text(&stripe.get("/v1/payment_methods", &[("customer", &customer)]).await["data"][0], "id");
        for what in [
            Mischief::DropBefore,
            Mischief::DropAfter,
            Mischief::CutAnswer,
            Mischief::LockTimeout,
            Mischief::ServerError { executed: true, kept: false },
            Mischief::ServerError { executed: false, kept: false },
            Mischief::BadGateway { executed: true },
            Mischief::LoginPage,
            Mischief::Unauthorized,
        ] {
            double.fault(Fault::every(what).on("POST", "/v1/*").per_mille(80));
        }
        double.fault(Fault::every(Mischief::Hang { executed: true }).on("POST", "/v1/*").per_mille(20));
        let mut attempts = 0;
        for number in 0..60 {
            let effect = format!("e{number}");
            let amount = (100 + number).to_string();
            let form = [
                ("amount", amount.as_str()),
                ("currency", "usd"),
                ("customer", &customer),
                ("payment_method", &card),
                ("confirm", "true"),
                ("off_session", "true"),
                ("metadata[effect]", &effect),
            ];
            let (status, tries) = insist(&stripe, &effect, "/v1/payment_intents", &form).await;
            assert_eq!(status, 200);
            attempts += tries;
        }
        assert!(attempts > 90, "the weather was too fine: {attempts}");
        let mut charged: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for charge in double.charges() {
            charged.entry(charge.metadata["effect"].clone()).or_default().push(charge.amount);
        }
        let wanted: BTreeMap<String, Vec<i64>> = (0..60).map(|n| (format!("e{n}"), vec![100 + n])).collect();
        assert_eq!(charged, wanted, "seed {seed}");
        assert!(double.charged_twice("effect").is_empty());
        let made = double.look(|mode| mode.shelf(Kind::PaymentIntent).all().count());
        assert_eq!(made, 60);
    }
}
