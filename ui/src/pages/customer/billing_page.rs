//! Stripe's own page of somebody's bills: asked for, opened here, or read from the screen.

use crate::components::{Dialog, Dots, Notice, Severity};
use crate::pages::stripe::sentence;
use crate::toast::use_toast;
use crate::{bridge, ids, outside};
use domain::CustomerId;
use gloo_timers::callback::Interval;
use protocol::ErrorReply;
use protocol::stripe::{AskBillingPage, BillingPage, GetBillingPage};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

const LOOK_MS: u32 = 1_500;

#[derive(Properties, PartialEq)]
pub struct BillingPageProps {
    pub customer: CustomerId,
    pub name: AttrValue,
    pub onclose: Callback<()>,
}

/// Asks for the page as soon as it is drawn.
#[component]
pub fn BillingPageDialog(props: &BillingPageProps) -> Html {
    let toast = use_toast();
    // `None`: the desk has not taken it yet.
    let page = use_state(|| None::<Result<BillingPage, ErrorReply>>);
    let customer = props.customer;
    let ask = {
        let page = page.clone();
        Callback::from(move |()| {
            let page = page.clone();
            page.set(None);
            spawn_local(async move {
                page.set(Some(bridge::act_with_key(AskBillingPage { customer }, ids::request_key()).await));
            });
        })
    };
    {
        let ask = ask.clone();
        use_effect_with((), move |()| ask.emit(()));
    }
    let moves = matches!(&*page, Some(Ok(BillingPage::Asked { .. } | BillingPage::Open { .. })));
    {
        let page = page.clone();
        use_effect_with(moves, move |moves| {
            let looks = moves.then(|| {
                Interval::new(LOOK_MS, move || {
                    let page = page.clone();
                    spawn_local(async move {
                        if let Ok(now) = bridge::call(GetBillingPage { customer }).await {
                            page.set(Some(Ok(now)));
                        }
                    });
                })
            });
            move || drop(looks)
        });
    }
    let open = Callback::from(move |()| {
        let toast = toast.clone();
        spawn_local(async move {
            if let Err(refusal) = outside::open_billing_page(customer).await {
                toast.refused(&refusal);
            }
        });
    });
    let (primary, onprimary) = match &*page {
        None | Some(Ok(BillingPage::Asked { .. } | BillingPage::None)) => ("", Callback::noop()),
        Some(Ok(BillingPage::Open { .. })) => ("Open in the browser", open),
        Some(Ok(BillingPage::Expired | BillingPage::Refused { .. }) | Err(_)) => ("Ask again", ask),
    };
    let shown = match &*page {
        None | Some(Ok(BillingPage::None | BillingPage::Asked { said: None })) => {
            html!(<p class="pl-subtle">{ "Asking Stripe for the page…" }</p>)
        }
        Some(Ok(BillingPage::Asked { said: Some(said) })) => html! {
            <Notice severity={Severity::Warning} title="Stripe is not reached">{ format!("{} The page cannot be shown before that.", sentence(said)) }</Notice>
        },
        Some(Ok(BillingPage::Open { url })) => html! {
            <div class="pl-cardpage">
                <Dots code={url.clone()} label="Code of the page of their bills" size="44mm" />
                <div class="pl-stack">
                    <p>{ "Scan the code with their phone, or open the page here. They are let in without a password, so show it to nobody else." }</p>
                    <p class="pl-subtle">{ "It can be opened within five minutes. There they see what they paid and replace their card." }</p>
                </div>
            </div>
        },
        Some(Ok(BillingPage::Expired)) => html! {
            <Notice severity={Severity::Info} title="The page is closed">{ "It could be opened for five minutes. Ask for it again." }</Notice>
        },
        Some(Ok(BillingPage::Refused { said })) => html! {
            <Notice severity={Severity::Danger} title="Stripe opened no page">{ sentence(said) }</Notice>
        },
        Some(Err(refusal)) => html! {
            <Notice severity={Severity::Warning} title="No page was asked for">{ &refusal.message }</Notice>
        },
    };
    html! {
        <Dialog title={format!("Bills of {}", props.name)} description="On Stripe’s own page." {primary} {onprimary} secondary="Close" onclose={props.onclose.clone()} width="36rem">
            <div class="pl-dialog-body" aria-live="polite">{ shown }</div>
        </Dialog>
    }
}
