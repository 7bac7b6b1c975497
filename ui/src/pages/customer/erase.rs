//! Erases a person on request, after showing what goes and what stays.

use crate::bridge::problem_with;
use crate::components::{Dialog, Notice, Refusal, Severity, Skeleton, TextField};
use crate::ids;
use crate::pages::members::actions::use_sending;
use crate::query::use_query;
use crate::toast::use_toast;
use domain::CustomerId;
use protocol::data::{EraseCustomer, PreviewErase};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct EraseProps {
    pub id: CustomerId,
    pub name: AttrValue,
    pub onclose: Callback<()>,
}

#[component]
pub fn Erase(props: &EraseProps) -> Html {
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let asked = use_query(PreviewErase { customer: props.id });
    let typed = use_state(String::new);
    let may = asked.data.as_ref().is_some_and(|preview| preview.refused.is_empty());
    let matches = folded(&typed) == folded(&props.name);
    let erase = {
        let (sending, toast, onclose, key, id, name) =
            (sending.clone(), toast, props.onclose.clone(), *key, props.id, (*typed).clone());
        Callback::from(move |()| {
            let (toast, onclose) = (toast.clone(), onclose.clone());
            sending.send(EraseCustomer { customer: id, name: name.clone() }, key, move |done| {
                toast.done(format!("Erased. The entry is called {} now", done.pseudonym));
                onclose.emit(());
            });
        })
    };
    let ontype = {
        let typed = typed.clone();
        Callback::from(move |text: String| typed.set(text))
    };
    let error = (*sending.refusal).clone();
    html! {
        <Dialog title={format!("Erase {}", props.name)} primary={if may { "Erase for good" } else { "" }} danger=true
            disabled={!may || !matches || *sending.busy} onprimary={erase} onclose={props.onclose.clone()} secondary={if may { "Cancel" } else { "Close" }}>
            <div class="pl-dialog-body">
                <Refusal error={error.clone().filter(|error| error.code != "invalid")} title="Not erased" />
                <Refusal error={asked.error.clone()} title="What is held could not be read" onretry={asked.reload.clone()} />
                if asked.slow { <Skeleton width="60%" /><Skeleton width="80%" /> }
                if let Some(preview) = &asked.data {
                    if !preview.refused.is_empty() {
                        <Notice severity={Severity::Danger} title="This cannot be done now">
                            { for preview.refused.iter().map(|why| html! { <>{ why }<br /></> }) }
                        </Notice>
                    }
                    <div class="pl-words">
                        <h3 class="pl-eyebrow">{ "Is gone for good" }</h3>
                        { for preview.goes.iter().map(|line| html! { <div class="pl-wrap">{ line }</div> }) }
                    </div>
                    <div class="pl-words">
                        <h3 class="pl-eyebrow">{ "Stays, for the books" }</h3>
                        { for preview.stays.iter().map(|line| html! { <div class="pl-wrap">{ line }</div> }) }
                    </div>
                    if may {
                        <Notice severity={Severity::Warning} title="This cannot be undone">
                            { "No money moves. Other desks erase the person when they hear of it; files that were taken out and older backups are not reached." }
                        </Notice>
                        <TextField label={format!("Type {} to confirm", props.name)} value={(*typed).clone()} onchange={ontype} max_length={200}
                            error={problem_with(error.as_ref(), "name")} />
                    }
                }
            </div>
        </Dialog>
    }
}

fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
