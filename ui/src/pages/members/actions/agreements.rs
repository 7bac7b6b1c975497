//! What was agreed to about a membership, shown again as it was: to read, to print, to keep.

use super::Move;
use crate::components::{Button, Dialog, EmptyState, Look, Paper, Refusal, Select, Skeleton, print_paper};
use crate::outside;
use crate::pages::members::consent::Signed;
use crate::pages::send_mail::SendMail;
use crate::query::use_query;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::{EnrollmentId, RecordId};
use protocol::agreements::{Agreement, GetAgreementPdf, GetAgreements};
use protocol::customers::GetCustomer;
use protocol::enrollments::EnrollmentView;
use protocol::mail::Wanted;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ShowAgreementsProps {
    pub view: Rc<EnrollmentView>,
    /// The one that is shown first; else the newest.
    #[prop_or_default]
    pub first: Option<RecordId>,
    pub onclose: Callback<()>,
}

#[component]
pub fn ShowAgreements(props: &ShowAgreementsProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let enrollment = props.view.id;
    let asked = use_query(GetAgreements { enrollment });
    let chosen = use_state(|| props.first);
    let mailing = use_state(|| false);
    let all = asked.data.as_ref().map(|known| known.agreements.clone()).unwrap_or_default();
    let shown = all.iter().find(|one| Some(one.record) == *chosen).or(all.first()).cloned();
    let options: Vec<(RecordId, AttrValue)> = all
        .iter()
        .map(|one| (one.record, format!("{}, {}", one.title(), session.day(one.on)).into()))
        .collect();
    let beside = shown.as_ref().map(|agreement| {
        let record = agreement.record;
        let print = {
            let toast = toast.clone();
            Callback::from(move |()| print_paper(toast.clone()))
        };
        let toast = toast.clone();
        let save = Callback::from(move |()| {
            outside::keep_file(GetAgreementPdf { enrollment, record }, toast.clone());
        });
        html! {
            <>
                <Button look={Look::Secondary} icon="print" text="Print" onclick={print} />
                <Button look={Look::Secondary} icon="file-pdf" text="Save PDF" onclick={save} />
                <Button look={Look::Secondary} icon="envelope" text="E-mail" onclick={let mailing = mailing.clone(); Callback::from(move |()| mailing.set(true))} />
            </>
        }
    });
    let title = format!("What {} agreed to", props.view.customer_name);
    if let (true, Some(agreement)) = (*mailing, &shown) {
        let onclose = Callback::from(move |()| mailing.set(false));
        return html!(<SendAgreement {enrollment} agreement={agreement.clone()} {onclose} />);
    }
    html! {
        <Dialog {title} description={props.view.plan_name.clone()} secondary="Close" beside={beside.unwrap_or_default()} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={asked.error.clone()} title="The agreement could not be read" onretry={asked.reload.clone()} />
                if asked.slow { <Skeleton width="100%" /> }
                if asked.data.is_some() && all.is_empty() { <NoAgreement /> }
                if options.len() > 1 {
                    <Select<RecordId> label="Agreement" {options} selected={shown.as_ref().map(|one| one.record)}
                        onselect={Callback::from(move |record| chosen.set(Some(record)))} />
                }
                if let Some(agreement) = &shown {
                    // Read with the keyboard alone: it is longer than the dialog, and has no field in it.
                    <div class="pl-agreement-shown" tabindex="0" role="group" aria-label={agreement.title()} data-autofocus="">
                        <Agreed key={agreement.record.to_string()} agreement={agreement.clone()} />
                    </div>
                    <Paper><Agreed agreement={agreement.clone()} /></Paper>
                }
            </div>
        </Dialog>
    }
}

#[component]
fn NoAgreement() -> Html {
    html! {
        <EmptyState title="No agreement is kept here">{ "This membership came from another system; what was agreed to there is kept there." }</EmptyState>
    }
}

#[derive(Properties, PartialEq)]
pub struct DocumentsProps {
    pub view: Rc<EnrollmentView>,
    pub onact: Callback<Move>,
}

/// What is kept on paper about a membership: everything that was agreed to, each to read, print, keep or send.
#[component]
pub fn Documents(props: &DocumentsProps) -> Html {
    let session = use_session();
    let asked = use_query(GetAgreements { enrollment: props.view.id });
    let Some(known) = &asked.data else {
        return html! {
            <>
                <Refusal error={asked.error.clone()} title="The documents could not be read" onretry={asked.reload.clone()} />
                if asked.slow { <Skeleton width="90%" /><Skeleton width="70%" /> }
            </>
        };
    };
    html! {
        <>
            if known.agreements.is_empty() { <NoAgreement /> }
            <ul class="pl-list pl-log" aria-label="Documents">
                { for known.agreements.iter().map(|one| {
                    let record = one.record;
                    let how = match one.missing_picture() {
                        Some(missing) => format!("{}. {missing}", one.how_words()),
                        None => one.how_words().to_owned(),
                    };
                    html! {
                        <li class="pl-row" key={record.to_string()}>
                            <div class="pl-grow">
                                <div class="pl-wrap" dir="auto">{ one.title() }</div>
                                <div class="pl-small pl-subtle pl-wrap">{ format!("{} {} · {how}", session.day(one.on), one.at) }</div>
                            </div>
                            <Button look={Look::Secondary} small=true text="Show" label={format!("Show: {}, {}", one.title(), session.day(one.on))}
                                onclick={props.onact.reform(move |()| Move::ShowAgreements(Some(record)))} />
                        </li>
                    }
                }) }
            </ul>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct SendAgreementProps {
    enrollment: EnrollmentId,
    agreement: Agreement,
    onclose: Callback<()>,
}

/// Sends it to whoever agreed, once their address is known here.
#[component]
fn SendAgreement(props: &SendAgreementProps) -> Html {
    let agreement = &props.agreement;
    let customer = use_query(GetCustomer { id: agreement.customer });
    let own = match (&customer.data, &customer.error) {
        (Some(view), _) => view.customer.person.email.clone(),
        // An address can be typed all the same.
        (None, Some(_)) => String::new(),
        (None, None) => return html!(),
    };
    html! {
        <SendMail what={Wanted::Agreement { enrollment: props.enrollment, record: agreement.record }} title={agreement.title()} {own}
            onclose={props.onclose.clone()} />
    }
}

#[derive(Properties, PartialEq)]
struct AgreedProps {
    agreement: Agreement,
}

/// One agreement, alike on the screen and on paper.
#[component]
fn Agreed(props: &AgreedProps) -> Html {
    let agreement = &props.agreement;
    html! {
        <article class="pl-agreement" aria-label={agreement.title()}>
            <p class="pl-agreement-practice" dir="auto">{ &agreement.practice }</p>
            <h2 class="pl-section-title" dir="auto">{ agreement.title() }</h2>
            <dl class="pl-kv">
                { for agreement.facts().into_iter().map(|(what, value)| html! { <><dt>{ what }</dt><dd class="pl-wrap"><bdi>{ value }</bdi></dd></> }) }
            </dl>
            <ul class="pl-list">{ for agreement.sentences.iter().map(|sentence| html! { <li dir="auto">{ sentence }</li> }) }</ul>
            if let Some(picture) = agreement.how.picture().filter(|_| agreement.picture_kept) {
                <Signed {picture} words={format!("What {} signed", agreement.customer_name)} />
            }
            if let Some(words) = agreement.missing_picture() { <p class="pl-small pl-subtle">{ words }</p> }
        </article>
    }
}
