//! One thing done to many members: what it comes to, for whom, who is left out and why; then done in parts, with a
//! summary of what was done and what was not.

use crate::bridge;
use crate::components::{
    Button, DateField, Dialog, Kind, Look, MoneyText, Notice, Radios, Refusal, RouteLink, Severity,
    TextField, grouped,
};
use crate::ids;
use crate::pages::members::actions::update_terms::old_and_new;
use crate::pages::memberships::words::plural;
use crate::route::{Route, SettingsTab};
use crate::session::{SignedIn, use_session};
use domain::{Day, EnrollmentId, PlanId, RecordId, RequestKey};
use protocol::enrollments::EffectiveFrom;
use protocol::many::{
    DoMany, LeftOut, ListMemberIds, ManyAction, ManyChange, ManyDone, ManyPreview, PreviewMany, TOGETHER,
    WriteMessage,
};
use protocol::members::{ListMembers, StatusFilter};
use protocol::{Approval, ErrorReply};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Who it is done to.
#[derive(Debug, Clone, PartialEq)]
pub enum Whom {
    /// Marked one by one; of a person with several the first alone where people are written to.
    These { ids: Rc<Vec<EnrollmentId>>, people: Rc<Vec<EnrollmentId>> },
    /// All that the filters let through, over every page, but for some.
    All { filters: ListMembers, but: Vec<EnrollmentId> },
}

impl Whom {
    /// Everybody who holds a tier, or one of its versions.
    pub fn of_plan(plan: PlanId, version: Option<u32>) -> Self {
        let status = Some(StatusFilter::Current);
        let filters = ListMembers { plan: Some(plan), version, status, ..ListMembers::default() };
        Self::All { filters, but: Vec::new() }
    }

    async fn ids(&self, people: bool) -> Result<Rc<Vec<EnrollmentId>>, ErrorReply> {
        match self {
            Self::These { people: once, .. } if people => Ok(once.clone()),
            Self::These { ids, .. } => Ok(ids.clone()),
            Self::All { filters, but } => {
                let request = ListMemberIds { filters: filters.clone(), once_per_person: people };
                let mut ids = bridge::call(request).await?.ids;
                if !but.is_empty() {
                    ids.retain(|id| !but.contains(id));
                }
                Ok(Rc::new(ids))
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Pause,
    UpdateTerms,
    Mail,
}

#[derive(Properties, PartialEq)]
pub struct ManyProps {
    pub whom: Whom,
    pub what: What,
    pub onclose: Callback<()>,
}

#[derive(Clone, PartialEq)]
enum Stage {
    /// How many of how many were looked at.
    Looking(usize, usize),
    Looked(Rc<ManyPreview>),
    NotLooked(ErrorReply),
    Running(usize, usize),
    /// What was done, of how many; why it stopped where it did.
    Done(Rc<ManyDone>, usize, Option<ErrorReply>),
}

#[component]
pub fn Many(props: &ManyProps) -> Html {
    let session = use_session();
    let stage = use_state(|| Stage::Looking(0, 0));
    let until = use_state(|| Some(session.today.plus_days(30)));
    let open_end = use_state(|| false);
    let from = use_state(EffectiveFrom::default);
    let subject = use_state(String::new);
    let text = use_state(String::new);
    // A newer look, or leaving, ends the one before.
    let round = use_mut_ref(|| Rc::new(Cell::new(true)));
    let stops = use_mut_ref(|| Rc::new(Cell::new(false)));
    let action = match props.what {
        What::Pause => ManyAction::Pause { until: if *open_end { None } else { *until } },
        What::UpdateTerms => ManyAction::UpdateTerms { from: *from, shown: Vec::new() },
        What::Mail => ManyAction::Mail { message: None },
    };
    {
        let (stage, whom, action, round, what) =
            (stage.clone(), props.whom.clone(), action.clone(), round.clone(), props.what);
        use_effect_with(action.clone(), move |_| {
            round.borrow().set(false);
            let current = Rc::new(Cell::new(true));
            *round.borrow_mut() = current.clone();
            stage.set(Stage::Looking(0, 0));
            let own = current.clone();
            spawn_local(async move {
                let looked =
                    look(&whom, what, &action, &own, |at, all| stage.set(Stage::Looking(at, all))).await;
                if own.get() {
                    stage.set(match looked {
                        Ok(preview) => Stage::Looked(Rc::new(preview)),
                        Err(refusal) => Stage::NotLooked(refusal),
                    });
                }
            });
            move || current.set(false)
        });
    }
    let run = {
        let (stage, action, stops) = (stage.clone(), action.clone(), stops.clone());
        let (subject, text) = ((*subject).clone(), (*text).clone());
        Callback::from(move |()| {
            let Stage::Looked(preview) = &*stage else { return };
            let (preview, action, stage) = (preview.clone(), action.clone(), stage.clone());
            let (subject, text) = (subject.clone(), text.clone());
            let stop = Rc::new(Cell::new(false));
            *stops.borrow_mut() = stop.clone();
            let all = preview.works.len();
            stage.set(Stage::Running(0, all));
            spawn_local(async move {
                let (done, failed) = do_all(&preview, action, subject, text, &stop, |at| {
                    stage.set(Stage::Running(at, all));
                })
                .await;
                stage.set(Stage::Done(Rc::new(done), all, failed));
            });
        })
    };
    let title = match props.what {
        What::Pause => "Pause memberships",
        What::UpdateTerms => "Update terms",
        What::Mail => "E-mail to members",
    };
    let meter = |words: String, at: usize, all: usize| {
        html! {
            <div class="pl-dialog-body" role="status">
                <p>{ words }</p>
                <div class="pl-meter"><span style={format!("width:{}%", at * 100 / all.max(1))}></span></div>
            </div>
        }
    };
    let (preview, looking) = match &*stage {
        Stage::Running(at, all) => {
            let stop = stops.borrow().clone();
            let (at, all) = (*at, *all);
            return html! {
                <Dialog {title} width="34rem" secondary="Stop after this part" onclose={Callback::from(move |()| stop.set(true))}>
                    { meter(format!("{} of {}. It is done in parts of {TOGETHER}; each part is done whole or not at all.", grouped(at as u64), grouped(all as u64)), at, all) }
                </Dialog>
            };
        }
        Stage::Done(done, all, failed) => {
            return html! {
                <Dialog {title} width="34rem" secondary="Done" onclose={props.onclose.clone()}>
                    <div class="pl-dialog-body">{ summary(props.what, done, *all, failed.as_ref()) }</div>
                </Dialog>
            };
        }
        Stage::Looking(at, all) => (None, Some((*at, *all))),
        Stage::Looked(preview) => (Some(preview.clone()), None),
        Stage::NotLooked(_) => (None, None),
    };
    let works = preview.as_ref().map_or(0, |preview| preview.works.len());
    let written = !subject.trim().is_empty() && !text.trim().is_empty();
    let sets_up = props.what == What::Mail && session.practice.mail.is_none() && !session.practice.demo;
    let good = match props.what {
        What::Pause => *open_end || until.is_some_and(|day| day > session.today),
        What::UpdateTerms => true,
        What::Mail => written,
    };
    let primary = match props.what {
        What::Pause => format!("Pause {}", counted(works)),
        What::UpdateTerms => format!("Update {}", counted(works)),
        What::Mail => format!("Send to {}", counted(works)),
    };
    let into = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    html! {
        <Dialog {title} {primary} disabled={works == 0 || !good} onprimary={run} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                { match props.what {
                    What::Pause => html! {
                        <>
                            <Radios<bool> label="How long" options={vec![(false, "Until a day".into()), (true, "Until someone resumes it".into())]} selected={*open_end}
                                onselect={let open_end = open_end.clone(); Callback::from(move |open| open_end.set(open))} />
                            if *open_end { <p class="pl-small pl-subtle">{ "Each resumes by itself after the most days its terms allow, and is billed again." }</p> }
                            if !*open_end {
                                <DateField label="Resumes on" from={session.today.next()} to={session.today.plus_days(366)} value={*until}
                                    onchange={let until = until.clone(); Callback::from(move |day| until.set(day))} />
                            }
                        </>
                    },
                    What::UpdateTerms => html! {
                        <Radios<EffectiveFrom> label="From when" selected={*from}
                            options={vec![(EffectiveFrom::NextBilling, "The next billing date of each".into()), (EffectiveFrom::Now, "Today".into())]}
                            onselect={let from = from.clone(); Callback::from(move |value| from.set(value))} />
                    },
                    What::Mail if sets_up => html! {
                        <Notice severity={Severity::Info} title="E-mail is not set up"
                            actions={html!(<RouteLink to={Route::Settings(SettingsTab::Mail)} class="pf-v6-c-button pf-m-link pf-m-inline">{ "Open Settings > E-mail" }</RouteLink>)}>
                            { "A manager names the mail server once." }
                        </Notice>
                    },
                    What::Mail => html! {
                        <>
                            <TextField label="Subject" required=true value={(*subject).clone()} onchange={into(&subject)} max_length={200} wide=true />
                            <TextField kind={Kind::Long} label="Message" required=true value={(*text).clone()} onchange={into(&text)} max_length={4000} wide=true
                                help="Begins with “Hello” and the name, ends with the practice's name. One e-mail per person." />
                        </>
                    },
                } }
                if let Stage::NotLooked(refusal) = &*stage { <Refusal error={Some(refusal.clone())} title="It could not be looked at" /> }
                if let Some((at, all)) = looking { { meter(if all == 0 { "Looking…".to_owned() } else { format!("Looking: {} of {}", grouped(at as u64), grouped(all as u64)) }, at, all) } }
                if let Some(preview) = &preview { { shows(preview, props.what, &session) } }
            </div>
        </Dialog>
    }
}

/// Looks at everybody, some at a time.
async fn look(
    whom: &Whom,
    what: What,
    action: &ManyAction,
    current: &Cell<bool>,
    mut at: impl FnMut(usize, usize),
) -> Result<ManyPreview, ErrorReply> {
    let ids = whom.ids(what == What::Mail).await?;
    let mut preview = ManyPreview::default();
    let mut looked = 0;
    for part in ids.chunks(TOGETHER) {
        if !current.get() {
            break;
        }
        at(looked, ids.len());
        preview.merge(bridge::call(PreviewMany { ids: part.to_vec(), action: action.clone() }).await?);
        looked += part.len();
    }
    Ok(preview)
}

/// Does it to all it works for, part after part; what was done until it was stopped or refused.
async fn do_all(
    preview: &ManyPreview,
    action: ManyAction,
    subject: String,
    text: String,
    stop: &Cell<bool>,
    mut at: impl FnMut(usize),
) -> (ManyDone, Option<ErrorReply>) {
    // One PIN is asked for once, for all parts of this.
    let mut approval: Option<Approval> = None;
    let mut done = ManyDone::default();
    let action = match action {
        ManyAction::Mail { .. } => {
            let only = (preview.works.len() == 1).then(|| preview.works[0]);
            let people = preview.works.len() as u32;
            let write = WriteMessage { subject, text, people, only };
            match bridge::act_approved(write, ids::request_key(), &mut approval).await {
                Ok(written) => {
                    let message: RecordId = written.message;
                    ManyAction::Mail { message: Some(message) }
                }
                Err(refusal) => return (done, Some(refusal)),
            }
        }
        ManyAction::UpdateTerms { from, .. } => {
            ManyAction::UpdateTerms { from, shown: preview.versions.clone() }
        }
        pause @ ManyAction::Pause { .. } => pause,
    };
    let mut tried = 0;
    for part in preview.works.chunks(TOGETHER) {
        if stop.get() {
            break;
        }
        let key: RequestKey = ids::request_key();
        let request = DoMany { ids: part.to_vec(), action: action.clone() };
        match bridge::act_approved(request, key, &mut approval).await {
            Ok(more) => {
                done.done += more.done;
                LeftOut::merge(&mut done.left_out, more.left_out);
            }
            Err(refusal) => return (done, Some(refusal)),
        }
        tried += part.len();
        at(tried);
    }
    (done, None)
}

fn shows(preview: &ManyPreview, what: What, session: &SignedIn) -> Html {
    let works = preview.works.len();
    html! {
        <>
            <div class="pl-words">
                <h3 class="pl-eyebrow">{ "What happens" }</h3>
                <div>{ match (what, works) {
                    (_, 0) => "It works for nobody here.".to_owned(),
                    (What::Pause, _) => format!("{} paused from today. Nothing is charged meanwhile; dates and credits move by the days of the pause.", plural_are(works)),
                    (What::UpdateTerms, _) => format!("{} updated to what is sold today.", plural_are(works)),
                    (What::Mail, _) => format!("The message goes into the queue for {}, and out as fast as the mail server takes it.", counted(works)),
                } }</div>
                if preview.mailed > 0 { <div class="pl-small pl-subtle">{ format!("{} an e-mail about it.", plural(preview.mailed.into(), "member gets", "members get")) }</div> }
            </div>
            if what != What::Mail { { for preview.changes.iter().map(|change| shows_change(change, session)) } }
            { left_out(&preview.left_out, "left out") }
        </>
    }
}

fn shows_change(change: &ManyChange, session: &SignedIn) -> Html {
    let days = |first: Day, last: Day| match first == last {
        true => format!("from {}", session.day(first)),
        false => format!("each from its own day, {} to {}", session.day(first), session.day(last)),
    };
    html! {
        <div class="pl-stack">
            <div class="pl-row pl-row--between">
                <span><b class="pl-strong"><bdi>{ &change.what }</bdi></b>{ format!(": {}, {}", plural(change.count.into(), "membership", "memberships"), days(change.first, change.last)) }</span>
                if let Some((old, new)) = change.prices { <MoneyText amount={new} was={Some(old)} /> }
            </div>
            if let Some((old, new)) = change.prices { { old_and_new("Now", old, &change.old_benefits, "Then", new, &change.new_benefits) } }
        </div>
    }
}

fn left_out(all: &[LeftOut], words: &str) -> Html {
    let count: u32 = all.iter().map(|one| one.count).sum();
    if count == 0 {
        return html!();
    }
    html! {
        <Notice severity={Severity::Warning} title={format!("{} {words}", plural(count.into(), "member is", "members are"))}>
            <ul class="pl-list">
                { for all.iter().map(|one| {
                    let more = one.count as usize - one.names.len();
                    let names = one.names.join(", ");
                    let names = if more > 0 { format!("{names} and {} more", grouped(more as u64)) } else { names };
                    html!(<li>{ format!("{} ", one.why) }<span class="pl-subtle"><bdi>{ names }</bdi></span></li>)
                }) }
            </ul>
        </Notice>
    }
}

fn summary(what: What, done: &ManyDone, all: usize, failed: Option<&ErrorReply>) -> Html {
    let verb = match what {
        What::Pause => "paused",
        What::UpdateTerms => "updated",
        What::Mail => "put in the queue",
    };
    let left: u32 = done.left_out.iter().map(|one| one.count).sum();
    let untouched = all.saturating_sub((done.done + left) as usize);
    html! {
        <>
            <p>{ format!("{} of {} {verb}.", grouped(done.done.into()), grouped(all as u64)) }</p>
            <Refusal error={failed.cloned()} title="It stopped" />
            if untouched > 0 { <p>{ format!("{} not touched: they are as they were. Open this again to go on with them.", plural_are(untouched)) }</p> }
            { left_out(&done.left_out, "left out, for it had changed") }
            if what == What::Mail && done.done > 0 { <p><RouteLink to={Route::Queue} class="pf-v6-c-button pf-m-link pf-m-inline">{ "Open the queue" }</RouteLink></p> }
        </>
    }
}

/// `1 member`, `1,200 members`.
pub fn counted(count: usize) -> String {
    if count == 1 { "1 member".to_owned() } else { format!("{} members", grouped(count as u64)) }
}

fn plural_are(count: usize) -> String {
    if count == 1 {
        "1 membership is".to_owned()
    } else {
        format!("{} memberships are", grouped(count as u64))
    }
}

#[derive(Properties, PartialEq)]
pub struct BarProps {
    /// How many are chosen.
    pub count: usize,
    pub onwhat: Callback<What>,
    pub onexport: Callback<()>,
    pub onclear: Callback<()>,
}

/// What can be done to those that are chosen; stands in the place of the filters.
#[component]
pub fn ChosenBar(props: &BarProps) -> Html {
    let act = |what: What| props.onwhat.reform(move |()| what);
    html! {
        <div class="pl-tools pl-chosen" role="group" aria-label="What to do to those chosen">
            <span class="pl-strong" role="status">{ format!("{} chosen", grouped(props.count as u64)) }</span>
            <Button small=true icon="pause" text="Pause" onclick={act(What::Pause)} />
            <Button small=true icon="file-signature" text="Update terms" onclick={act(What::UpdateTerms)} />
            <Button small=true icon="envelope" text="E-mail" onclick={act(What::Mail)} />
            <Button small=true icon="file-export" text="Export" label="Export: take these out as a file" onclick={props.onexport.clone()} />
            <Button look={Look::Link} small=true text="Choose none" onclick={props.onclear.clone()} />
        </div>
    }
}
