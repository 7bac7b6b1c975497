//! Moves enrollments to the terms sold today, after showing old against new.

use super::{OfEnrollment, use_sending};
use crate::bridge;
use crate::components::{Dialog, MoneyText, Notice, Radios, Refusal, Severity, Skeleton};
use crate::ids;
use crate::pages::members::consent::ConsentChoice;
use crate::pages::memberships::words::plural;
use crate::query::use_query;
use crate::session::{SignedIn, use_session};
use crate::toast::use_toast;
use domain::{EnrollmentId, Money, PlanId};
use protocol::ErrorReply;
use protocol::enrollments::{Consent, EffectiveFrom, PreviewUpdateTerms, UpdateRow, UpdateTerms};
use protocol::members::{ListMembers, StatusFilter};
use std::rc::Rc;
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

#[derive(Properties, PartialEq)]
pub struct UpdateManyProps {
    pub plan: PlanId,
    /// Only those who hold this version; every older one where it is none.
    #[prop_or_default]
    pub version: Option<u32>,
    pub onclose: Callback<()>,
}

#[derive(Clone, PartialEq)]
enum Progress {
    Choosing,
    /// How many are done, and who was refused and why.
    Running(usize, Vec<(String, String)>),
    Done(usize, Vec<(String, String)>),
}

/// The enrollments of a tier or of one of its versions, each with old and new price, and a mark to leave it out.
#[component]
pub fn UpdateMany(props: &UpdateManyProps) -> Html {
    let session = use_session();
    let from = use_state(EffectiveFrom::default);
    let members = use_state(|| None::<Result<Rc<Vec<EnrollmentId>>, ErrorReply>>);
    let left_out = use_state(Vec::<EnrollmentId>::new);
    let progress = use_state(|| Progress::Choosing);
    let rows = use_state(|| None::<Rc<Vec<UpdateRow>>>);
    {
        let members = members.clone();
        let (plan, version) = (props.plan, props.version);
        use_effect_with((), move |()| {
            wasm_bindgen_futures::spawn_local(async move {
                members.set(Some(all_members(plan, version).await.map(Rc::new)))
            });
        });
    }
    let chosen: Rc<Vec<UpdateRow>> = Rc::new(
        rows.iter()
            .flat_map(|rows| rows.iter())
            .filter(|row| row.refused.is_none() && !left_out.contains(&row.id))
            .cloned()
            .collect(),
    );
    let run = {
        let (chosen, progress, from) = (chosen.clone(), progress.clone(), *from);
        Callback::from(move |()| {
            let (chosen, progress) = (chosen.clone(), progress.clone());
            progress.set(Progress::Running(0, Vec::new()));
            wasm_bindgen_futures::spawn_local(async move {
                let mut refused = Vec::new();
                let mut done = 0;
                for row in chosen.iter() {
                    match bridge::act(UpdateTerms {
                        id: row.id,
                        to_version: row.new_version,
                        from,
                        consent: None,
                    })
                    .await
                    {
                        Ok(_) => done += 1,
                        Err(error) => refused.push((row.customer_name.clone(), error.message)),
                    }
                    progress.set(Progress::Running(done, refused.clone()));
                }
                progress.set(Progress::Done(done, refused));
            });
        })
    };
    let result = |done: usize, refused: &[(String, String)]| {
        html! {
            <>
                <p>{ format!("{} updated.", plural(done as i64, "member is", "members are")) }</p>
                if !refused.is_empty() {
                    <Notice severity={Severity::Warning} title={format!("{} not updated", plural(refused.len() as i64, "member was", "members were"))}>
                        <ul class="pl-list">{ for refused.iter().map(|(name, why)| html! { <li><bdi>{ name }</bdi>{ format!(": {why}") }</li> }) }</ul>
                    </Notice>
                }
            </>
        }
    };
    match &*progress {
        Progress::Done(done, refused) => {
            return html! {
                <Dialog title="Terms updated" width="34rem" secondary="Done" onclose={props.onclose.clone()}><div class="pl-dialog-body">{ result(*done, refused) }</div></Dialog>
            };
        }
        Progress::Running(done, _) => {
            let all = chosen.len().max(1);
            return html! {
                <Dialog title="Updating terms" width="34rem" secondary="" onclose={Callback::noop()}>
                    <div class="pl-dialog-body" role="status">
                        <p>{ format!("{done} of {all}") }</p>
                        <div class="pl-meter"><span style={format!("width:{}%", done * 100 / all)}></span></div>
                    </div>
                </Dialog>
            };
        }
        Progress::Choosing => {}
    }
    let title = props.version.map_or_else(
        || "Update terms".to_owned(),
        |version| format!("Update the members of version {version}"),
    );
    let body = match &*members {
        None => html! { <Skeleton width="100%" /> },
        Some(Err(error)) => html! { <Refusal error={error.clone()} title="The members could not be read" /> },
        Some(Ok(ids)) if ids.is_empty() => html! { <p>{ "Everyone has the terms sold today." }</p> },
        Some(Ok(ids)) => html! {
            <Preview ids={ids.clone()} from={*from} onrows={let rows = rows.clone(); Callback::from(move |new| rows.set(new))} />
        },
    };
    let toggle = {
        let left_out = left_out.clone();
        Callback::from(move |id: EnrollmentId| {
            let mut next = (*left_out).clone();
            if !next.contains(&id) {
                next.push(id);
            } else {
                next.retain(|other| *other != id);
            }
            left_out.set(next);
        })
    };
    html! {
        <Dialog {title} primary={format!("Update {}", plural(chosen.len() as i64, "member", "members"))} disabled={chosen.is_empty()} onprimary={run} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                { when(&from) }
                { body }
                if let Some(rows) = &*rows { { update_rows(rows, &left_out, &toggle, &session) } }
            </div>
        </Dialog>
    }
}

fn update_rows(
    rows: &[UpdateRow],
    left_out: &[EnrollmentId],
    toggle: &Callback<EnrollmentId>,
    session: &SignedIn,
) -> Html {
    const SHOWN: usize = 200;
    let first = rows.iter().find(|row| row.refused.is_none());
    html! {
        <>
            if let Some(row) = first { { side_by_side(row) } }
            <ul class="pl-list pl-updates" aria-label="Members">
                { for rows.iter().take(SHOWN).map(|row| {
                    let id = row.id;
                    let onchange = toggle.reform(move |_: Event| id);
                    let key = format!("update-{id}");
                    html! {
                        <li key={id.to_string()} class="pl-row">
                            <div class="pf-v6-c-check pl-grow">
                                <input class="pf-v6-c-check__input" type="checkbox" id={key.clone()} checked={row.refused.is_none() && !left_out.contains(&id)}
                                    disabled={row.refused.is_some()} {onchange} />
                                <label class="pf-v6-c-check__label" for={key}><bdi>{ &row.customer_name }</bdi></label>
                                if let Some(why) = &row.refused { <span class="pf-v6-c-check__description">{ why }</span> }
                            </div>
                            <span class="pl-small pl-subtle">{ format!("from {}", session.day(row.from)) }</span>
                            <MoneyText amount={row.new_price} was={Some(row.old_price)} />
                        </li>
                    }
                }) }
            </ul>
            if rows.len() > SHOWN { <p class="pl-small pl-subtle">{ format!("and {} more, updated with the rest.", rows.len() - SHOWN) }</p> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct PreviewProps {
    ids: Rc<Vec<EnrollmentId>>,
    from: EffectiveFrom,
    onrows: Callback<Option<Rc<Vec<UpdateRow>>>>,
}

#[component]
fn Preview(props: &PreviewProps) -> Html {
    let preview = use_query(PreviewUpdateTerms { ids: props.ids.to_vec(), from: props.from });
    {
        let onrows = props.onrows.clone();
        use_effect_with(preview.data.clone(), move |data| {
            let rows = data.as_ref().map(|data| {
                Rc::new(data.rows.iter().filter(|row| row.old_version != row.new_version).cloned().collect())
            });
            onrows.emit(rows);
        });
    }
    html! { <Refusal error={preview.error.clone()} title="The new terms could not be read" onretry={preview.reload.clone()} /> }
}

/// Everyone who holds the tier, page after page.
async fn all_members(plan: PlanId, version: Option<u32>) -> Result<Vec<EnrollmentId>, ErrorReply> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let request = ListMembers {
            plan: Some(plan),
            version,
            status: Some(StatusFilter::Current),
            after,
            limit: Some(500),
            ..ListMembers::default()
        };
        let page = bridge::call(request).await?;
        ids.extend(page.rows.iter().map(|row| row.enrollment));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(ids),
        }
    }
}
