//! What one person of the staff did and allowed, newest first.

use crate::bridge;
use crate::components::{Button, Dialog, EmptyState, Look, Refusal, RouteLink, Skeleton};
use crate::pages::log::log_line;
use crate::route::{CustomerTab, Route};
use crate::session::use_session;
use domain::Day;
use protocol::ErrorReply;
use protocol::keeping::{GetStaffLog, StaffLogEntry, Thing};
use protocol::practice::StaffView;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct StaffLogDialogProps {
    pub person: StaffView,
    pub onclose: Callback<()>,
}

/// What is read so far.
#[derive(Clone, Default, PartialEq)]
struct Read {
    entries: Vec<StaffLogEntry>,
    back_to: Option<Day>,
    next: Option<String>,
    error: Option<ErrorReply>,
    /// The first page is here.
    begun: bool,
}

#[component]
pub fn StaffLogDialog(props: &StaffLogDialogProps) -> Html {
    let session = use_session();
    let read = use_state(Read::default);
    let busy = use_state(|| false);
    // A manager's PIN, given once for all of the log.
    let approval = use_mut_ref(|| None);
    let staff = props.person.id;
    let more = {
        let (read, busy) = (read.clone(), busy.clone());
        Callback::from(move |()| {
            if *busy {
                return;
            }
            busy.set(true);
            let (read, busy, approval) = (read.clone(), busy.clone(), approval.clone());
            spawn_local(async move {
                let mut known = (*read).clone();
                let request = GetStaffLog { staff, after: known.next.clone(), limit: None };
                let mut given = approval.take();
                let page = bridge::read_approved(request, &mut given).await;
                approval.replace(given);
                match page {
                    Ok(page) => {
                        known.entries.extend(page.entries);
                        known = Read {
                            back_to: page.back_to,
                            next: page.next,
                            error: None,
                            begun: true,
                            ..known
                        };
                    }
                    Err(refusal) => known.error = Some(refusal),
                }
                read.set(known);
                busy.set(false);
            });
        })
    };
    {
        let more = more.clone();
        use_effect_with((), move |()| more.emit(()));
    }
    let back =
        read.back_to.filter(|_| read.next.is_some()).map(|day| format!("Back to {}.", session.day(day)));
    html! {
        <Dialog title={format!("What {} did", props.person.name)} description={props.person.role.words()} secondary="Close" onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={read.error.clone()} title="The log could not be read" onretry={Some(more.clone())} />
                if !read.begun && read.error.is_none() { <Skeleton width="90%" /><Skeleton width="70%" /> }
                if read.begun && read.entries.is_empty() && read.next.is_none() {
                    <EmptyState title="Nothing yet">{ "What this person does, and what they allow others to do, is listed here." }</EmptyState>
                }
                <div class="pl-staff-log" tabindex="0" role="group" aria-label={format!("What {} did", props.person.name)} data-autofocus="">
                    <ul class="pl-list pl-log" aria-label="Log">
                        { for read.entries.iter().map(|one| html! {
                            <li key={one.entry.record.to_string()}>
                                if !one.what.is_empty() { <div class="pl-small pl-strong">{ subject(one) }</div> }
                                { log_line(&one.entry, &session) }
                            </li>
                        }) }
                    </ul>
                </div>
                if read.next.is_some() {
                    <div class="pl-row"><Button look={Look::Link} text="Show older" disabled={*busy} onclick={more} /><span class="pl-small pl-subtle">{ back }</span></div>
                }
            </div>
        </Dialog>
    }
}

/// Whom or what it was done to, with the way there.
fn subject(one: &StaffLogEntry) -> Html {
    let to = match one.thing {
        Some(Thing::Customer(id)) => Route::Customer { id, tab: CustomerTab::Overview },
        Some(Thing::Ticket(id)) => Route::Ticket(id),
        Some(Thing::Plan(id)) => Route::TierEdit(id),
        Some(Thing::Item(id)) => Route::Items { item: Some(id) },
        Some(Thing::GiftCard(id)) => Route::GiftCards { card: Some(id) },
        Some(Thing::Practice | Thing::Enrollment(_)) | None => return html!(<bdi>{ &one.what }</bdi>),
    };
    html!(<RouteLink {to}><bdi>{ &one.what }</bdi></RouteLink>)
}
