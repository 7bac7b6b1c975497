//! Stripe's key: how one is made, entered, replaced and removed.

use crate::bridge::problem_with;
use crate::components::{Button, Dialog, Kind, Look, Notice, Refusal, Severity, TextField};
use crate::pages::memberships::words::plural;
use crate::saving::use_saving;
use crate::toast::use_toast;
use protocol::stripe::{ConnectStripe, RemoveStripeKey, StripeAccountView, StripeConnected};
use std::rc::Rc;
use yew::prelude::*;

/// Longer than any key of Stripe's.
const MOST: u32 = 300;

/// What a restricted key has to be allowed, as Stripe's dashboard calls it,
/// <https://docs.stripe.com/keys/restricted-api-keys>.
const WRITES: [&str; 11] = [
    "Customers",
    "Checkout Sessions",
    "Customer portal",
    "Products",
    "Prices",
    "Coupons",
    "Tax Rates",
    "Subscriptions",
    "Invoices",
    "PaymentIntents",
    "Charges and Refunds",
];
const READS: [&str; 5] = ["Setup Intents", "Payment Methods", "Disputes", "Events", "Accounts"];

#[derive(Properties, PartialEq)]
pub struct ConnectProps {
    pub demo: bool,
    pub onconnected: Callback<Rc<StripeConnected>>,
}

/// Nothing is connected yet: what it is for, how a key is made, and where it is entered.
#[component]
pub fn Connect(props: &ConnectProps) -> Html {
    let key = use_state(String::new);
    let saving = {
        let (toast, onconnected) = (use_toast(), props.onconnected.clone());
        use_saving::<ConnectStripe>(Callback::from(move |reply: StripeConnected| {
            toast.done("Stripe is connected");
            onconnected.emit(Rc::new(reply));
        }))
    };
    let onchange = {
        let key = key.clone();
        Callback::from(move |text: String| key.set(text))
    };
    let onsubmit = {
        let (send, key) = (saving.send.clone(), key.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if !key.trim().is_empty() {
                send.emit(ConnectStripe { key: key.trim().to_owned() });
            }
        })
    };
    html! {
        <>
            <p>{ "Through Stripe, renewals are charged to members’ cards by themselves, and a ticket can be paid with the card on file. Card numbers are typed on Stripe’s own page and never reach this computer. Without it, everything is collected at the counter." }</p>
            <form class="pl-stack" {onsubmit} novalidate=true>
                <h3 class="pl-section-title">{ "Make a restricted key" }</h3>
                <HowToMake />
                if props.demo { { only_tests() } }
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} title="Stripe is not connected" />
                <TextField kind={Kind::Secret} label="Key" required=true value={(*key).clone()} {onchange} max_length={MOST} error={problem_with(saving.error.as_ref(), "key")}
                    help="Checked at Stripe, then kept in the system’s keychain; it is never shown again" />
                <div><Button look={Look::Primary} text={if saving.busy { "Asking Stripe…" } else { "Connect" }} submit=true disabled={saving.busy || key.trim().is_empty()} /></div>
            </form>
        </>
    }
}

fn only_tests() -> Html {
    html! {
        <Notice severity={Severity::Info} title="A made-up practice takes test keys only">{ "They begin with rk_test_ or sk_test_. No real card can be charged." }</Notice>
    }
}

/// Step by step, in the words of Stripe's dashboard.
#[component]
fn HowToMake() -> Html {
    let list = |names: &[&str]| names.join(", ");
    html! {
        <>
            <ol class="pl-steps">
                <li>{ "In Stripe’s dashboard open Developers > API keys, and create a restricted key." }</li>
                <li>{ "Give it the permissions below, and leave every other at None." }</li>
                <li>{ "Copy it here. It begins with rk_live_, or with rk_test_ for trying things out." }</li>
            </ol>
            <dl class="pl-kv pl-small">
                <dt>{ "Write" }</dt><dd class="pl-wrap">{ list(&WRITES) }</dd>
                <dt>{ "Read" }</dt><dd class="pl-wrap">{ list(&READS) }</dd>
            </dl>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub struct ReplaceKeyProps {
    pub demo: bool,
    pub account: StripeAccountView,
    pub onconnected: Callback<Rc<StripeConnected>>,
    pub onclose: Callback<()>,
}

/// Another key in the place of the one that is kept.
#[component]
pub fn ReplaceKey(props: &ReplaceKeyProps) -> Html {
    let key = use_state(String::new);
    let saving = {
        let (toast, onconnected) = (use_toast(), props.onconnected.clone());
        use_saving::<ConnectStripe>(Callback::from(move |reply: StripeConnected| {
            toast.done("The new key is used from now on");
            onconnected.emit(Rc::new(reply));
        }))
    };
    let onchange = {
        let key = key.clone();
        Callback::from(move |text: String| key.set(text))
    };
    let onprimary = {
        let (send, key) = (saving.send.clone(), key.clone());
        Callback::from(move |()| send.emit(ConnectStripe { key: key.trim().to_owned() }))
    };
    let primary = if saving.busy { "Asking Stripe…" } else { "Use this key" };
    html! {
        <Dialog title={format!("A key for {}", props.account.name)} description="Checked at Stripe first. Until Stripe takes it, the key that is kept stays." {primary} {onprimary}
            disabled={saving.busy || key.trim().is_empty()} onclose={props.onclose.clone()} width="36rem">
            <div class="pl-dialog-body">
                <Refusal error={saving.error.clone().filter(|error| error.code != "invalid")} title="The key was not taken" />
                if props.demo { { only_tests() } }
                <TextField kind={Kind::Secret} label="Key" required=true value={(*key).clone()} {onchange} max_length={MOST} autofocus=true error={problem_with(saving.error.as_ref(), "key")}
                    help={format!("Of the same account, {}", props.account.id)} />
                <details class="pl-stack"><summary>{ "How a restricted key is made" }</summary><HowToMake /></details>
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
pub struct RemoveKeyProps {
    pub account: AttrValue,
    pub by_card: u32,
    pub waiting: u32,
    pub onclose: Callback<()>,
}

#[component]
pub fn RemoveKey(props: &RemoveKeyProps) -> Html {
    let saving = {
        let (toast, onclose) = (use_toast(), props.onclose.clone());
        use_saving::<RemoveStripeKey>(Callback::from(move |_| {
            toast.done("The key is removed");
            onclose.emit(());
        }))
    };
    let onprimary = saving.send.reform(|()| RemoveStripeKey {});
    html! {
        <Dialog title={format!("Remove the key of {}?", props.account)} primary="Remove key" danger=true {onprimary} disabled={saving.busy} onclose={props.onclose.clone()} width="32rem">
            <div class="pl-dialog-body">
                <Refusal error={saving.error.clone()} title="The key was not removed" />
                { for what_follows(props.by_card, props.waiting).into_iter().map(|words| html!(<p>{ words }</p>)) }
                <p class="pl-subtle">{ "No money moves by this. The key itself stays valid: delete it in Stripe’s dashboard too if somebody else may know it." }</p>
            </div>
        </Dialog>
    }
}

/// What removing the key leads to, one sentence each.
fn what_follows(by_card: u32, waiting: u32) -> Vec<String> {
    let mut words = vec![match by_card {
        0 => "No membership is paid by card now. No card can be asked for, and no ticket be paid with one."
            .to_owned(),
        by_card => format!(
            "Stripe goes on billing {} by card, and this program does not hear of it until a key is entered again.",
            plural(by_card.into(), "membership", "memberships")
        ),
    }];
    if waiting > 0 {
        words.push(format!(
            "{} for Stripe in the queue until then.",
            plural(waiting.into(), "thing waits", "things wait")
        ));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use billing::request::{Access, PERMISSIONS};

    #[test]
    fn the_permissions_named_are_those_that_are_asked_for() {
        let of = |access: Access| {
            PERMISSIONS.iter().filter(|one| one.access == access).map(|one| one.resource).collect::<Vec<_>>()
        };
        assert_eq!(of(Access::Write), WRITES);
        assert_eq!(of(Access::Read), READS);
    }

    #[test]
    fn removing_the_key_says_what_stripe_goes_on_doing() {
        assert!(what_follows(0, 0)[0].starts_with("No membership is paid by card"));
        let words = what_follows(212, 3).join(" ");
        assert!(words.contains("Stripe goes on billing 212 memberships"), "{words}");
        assert!(words.ends_with("3 things wait for Stripe in the queue until then."), "{words}");
    }
}
