//! The member card: shown, printed as large as a bank card, or kept as a PDF.

use crate::bridge;
use crate::components::{Button, Dialog, Dots, Look, Paper, Refusal, print_paper};
use crate::ids;
use crate::outside;
use crate::toast::use_toast;
use domain::CustomerId;
use protocol::ErrorReply;
use protocol::member_card::{GetMemberCardPdf, MakeMemberCard, MemberCard};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct CardDialogProps {
    pub customer: CustomerId,
    pub name: AttrValue,
    pub onclose: Callback<()>,
}

#[component]
pub fn CardDialog(props: &CardDialogProps) -> Html {
    let toast = use_toast();
    let made = use_state(|| None::<Rc<MemberCard>>);
    let error = use_state(|| None::<ErrorReply>);
    {
        let (made, error) = (made.clone(), error.clone());
        use_effect_with(props.customer, move |customer| {
            let customer = *customer;
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act_with_key(MakeMemberCard { customer }, ids::request_key()).await {
                    Ok(card) => made.set(Some(Rc::new(card))),
                    Err(refusal) => error.set(Some(refusal)),
                }
            });
        });
    }
    let onprint = {
        let toast = toast.clone();
        Callback::from(move |()| print_paper(toast.clone()))
    };
    let onsave = {
        let customer = props.customer;
        Callback::from(move |()| outside::keep_file(GetMemberCardPdf { customer }, toast.clone()))
    };
    let primary = if made.is_some() { "Print" } else { "" };
    html! {
        <>
            <Dialog title={format!("Member card of {}", props.name)} description="Its square holds the card’s code and nothing else of the person. Scanned at the checkout, it puts them on the ticket."
                {primary} onprimary={onprint} onclose={props.onclose.clone()} secondary="Close" width="34rem"
                beside={html!(if made.is_some() { <Button look={Look::Secondary} icon="download" text="Save PDF" onclick={onsave} /> })}>
                <Refusal error={(*error).clone()} title="No card was made" />
                if let Some(card) = &*made { <Card card={card.clone()} /> }
            </Dialog>
            if let Some(card) = &*made { <Paper><Card card={card.clone()} /></Paper> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct CardProps {
    card: Rc<MemberCard>,
}

/// As large as a bank card.
#[component]
fn Card(props: &CardProps) -> Html {
    let card = &props.card;
    html! {
        <article class="pl-membercard" aria-label={format!("Member card of {}", card.name)}>
            <strong dir="auto">{ &card.practice }</strong>
            <span class="pl-membercard-name" dir="auto">{ &card.name }</span>
            <small class="pl-num">{ &card.code }</small>
            <Dots code={card.code.clone()} size="34mm" />
        </article>
    }
}
