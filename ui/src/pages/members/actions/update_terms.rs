//! Moves enrollments to the terms sold today, after showing old against new.

use super::{OfEnrollment, use_sending};
use crate::components::{Dialog, MoneyText, Notice, Radios, Refusal, Severity};
use crate::ids;
use crate::pages::members::consent::ConsentChoice;
use crate::query::use_query;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::Money;
use protocol::enrollments::{Consent, EffectiveFrom, PreviewUpdateTerms, UpdateRow, UpdateTerms};
use yew::prelude::*;

/// One enrollment: price and benefits side by side.
#[component]
pub fn UpdateOne(props: &OfEnrollment) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_memo((), |()| ids::request_key());
    let from = use_state(EffectiveFrom::default);
    let view = &props.view;
    let consent = use_state(|| None::<Consent>);
    let asked = use_state(|| true);
    let preview = use_query(PreviewUpdateTerms { ids: vec![view.id], from: *from });
    let row: Option<UpdateRow> = preview.data.as_ref().and_then(|preview| preview.rows.first().cloned());
    let update = {
        let (sending, toast, onclose, key, row, from) =
            (sending.clone(), toast.clone(), props.onclose.clone(), *key, row.clone(), *from);
        let consent = consent.filter(|_| *asked);
        Callback::from(move |()| {
            let Some(row) = row.clone() else { return };
            let (toast, onclose) = (toast.clone(), onclose.clone());
            let request = UpdateTerms { id: row.id, to_version: row.new_version, from, consent };
            sending.send(request, key, move |_| {
                toast.done(format!("{} moves to version {}", row.customer_name, row.new_version));
                onclose.emit(());
            });
        })
    };
    let may = row.as_ref().is_some_and(|row| row.refused.is_none());
    let ready = may && (!*asked || consent.is_some()) && !*sending.busy;
    let primary = row.as_ref().map_or_else(
        || "Update terms".to_owned(),
        |row| format!("Update to version {} from {}", row.new_version, session.day(row.from)),
    );
    html! {
        <Dialog title={format!("Update terms of {}", view.customer_name)} description={view.plan_name.clone()} {primary} disabled={!ready}
            onprimary={update} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not updated" />
                <Refusal error={preview.error.clone()} title="The new terms could not be read" onretry={preview.reload.clone()} />
                { when(&from) }
                if let Some(row) = &row {
                    if let Some(why) = &row.refused { <Notice severity={Severity::Warning} title="Not as it stands">{ why }</Notice> }
                    { side_by_side(row) }
                }
                if let Some(row) = row.as_ref().filter(|_| may) {
                    <div class="pl-words"><h3 class="pl-eyebrow">{ "What happens" }</h3><div class="pl-small pl-subtle">{ row.sentences.join(" ") }</div></div>
                    <div class="pf-v6-c-check">
                        <input class="pf-v6-c-check__input" type="checkbox" id="update-asked" checked={*asked}
                            onchange={let asked = asked.clone(); Callback::from(move |_: Event| asked.set(!*asked))} />
                        <label class="pf-v6-c-check__label" for="update-asked">{ format!("The {} agrees to this now", session.customer()) }</label>
                    </div>
                    if *asked {
                        <ConsentChoice key={format!("{} {:?}", row.new_version, *from)} customer={view.customer}
                            onchoose={let consent = consent.clone(); Callback::from(move |how| consent.set(how))} />
                    }
                }
            </div>
        </Dialog>
    }
}

fn when(from: &UseStateHandle<EffectiveFrom>) -> Html {
    html! {
        <Radios<EffectiveFrom> label="From when" selected={**from}
            options={vec![(EffectiveFrom::NextBilling, "The next billing date".into()), (EffectiveFrom::Now, "Today".into())]}
            onselect={let from = from.clone(); Callback::from(move |value| from.set(value))} />
    }
}

fn side_by_side(row: &UpdateRow) -> Html {
    let (now, then) =
        (format!("Now: version {}", row.old_version), format!("Then: version {}", row.new_version));
    old_and_new(&now, row.old_price, &row.old_benefits, &then, row.new_price, &row.new_benefits)
}

/// Two sets of terms beside each other, with what goes and what is new.
pub fn old_and_new(
    now: &str,
    old_price: Money,
    old: &[String],
    then: &str,
    new_price: Money,
    new: &[String],
) -> Html {
    let side = |title: &str, amount, benefits: &[String], other: &[String], sign: &'static str| {
        html! {
            <div class="pl-words">
                <h3 class="pl-eyebrow">{ title.to_owned() }</h3>
                <div><MoneyText {amount} strong=true /></div>
                <ul class="pl-list pl-small">
                    if benefits.is_empty() { <li class="pl-subtle">{ "No benefits" }</li> }
                    { for benefits.iter().map(|line| {
                        let changed = !other.contains(line);
                        html! { <li class={classes!(changed.then_some("pl-strong"))}>{ line }if changed { <span class="pl-subtle">{ format!(" ({sign})") }</span> }</li> }
                    }) }
                </ul>
            </div>
        }
    };
    html! {
        <div class="pl-fields">
            { side(now, old_price, old, new, "goes") }
            { side(then, new_price, new, old, "new") }
        </div>
    }
}
