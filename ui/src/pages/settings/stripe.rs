//! Settings > Stripe: whose account, by which key, how the way there stands, and how far an unasked card is trusted.

mod adopt;
mod check;
mod key;
mod limits;

use crate::components::{
    Button, Look, MoneyText, Notice, Refusal, RouteLink, Severity, Skeleton, StatusLabel, Tone, grouped,
};
use crate::pages::memberships::words::plural;
use crate::pages::stripe::{line_notice, mode_label, sentence};
use crate::query::{use_look_again, use_query};
use crate::route::Route;
use crate::session::use_session;
use adopt::Adopt;
use check::Check;
use domain::practice::Role;
use key::{Connect, RemoveKey, ReplaceKey};
use limits::Limits;
use protocol::stripe::{
    GetStripe, MissingPermission, StripeAccountView, StripeConnected, StripeKeyView, StripeLine, StripeView,
};
use std::rc::Rc;
use yew::prelude::*;

/// The line, and what waits, change without this window doing anything.
const LOOK_MS: u32 = 5_000;

#[component]
pub fn StripeSection() -> Html {
    let asked = use_query(GetStripe {});
    let connected = use_state(|| None::<Rc<StripeConnected>>);
    use_look_again(&asked.reload, asked.data.is_some().then_some(LOOK_MS));
    let onconnected = {
        let connected = connected.clone();
        Callback::from(move |reply: Rc<StripeConnected>| connected.set(Some(reply)))
    };
    let Some(view) = &asked.data else {
        return html! {
            <section class="pl-stack pl-settings-form">
                <h2 class="pl-section-title">{ "Stripe" }</h2>
                <Refusal error={asked.error.clone()} title="It could not be read how Stripe is connected" onretry={asked.reload.clone()} />
                if asked.slow { <Skeleton width="40%" /><Skeleton width="70%" /> }
            </section>
        };
    };
    let elsewhere = view.elsewhere.as_ref().map(|address| {
        html! {
            <Notice severity={Severity::Warning} title="This program does not speak to Stripe">
                { format!("Requests go to a test double at {address}, not to Stripe. No real card is charged.") }
            </Notice>
        }
    });
    html! {
        <>
            <section class="pl-stack pl-settings-form">
                <div class="pl-row pl-flow">
                    <h2 class="pl-section-title">{ "Stripe" }</h2>
                    if let Some(account) = &view.account { { mode_label(account.live) } }
                </div>
                { for elsewhere }
                { owner_hint() }
                { match &view.account {
                    None => html!(<Connect demo={view.demo} {onconnected} />),
                    Some(account) => html!(<Account view={view.clone()} account={account.clone()} connected={(*connected).clone()} {onconnected} />),
                } }
            </section>
            if view.account.is_some() {
                <Adopt rests={!can_ask(view)} />
                <Check rests={!can_ask(view)} />
                <Limits limits={view.limits} />
            }
        </>
    }
}

/// Stripe can be asked something now, as far as is known.
fn can_ask(view: &StripeView) -> bool {
    matches!(view.key, StripeKeyView::Kept { .. })
        && !matches!(view.line, StripeLine::NotConnected | StripeLine::NeedsKey { .. })
}

fn owner_hint() -> Html {
    html!(<OwnerHint />)
}

#[component]
fn OwnerHint() -> Html {
    let session = use_session();
    if session.staff.role >= Role::Owner {
        return html!();
    }
    html!(<p class="pl-small pl-subtle">{ "Only an owner connects Stripe or removes its key: their PIN is asked for." }</p>)
}

/// What lies over the page.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Over {
    Replace,
    Remove,
}

#[derive(Properties, PartialEq)]
struct AccountProps {
    view: Rc<StripeView>,
    account: StripeAccountView,
    /// What the last check of a key said, while this page is shown.
    connected: Option<Rc<StripeConnected>>,
    onconnected: Callback<Rc<StripeConnected>>,
}

#[component]
fn Account(props: &AccountProps) -> Html {
    let over = use_state(|| None::<Over>);
    let (view, account) = (&props.view, &props.account);
    let show = |what: Option<Over>| {
        let over = over.clone();
        Callback::from(move |()| over.set(what))
    };
    let onconnected = {
        let (over, onconnected) = (over.clone(), props.onconnected.clone());
        Callback::from(move |reply| {
            over.set(None);
            onconnected.emit(reply);
        })
    };
    let enter = html!(<Button look={Look::Inline} text="Enter a key" onclick={show(Some(Over::Replace))} />);
    let has_key = !matches!(view.key, StripeKeyView::None);
    html! {
        <>
            if !account.live {
                <Notice severity={Severity::Info} title="Test mode">{ "Cards of Stripe’s test mode are charged, and no real money moves." }</Notice>
            }
            { key_notice(view, enter) }
            if let Some(reply) = &props.connected { { said_of_key(reply) } }
            <dl class="pl-kv">
                <dt>{ "Account" }</dt><dd class="pl-wrap"><bdi>{ &account.name }</bdi><div class="pl-small pl-subtle pl-break">{ &account.id }</div></dd>
                <dt>{ "Mode" }</dt><dd>{ if account.live { "Live: real cards, real money" } else { "Test: no real money moves" } }</dd>
                <dt>{ "Key" }</dt><dd class="pl-break">{ key_words(&view.key) }</dd>
                <dt>{ "Connection" }</dt><dd>{ line_label(&view.line) }</dd>
                <dt>{ "Last heard" }</dt><dd>{ view.heard.clone().unwrap_or_else(|| "Not yet".to_owned()) }</dd>
                <dt>{ "Paid by card" }</dt><dd>{ plural(view.by_card.into(), "membership", "memberships") }</dd>
                <dt>{ "Queue" }</dt><dd>{ queue_words(view) }{ " · " }<RouteLink to={Route::Queue} class="pf-v6-c-button pf-m-link pf-m-inline">{ "Open the queue" }</RouteLink></dd>
                <dt>{ "At risk" }</dt><dd><MoneyText amount={view.at_risk} /><div class="pl-small pl-subtle">{ "On its way by cards whose bank has not answered yet" }</div></dd>
            </dl>
            <div class="pl-row pl-flow">
                <Button text={if has_key { "Replace key" } else { "Enter key" }} onclick={show(Some(Over::Replace))} />
                if has_key { <Button look={Look::Link} text="Remove key" onclick={show(Some(Over::Remove))} /> }
            </div>
            { match *over {
                None => html!(),
                Some(Over::Replace) => html!(<ReplaceKey demo={view.demo} account={account.clone()} {onconnected} onclose={show(None)} />),
                Some(Over::Remove) => html!(<RemoveKey account={account.name.clone()} by_card={view.by_card} waiting={view.waiting} onclose={show(None)} />),
            } }
        </>
    }
}

/// The most pressing of what is wrong with the key and with the way there.
fn key_notice(view: &StripeView, enter: Html) -> Html {
    match (&view.key, &view.line) {
        (StripeKeyView::Refused { said, .. }, _) => html! {
            <Notice severity={Severity::Danger} title="Stripe does not accept the key any more" actions={enter}>
                { format!("{} No card is charged meanwhile by this program; what is for Stripe waits until another key is entered.", sentence(said)) }
            </Notice>
        },
        (StripeKeyView::None, StripeLine::NeedsKey { .. }) | (_, StripeLine::NeedsKey { .. }) => {
            line_notice(&view.line, enter)
        }
        (StripeKeyView::None, _) => html! {
            <Notice severity={Severity::Warning} title="No key is kept here" actions={enter}>
                { "Stripe goes on billing what it bills. What is for Stripe waits until a key is entered." }
            </Notice>
        },
        (StripeKeyView::Kept { .. }, line) => line_notice(line, html!()),
    }
}

fn key_words(key: &StripeKeyView) -> String {
    match key {
        StripeKeyView::None => "None".to_owned(),
        StripeKeyView::Kept { shown, .. } => shown.clone(),
        StripeKeyView::Refused { shown, .. } => format!("{shown}, refused by Stripe"),
    }
}

fn line_label(line: &StripeLine) -> Html {
    let (text, tone, icon) = match line {
        StripeLine::NotConnected => ("Not connected", Tone::Outline, "ban"),
        StripeLine::Untried => ("Not tried since the program began", Tone::Grey, "clock"),
        StripeLine::Open => ("Stripe answers", Tone::Green, "check-circle"),
        StripeLine::Broken { .. } => ("Not reached", Tone::Orange, "exclamation-triangle"),
        StripeLine::NeedsKey { .. } => ("Needs a key", Tone::Red, "exclamation-circle"),
    };
    html!(<StatusLabel {text} {tone} icon={icon} />)
}

fn queue_words(view: &StripeView) -> String {
    match (view.waiting, view.refused) {
        (0, 0) => "Nothing waits".to_owned(),
        (waiting, 0) => format!("{} waiting", grouped(waiting.into())),
        (waiting, refused) => {
            format!("{} waiting, {} refused", grouped(waiting.into()), grouped(refused.into()))
        }
    }
}

/// What the check of a key found, to be read before anything is charged.
fn said_of_key(reply: &StripeConnected) -> Html {
    html! {
        <>
            if let Some(warning) = &reply.warning {
                <Notice severity={Severity::Warning} title="A word about this key">{ warning.clone() }</Notice>
            }
            if !reply.missing.is_empty() {
                <Notice severity={Severity::Warning} title="The key may not do everything">
                    { "It is connected all the same. Give it these permissions in Stripe’s dashboard; what needs one of them is refused until then:" }
                    <ul class="pl-list">{ for reply.missing.iter().map(|one| html!(<li>{ permission_words(one) }</li>)) }</ul>
                </Notice>
            }
        </>
    }
}

/// `Customers: Write, to keep each member as a customer`
fn permission_words(one: &MissingPermission) -> String {
    format!("{}: {}, {}", one.resource, one.access, one.why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::stripe::OfflineLimits;
    use domain::{Currency, Money};

    fn view(key: StripeKeyView, line: StripeLine) -> StripeView {
        StripeView {
            account: None,
            key,
            line,
            limits: OfflineLimits::usual(Currency::USD),
            waiting: 1_200,
            refused: 2,
            at_risk: Money::ZERO,
            heard: None,
            elsewhere: None,
            demo: false,
            by_card: 0,
        }
    }

    #[test]
    fn stripe_is_asked_only_with_a_key_that_it_takes() {
        let kept = || StripeKeyView::Kept { shown: "rk_test_…1234".into(), live: false };
        let refused = StripeKeyView::Refused { shown: "rk_test_…1234".into(), said: String::new() };
        assert!(can_ask(&view(kept(), StripeLine::Untried)));
        assert!(can_ask(&view(kept(), StripeLine::Open)));
        assert!(!can_ask(&view(kept(), StripeLine::NeedsKey { said: String::new() })));
        assert!(!can_ask(&view(refused, StripeLine::Open)));
        assert!(!can_ask(&view(StripeKeyView::None, StripeLine::Untried)));
    }

    #[test]
    fn the_queue_is_summed_up_in_words() {
        let mut view = view(StripeKeyView::None, StripeLine::Open);
        assert_eq!(queue_words(&view), "1,200 waiting, 2 refused");
        view.refused = 0;
        assert_eq!(queue_words(&view), "1,200 waiting");
        view.waiting = 0;
        assert_eq!(queue_words(&view), "Nothing waits");
    }
}
