//! The receipt of a membership charge: right after it was taken with the change to give back, and at any time later.

use crate::components::{Button, Dialog, Look, MoneyText, Paper, Refusal, Skeleton, print_paper};
use crate::outside;
use crate::pages::send_mail::SendMail;
use crate::pages::ticket::receipt::{Slip, slip_of};
use crate::query::use_query;
use crate::session::{SignedIn, use_session};
use crate::toast::use_toast;
use domain::{EnrollmentId, Money};
use protocol::enrollments::ChargeReceipt;
use protocol::mail::{GetChargeReceipt, GetChargeReceiptPdf, Wanted};
use protocol::receipt::tender_words;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct TakenProps {
    pub title: AttrValue,
    pub receipt: ChargeReceipt,
    /// The money is to be handed out now.
    #[prop_or_default]
    pub hand_out: bool,
    pub onclose: Callback<()>,
}

/// Shown after money was taken, so that change is given back before anything else is done.
#[component]
pub fn Taken(props: &TakenProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let mailing = use_state(|| false);
    let receipt = &props.receipt;
    let slip = slip_of(receipt, &session);
    let onprint = {
        let toast = toast.clone();
        Callback::from(move |()| print_paper(toast.clone()))
    };
    let onsave = {
        let (enrollment, number) = (receipt.enrollment, receipt.number.clone());
        Callback::from(move |()| {
            outside::keep_file(GetChargeReceiptPdf { enrollment, number: number.clone() }, toast.clone());
        })
    };
    let mail = |shown: bool| {
        let mailing = mailing.clone();
        Callback::from(move |()| mailing.set(shown))
    };
    html! {
        <>
            <Dialog title={props.title.clone()} primary="Done" onprimary={props.onclose.clone()} onclose={props.onclose.clone()} secondary="" width="36rem"
                beside={html! { <>
                    <Button look={Look::Secondary} icon="print" text="Print" onclick={onprint} />
                    <Button look={Look::Secondary} icon="download" text="Save PDF" onclick={onsave} />
                    <Button look={Look::Secondary} icon="envelope" text="E-mail" onclick={mail(true)} />
                </> }}>
                <div class="pl-stack">
                    { change_to_give(receipt.change) }
                    if props.hand_out { { to_hand_out(receipt, &session) } }
                    <div class="pl-receipt-frame" tabindex="0" role="group" aria-label="Receipt"><Slip receipt={slip.clone()} /></div>
                </div>
            </Dialog>
            <Paper><Slip receipt={slip} /></Paper>
            if *mailing {
                <SendMail what={Wanted::ChargeReceipt { enrollment: receipt.enrollment, number: receipt.number.clone() }} title={format!("Receipt {}", receipt.number)}
                    own={receipt.email.clone()} onclose={mail(false)} />
            }
        </>
    }
}

/// The change, as large as it matters; nothing where there is none.
pub fn change_to_give(change: Money) -> Html {
    if !change.is_positive() {
        return html!();
    }
    html! {
        <div class="pl-change" role="status">
            <span class="pl-strong">{ "Change to give back" }</span>
            <span class="pl-big"><MoneyText amount={change} /></span>
        </div>
    }
}

/// What goes back by which tender, as large as it matters.
fn to_hand_out(receipt: &ChargeReceipt, session: &SignedIn) -> Html {
    html! {
        <div class="pl-stack" role="status">
            { for receipt.tenders.iter().map(|tender| html! {
                <div class="pl-change">
                    <span class="pl-strong pl-wrap">{ format!("Give back: {}", tender_words(&tender.kind)) }</span>
                    <span class="pl-big"><MoneyText amount={tender.amount} /></span>
                </div>
            }) }
            // Cash goes back in coins, and this is less than the smallest of them.
            if receipt.tenders.is_empty() { <p>{ format!("{} is less than the smallest coin: nothing is handed out.", session.money(receipt.total)) }</p> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct GivenBackProps {
    pub title: AttrValue,
    pub enrollment: EnrollmentId,
    pub number: AttrValue,
    pub onclose: Callback<()>,
}

/// Right after money was given back: what to hand out, and the receipt of it.
#[component]
pub fn GivenBack(props: &GivenBackProps) -> Html {
    html! {
        <AskedFor title={props.title.clone()} enrollment={props.enrollment} number={props.number.clone()} hand_out=true onclose={props.onclose.clone()} />
    }
}

#[derive(Properties, PartialEq)]
pub struct PastReceiptProps {
    pub enrollment: EnrollmentId,
    pub number: AttrValue,
    pub onclose: Callback<()>,
}

/// The receipt of a charge that was taken or given back before.
#[component]
pub fn PastReceipt(props: &PastReceiptProps) -> Html {
    html! {
        <AskedFor title={format!("Receipt {}", props.number)} enrollment={props.enrollment} number={props.number.clone()} hand_out=false onclose={props.onclose.clone()} />
    }
}

#[derive(Properties, PartialEq)]
struct AskedForProps {
    title: AttrValue,
    enrollment: EnrollmentId,
    number: AttrValue,
    hand_out: bool,
    onclose: Callback<()>,
}

#[component]
fn AskedFor(props: &AskedForProps) -> Html {
    let receipt =
        use_query(GetChargeReceipt { enrollment: props.enrollment, number: props.number.to_string() });
    let title = props.title.clone();
    match &receipt.data {
        Some(receipt) => {
            // The change was given back when it was taken.
            let receipt = ChargeReceipt { change: Money::ZERO, ..(**receipt).clone() };
            html!(<Taken {title} {receipt} hand_out={props.hand_out} onclose={props.onclose.clone()} />)
        }
        None => html! {
            <Dialog {title} secondary="Close" onclose={props.onclose.clone()} width="36rem">
                <Refusal error={receipt.error.clone()} title="The receipt could not be read" onretry={receipt.reload.clone()} />
                if receipt.slow { <Skeleton /> }
            </Dialog>
        },
    }
}
