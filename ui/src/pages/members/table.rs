//! The table of members: it draws only what is seen, and asks for the next page before it is reached.

use super::actions::{Move, MoveDialog, move_items, use_way_to};
use super::drawer::MemberDrawer;
use super::enroll::Enroll;
use super::export::{ExportChosen, ExportMenu};
use super::listing::{Change, Listing, ROW_HEIGHT};
use super::many::{ChosenBar, Many, What, Whom, counted};
use crate::bridge;
use crate::components::{
    Avatar, Button, EmptyState, EnrollmentStatus, FilterMenu, Icon, Look, MenuItem, MoneyText,
    NothingMatches, Refusal, RowMenu, SearchField, Skeleton, Toolbar,
};
use crate::keys::Command;
use crate::pages::memberships::art::Art;
use crate::query::{PATIENCE_MS, use_query};
use crate::route::Route;
use crate::session::use_session;
use domain::record::ImportedWhat;
use domain::{CustomerId, EnrollmentId, LocationId, PlanId};
use gloo_timers::callback::Timeout;
use protocol::enrollments::{EnrollmentView, GetEnrollment};
use protocol::members::{ListMembers, MemberRow, MemberSort, StatusFilter};
use protocol::plans::{ListPlans, PlanView};
use protocol::practice::GetPractice;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

/// Which page shows the table: each keeps its own filters from visit to visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeptAt {
    #[default]
    Members,
    Memberships,
}

thread_local! {
    /// The filters of each page, as they were left.
    static KEPT: RefCell<[ListMembers; 2]> = RefCell::default();
}

/// The Members page shows only those when it comes next.
pub fn show_only(status: StatusFilter) {
    let filters = ListMembers { status: Some(status), ..ListMembers::default() };
    KEPT.with_borrow_mut(|kept| kept[KeptAt::Members as usize] = filters);
}

#[derive(Properties, PartialEq)]
pub struct MemberTableProps {
    /// Draws what stands above the table, given the button that adds a member.
    pub head: Callback<Html, Html>,
    /// Begins with the members of this tier, and of one of its versions.
    #[prop_or_default]
    pub plan: Option<PlanId>,
    #[prop_or_default]
    pub version: Option<u32>,
    #[prop_or_default]
    pub kept_at: KeptAt,
}

#[component]
pub fn MemberTable(props: &MemberTableProps) -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let plans = use_query(ListPlans {});
    let practice = use_query(GetPractice {});
    let listing = {
        let (plan, version, kept_at) = (props.plan, props.version, props.kept_at);
        use_reducer(move || {
            Listing::new(if plan.is_some() {
                // As many as the tier says it has.
                let status = Some(StatusFilter::Started);
                ListMembers { plan, version, status, ..ListMembers::default() }
            } else {
                KEPT.with_borrow(|kept| kept[kept_at as usize].clone())
            })
        })
    };
    let scroller = use_node_ref();
    let view = use_state(|| (0_usize, 800_usize));
    let active = use_state(|| 0_usize);
    let wants_focus = use_mut_ref(|| false);
    let drawer = use_state(|| None::<EnrollmentId>);
    let acting = use_state(|| None::<(EnrollmentId, Move)>);
    let enrolling = use_state(|| false);
    let slow = use_state(|| false);
    let chosen = use_state(Chosen::default);
    let doing = use_state(|| None::<Doing>);

    // Another address narrows the same table.
    {
        let listing = listing.clone();
        let first = use_mut_ref(|| true);
        use_effect_with((props.plan, props.version), move |(plan, version)| {
            if !std::mem::replace(&mut *first.borrow_mut(), false) {
                let status = match (plan, listing.query.status) {
                    (Some(_), _) => Some(StatusFilter::Started),
                    (None, Some(StatusFilter::Started)) => None,
                    (None, status) => status,
                };
                listing.dispatch(Change::Ask(ListMembers {
                    plan: *plan,
                    version: *version,
                    status,
                    ..listing.query.clone()
                }));
            }
        });
    }
    // Every new question is sent once, and the table begins at its top.
    {
        let (dispatcher, state, slow) = (listing.dispatcher(), listing.clone(), slow.clone());
        use_effect_with(listing.asking, move |asking| {
            let asking = *asking;
            let request = state.request(true);
            let unanswered = state.total.is_none();
            let overdue = unanswered.then(|| {
                let slow = slow.clone();
                Timeout::new(PATIENCE_MS, move || slow.set(true))
            });
            wasm_bindgen_futures::spawn_local(async move {
                let answer = bridge::call(request).await;
                drop(overdue);
                slow.set(false);
                dispatcher.dispatch(match answer {
                    Ok(page) => Change::Came { asking, page },
                    Err(error) => Change::Failed { asking, words: error.message },
                });
            });
        });
    }
    {
        let dispatcher = listing.dispatcher();
        use_effect_with((), move |()| {
            let listener = bridge::on_change(Callback::from(move |()| dispatcher.dispatch(Change::Refresh)));
            move || drop(listener)
        });
    }
    let window = listing.window(view.0, view.1);
    {
        let (dispatcher, state) = (listing.dispatcher(), listing.clone());
        use_effect_with((listing.wants_more(&window), listing.rows.len()), move |(wants, _)| {
            if *wants {
                let asking = state.asking;
                let request = state.request(false);
                dispatcher.dispatch(Change::More);
                wasm_bindgen_futures::spawn_local(async move {
                    dispatcher.dispatch(match bridge::call(request).await {
                        Ok(page) => Change::Came { asking, page },
                        Err(error) => Change::Failed { asking, words: error.message },
                    });
                });
            }
        });
    }
    {
        let (view, scroller) = (view.clone(), scroller.clone());
        use_effect_with((), move |()| {
            let measure = move || {
                if let Some(element) = scroller.cast::<Element>() {
                    view.set((element.scroll_top().max(0) as usize, element.client_height().max(0) as usize));
                }
            };
            measure();
            let listener = web_sys::window()
                .map(|window| gloo_events::EventListener::new(&window, "resize", move |_| measure()));
            move || drop(listener)
        });
    }
    {
        // Runs after every drawing, when a key moved the active row.
        let (wants_focus, scroller, at) = (wants_focus.clone(), scroller.clone(), *active);
        use_effect(move || {
            if std::mem::replace(&mut *wants_focus.borrow_mut(), false) {
                focus_row(&scroller, at);
            }
        });
    }

    let ask = {
        let (listing, scroller, kept_at, active, chosen) =
            (listing.clone(), scroller.clone(), props.kept_at, active.clone(), chosen.clone());
        Callback::from(move |query: ListMembers| {
            KEPT.with_borrow_mut(|kept| kept[kept_at as usize].clone_from(&query));
            if let Some(element) = scroller.cast::<Element>() {
                element.set_scroll_top(0);
            }
            active.set(0);
            // What is not seen any more is not chosen any more.
            if filters_of(&query) != filters_of(&listing.query) {
                chosen.set(Chosen::default());
            }
            listing.dispatch(Change::Ask(query));
        })
    };
    let narrow = |change: fn(&mut ListMembers)| {
        let (ask, query) = (ask.clone(), listing.query.clone());
        Callback::from(move |()| {
            let mut query = query.clone();
            change(&mut query);
            ask.emit(query);
        })
    };
    let onscroll = {
        let (view, listing) = (view.clone(), listing.clone());
        Callback::from(move |event: Event| {
            let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
                return;
            };
            let new = (element.scroll_top().max(0) as usize, element.client_height().max(0) as usize);
            if listing.window(new.0, new.1) != listing.window(view.0, view.1) {
                view.set(new);
            }
        })
    };
    let open_row = {
        let (drawer, active) = (drawer.clone(), active.clone());
        Callback::from(move |(at, id): (usize, EnrollmentId)| {
            active.set(at);
            drawer.set(Some(id));
        })
    };
    let onkeydown = {
        let (listing, active, drawer, wants_focus, scroller) =
            (listing.clone(), active.clone(), drawer.clone(), wants_focus.clone(), scroller.clone());
        let height = view.1;
        Callback::from(move |event: KeyboardEvent| {
            let on_row = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|target| target.has_attribute("data-row"));
            if !on_row || listing.rows.is_empty() {
                return;
            }
            let last = listing.rows.len() - 1;
            let page = (height / ROW_HEIGHT).saturating_sub(2).max(1);
            let at = (*active).min(last);
            let to = match event.key().as_str() {
                "ArrowDown" => (at + 1).min(last),
                "ArrowUp" => at.saturating_sub(1),
                "PageDown" => (at + page).min(last),
                "PageUp" => at.saturating_sub(page),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    event.prevent_default();
                    drawer.set(listing.rows.get(at).map(|row| row.enrollment));
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            scroll_to(&scroller, to);
            *wants_focus.borrow_mut() = true;
            active.set(to);
            if drawer.is_some() {
                drawer.set(listing.rows.get(to).map(|row| row.enrollment));
            }
        })
    };
    let close_drawer = {
        let (drawer, wants_focus, active) = (drawer.clone(), wants_focus.clone(), active.clone());
        Callback::from(move |()| {
            *wants_focus.borrow_mut() = true;
            active.set(*active);
            drawer.set(None);
        })
    };
    let act = {
        let acting = acting.clone();
        Callback::from(move |what| acting.set(Some(what)))
    };

    let no_plans = Vec::new();
    let all_plans: &Vec<PlanView> = plans.data.as_ref().map_or(&no_plans, |list| &list.plans);
    let query = &listing.query;
    let is_filtered = !query.text.trim().is_empty()
        || query.plan.is_some()
        || query.status.is_some()
        || query.location.is_some();
    let tiers: Vec<(Option<PlanId>, AttrValue)> = std::iter::once((None, "all".into()))
        .chain(all_plans.iter().map(|view| (Some(view.plan.id), view.plan.about.name.clone().into())))
        .collect();
    let places: Vec<(Option<LocationId>, AttrValue)> = std::iter::once((None, "all".into()))
        .chain(
            practice
                .data
                .iter()
                .flat_map(|practice| &practice.locations)
                .filter(|one| !one.archived)
                .map(|one| (Some(one.id), one.name.clone().into())),
        )
        .collect();
    let choose = |put: fn(&mut ListMembers, Option<PlanId>)| {
        let (ask, query) = (ask.clone(), query.clone());
        Callback::from(move |value| {
            let mut query = query.clone();
            put(&mut query, value);
            ask.emit(query);
        })
    };
    let choose_status = {
        let (ask, query) = (ask.clone(), query.clone());
        Callback::from(move |status| ask.emit(ListMembers { status, ..query.clone() }))
    };
    let choose_place = {
        let (ask, query) = (ask.clone(), query.clone());
        Callback::from(move |location| ask.emit(ListMembers { location, ..query.clone() }))
    };
    let search = {
        let (ask, query) = (ask.clone(), query.clone());
        Callback::from(move |text: String| ask.emit(ListMembers { text, ..query.clone() }))
    };
    let into_list = {
        let (wants_focus, active) = (wants_focus.clone(), active.clone());
        Callback::from(move |()| {
            *wants_focus.borrow_mut() = true;
            active.set(0);
        })
    };
    let clear = narrow(|query| {
        query.text.clear();
        query.plan = None;
        query.version = None;
        query.status = None;
        query.location = None;
    });
    let sort = {
        let (ask, listing) = (ask.clone(), listing.clone());
        Callback::from(move |by: MemberSort| ask.emit(listing.sorted_by(by)))
    };
    let count = listing.total.map_or_else(String::new, counted);
    let import = Callback::from(move |()| {
        if let Some(router) = &router {
            router.push(Route::Import(ImportedWhat::Members));
        }
    });
    let add_member = html! {
        <>
            <Button look={Look::Secondary} icon="file-import" text="Import" onclick={import} />
            <Button look={Look::Primary} icon="plus" text="Add Member" onclick={let enrolling = enrolling.clone(); Callback::from(move |()| enrolling.set(true))} />
        </>
    };
    let mark = {
        let chosen = chosen.clone();
        Callback::from(move |row: Rc<MemberRow>| chosen.set(chosen.toggled(&row)))
    };
    let mark_all = {
        let chosen = chosen.clone();
        Callback::from(move |()| {
            chosen.set(if chosen.is_empty() { Chosen::AllBut(Vec::new()) } else { Chosen::default() });
        })
    };
    let choose_none = {
        let chosen = chosen.clone();
        Callback::from(move |()| chosen.set(Chosen::default()))
    };
    let ondo = {
        let doing = doing.clone();
        Callback::from(move |what: What| doing.set(Some(Doing::Many(what))))
    };
    let onexport = {
        let doing = doing.clone();
        Callback::from(move |()| doing.set(Some(Doing::Export)))
    };
    let done_doing = {
        let doing = doing.clone();
        Callback::from(move |()| doing.set(None))
    };
    let body = if let (Some(words), true) = (&listing.failed, listing.rows.is_empty()) {
        html! { <div class="pl-tools"><Refusal error={Some(failure(words))} title="The members could not be read"
        onretry={let listing = listing.dispatcher(); Callback::from(move |()| listing.dispatch(Change::Refresh))} /></div> }
    } else if listing.total == Some(0) && is_filtered {
        html! { <NothingMatches what="members" onclear={clear.clone()} /> }
    } else if listing.total == Some(0) {
        html! {
            <EmptyState title="No members yet" icon="users" actions={html! {
                <Button look={Look::Primary} icon="plus" text="Add Member" onclick={let enrolling = enrolling.clone(); Callback::from(move |()| enrolling.set(true))} />
            }}>{ format!("Enroll a {} in a tier: they pay a fixed price and get its benefits at every visit.", session.customer()) }</EmptyState>
        }
    } else {
        let first_answer_pending = listing.total.is_none();
        let rows = window.clone().map(|at| match listing.rows.get(at) {
            Some(row) => html! {
                <Row key={row.enrollment.to_string()} row={row.clone()} {at} active={*active == at} selected={*drawer == Some(row.enrollment)}
                    marked={chosen.has(row.enrollment)} onmark={mark.clone()}
                    dot={Art::of(all_plans, row.plan).dot()} onopen={open_row.clone()} onact={act.clone()} />
            },
            None => html! { <SkeletonRow key={format!("wait-{at}")} /> },
        });
        let before = window.start * ROW_HEIGHT;
        let after = listing.height().saturating_sub(window.end * ROW_HEIGHT);
        html! {
            <table class="pf-v6-c-table pf-m-compact pf-m-sticky-header pl-table pl-members" role="grid" aria-label="Members" aria-busy={listing.waits.to_string()}
                aria-rowcount={listing.total.map(|total| (total + 1).to_string())} {onkeydown}>
                { head_row(&listing, &sort, &chosen, &mark_all) }
                <tbody class="pf-v6-c-table__tbody">
                    if first_answer_pending {
                        if *slow { { for (0..10).map(|nth| html! { <SkeletonRow key={format!("first-{nth}")} /> }) } }
                    } else {
                        if before > 0 { <tr key="before" class="pl-gap" aria-hidden="true"><td style={format!("height:{before}px")}></td></tr> }
                        { for rows }
                        if after > 0 { <tr key="after" class="pl-gap" aria-hidden="true"><td style={format!("height:{after}px")}></td></tr> }
                    }
                </tbody>
            </table>
        }
    };
    html! {
        <div class="pl-split">
            <div class="pl-pane">
                { props.head.emit(add_member) }
                <Toolbar {count}>
                    <SearchField width="15rem" value={query.text.clone()} placeholder="Name, e-mail or phone" label="Filter members" command={Command::Filter}
                        onchange={search} ondown={into_list} />
                    <FilterMenu<Option<PlanId>> title="Tier" options={tiers} selected={query.plan}
                        onselect={choose(|query, plan| { query.plan = plan; query.version = None; })} />
                    <FilterMenu<Option<StatusFilter>> title="Status" options={status_options()} selected={query.status} onselect={choose_status} />
                    if places.len() > 2 {
                        <span class="pl-yields"><FilterMenu<Option<LocationId>> title="Location" options={places} selected={query.location} onselect={choose_place} /></span>
                    }
                    if let Some(version) = query.version {
                        <Button look={Look::Link} small=true icon="times" text={format!("Version {version}")} label={format!("Not only version {version}")} onclick={narrow(|query| query.version = None)} />
                    }
                    <ExportMenu filters={query.clone()} none={listing.total == Some(0)} />
                </Toolbar>
                if !chosen.is_empty() {
                    <ChosenBar count={chosen.count(listing.total.unwrap_or_default())} onwhat={ondo} {onexport} onclear={choose_none} />
                }
                if let (Some(words), false) = (&listing.failed, listing.rows.is_empty()) {
                    <div class="pl-tools"><Refusal error={Some(failure(words))} title="The members could not be read again"
                        onretry={let listing = listing.dispatcher(); Callback::from(move |()| listing.dispatch(Change::Refresh))} /></div>
                }
                <div class="pl-scroll" ref={scroller} {onscroll}>{ body }</div>
            </div>
            if let Some(id) = *drawer {
                <MemberDrawer key={id.to_string()} enrollment={id} onact={act.clone()} onclose={close_drawer} />
            }
            if let Some((id, what)) = &*acting {
                <MoveDialog enrollment={*id} what={what.clone()} onclose={let acting = acting.clone(); Callback::from(move |()| acting.set(None))} />
            }
            { match *doing {
                None => html!(),
                Some(Doing::Export) => html! {
                    <ExportChosen filters={query.clone()} only={chosen.ids()} but={chosen.but()} count={chosen.count(listing.total.unwrap_or_default())} onclose={done_doing} />
                },
                Some(Doing::Many(what)) => html! { <Many whom={chosen.whom(query)} {what} onclose={done_doing} /> },
            } }
            if *enrolling {
                <Enroll plan={query.plan} onclose={let enrolling = enrolling.clone(); Callback::from(move |()| enrolling.set(false))} />
            }
        </div>
    }
}

/// What is about to be done to those that are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Many(What),
    Export,
}

/// Whom something is to be done to.
#[derive(Debug, Clone, PartialEq)]
enum Chosen {
    /// Marked one by one, with the person each is of.
    These(Vec<(EnrollmentId, CustomerId)>),
    /// All that match, over every page, but for these.
    AllBut(Vec<EnrollmentId>),
}

impl Default for Chosen {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Chosen {
    fn is_empty(&self) -> bool {
        matches!(self, Self::These(these) if these.is_empty())
    }

    fn has(&self, id: EnrollmentId) -> bool {
        match self {
            Self::These(these) => these.iter().any(|(known, _)| *known == id),
            Self::AllBut(these) => !these.contains(&id),
        }
    }

    fn count(&self, total: usize) -> usize {
        match self {
            Self::These(these) => these.len(),
            Self::AllBut(these) => total.saturating_sub(these.len()),
        }
    }

    /// One marked, or not any more.
    fn toggled(&self, row: &MemberRow) -> Self {
        let mut next = self.clone();
        match &mut next {
            Self::These(these) => match these.iter().position(|(known, _)| *known == row.enrollment) {
                Some(at) => drop(these.remove(at)),
                None => these.push((row.enrollment, row.customer)),
            },
            Self::AllBut(these) => match these.iter().position(|known| *known == row.enrollment) {
                Some(at) => drop(these.remove(at)),
                None => these.push(row.enrollment),
            },
        }
        next
    }

    /// Empty where all are meant.
    fn ids(&self) -> Vec<EnrollmentId> {
        match self {
            Self::These(these) => these.iter().map(|(id, _)| *id).collect(),
            Self::AllBut(_) => Vec::new(),
        }
    }

    /// Those left out where all others are meant.
    fn but(&self) -> Vec<EnrollmentId> {
        match self {
            Self::These(_) => Vec::new(),
            Self::AllBut(these) => these.clone(),
        }
    }

    fn whom(&self, filters: &ListMembers) -> Whom {
        match self {
            Self::AllBut(these) => Whom::All { filters: filters.clone(), but: these.clone() },
            Self::These(these) => {
                let mut people: Vec<(EnrollmentId, CustomerId)> = Vec::new();
                for one in these {
                    if !people.iter().any(|(_, known)| *known == one.1) {
                        people.push(*one);
                    }
                }
                let people = people.into_iter().map(|(id, _)| id).collect();
                Whom::These { ids: Rc::new(self.ids()), people: Rc::new(people) }
            }
        }
    }
}

/// A question without its order and place.
fn filters_of(query: &ListMembers) -> ListMembers {
    ListMembers { sort: MemberSort::default(), descending: false, after: None, limit: None, ..query.clone() }
}

fn failure(words: &str) -> protocol::ErrorReply {
    protocol::ErrorReply { code: String::new(), message: words.to_owned(), details: serde_json::Value::Null }
}

fn status_options() -> Vec<(Option<StatusFilter>, AttrValue)> {
    vec![
        (None, "all running".into()),
        (Some(StatusFilter::Started), "all that have started".into()),
        (Some(StatusFilter::Active), "active".into()),
        (Some(StatusFilter::Waiting), "waiting for payment".into()),
        (Some(StatusFilter::PastDue), "past due".into()),
        (Some(StatusFilter::Paused), "paused".into()),
        (Some(StatusFilter::Scheduled), "starts later".into()),
        (Some(StatusFilter::Ending), "ends soon".into()),
        (Some(StatusFilter::Cancelled), "cancelled".into()),
        (Some(StatusFilter::All), "all, cancelled too".into()),
    ]
}

fn head_row(
    listing: &Listing,
    sort: &Callback<MemberSort>,
    chosen: &Chosen,
    mark_all: &Callback<()>,
) -> Html {
    let column = |words: &'static str, by: MemberSort, class: &'static str| {
        let on = listing.query.sort == by;
        let descending = listing.query.descending;
        let icon = match (on, descending) {
            (false, _) => "arrows-alt-v",
            (true, false) => "long-arrow-alt-up",
            (true, true) => "long-arrow-alt-down",
        };
        let onclick = sort.reform(move |_: MouseEvent| by);
        html! {
            <th class={classes!("pf-v6-c-table__th", "pf-v6-c-table__sort", class, on.then_some("pf-m-selected"))} scope="col"
                aria-sort={on.then_some(if descending { "descending" } else { "ascending" })}>
                <button class="pf-v6-c-table__button" type="button" {onclick}>
                    <div class="pf-v6-c-table__button-content">
                        <span class="pf-v6-c-table__text">{ words }</span>
                        <span class="pf-v6-c-table__sort-indicator"><Icon name={icon} /></span>
                    </div>
                </button>
            </th>
        }
    };
    html! {
        <thead class="pf-v6-c-table__thead"><tr class="pf-v6-c-table__tr" aria-rowindex="1">
            <td class="pf-v6-c-table__td pl-w-mark">
                <input type="checkbox" aria-label="Choose all members that match" checked={!chosen.is_empty()}
                    onchange={mark_all.reform(|_: Event| ())} />
            </td>
            { column("Member", MemberSort::Name, "") }
            { column("Tier", MemberSort::Plan, "pl-w-tier") }
            { column("Status", MemberSort::Status, "pl-w-status") }
            { column("Joined", MemberSort::Joined, "pl-end pl-col-2 pl-w-date") }
            { column("Next billing", MemberSort::NextBilling, "pl-end pl-w-date") }
            { column("Balance", MemberSort::Balance, "pl-end pl-w-bal") }
            <td class="pf-v6-c-table__td pl-w-act">{ "\u{a0}" }</td>
        </tr></thead>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    row: Rc<MemberRow>,
    at: usize,
    active: bool,
    selected: bool,
    marked: bool,
    onmark: Callback<Rc<MemberRow>>,
    dot: &'static str,
    onopen: Callback<(usize, EnrollmentId)>,
    onact: Callback<(EnrollmentId, Move)>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let session = use_session();
    let row = &props.row;
    let onclick = {
        let (onopen, at, id) = (props.onopen.clone(), props.at, row.enrollment);
        Callback::from(move |_: MouseEvent| onopen.emit((at, id)))
    };
    let onchange = {
        let (onmark, row) = (props.onmark.clone(), row.clone());
        Callback::from(move |_: Event| onmark.emit(row.clone()))
    };
    html! {
        <tr class={classes!("pf-v6-c-table__tr", "pf-m-clickable", "pl-member-row", props.selected.then_some("pf-m-selected"))}
            tabindex={if props.active { "0" } else { "-1" }} data-row={props.at.to_string()} aria-rowindex={(props.at + 2).to_string()}
            aria-selected={props.selected.to_string()} {onclick}>
            <td class="pf-v6-c-table__td pl-mark" onclick={Callback::from(|event: MouseEvent| event.stop_propagation())}>
                <input type="checkbox" aria-label={format!("Choose {}", row.name)} checked={props.marked} {onchange} />
            </td>
            <td class="pf-v6-c-table__td pl-cell-clip" data-label="Member">
                <div class="pl-person">
                    <Avatar name={row.name.clone()} id={row.customer.uuid()} />
                    <div>
                        <div class="pl-name pl-clip"><bdi>{ &row.name }</bdi></div>
                        <div class="pl-small pl-subtle pl-clip">{ &row.email }</div>
                    </div>
                </div>
            </td>
            <td class="pf-v6-c-table__td pl-cell-clip" data-label="Tier">
                <span class="pl-row pl-snug"><span class="pl-dot" style={format!("background:{}", props.dot)}></span><span class="pl-clip"><bdi>{ &row.plan_name }</bdi></span></span>
            </td>
            <td class="pf-v6-c-table__td" data-label="Status"><EnrollmentStatus status={row.status} /></td>
            <td class="pf-v6-c-table__td pl-end pl-col-2" data-label="Joined"><span class="pl-date">{ session.day(row.joined) }</span></td>
            <td class="pf-v6-c-table__td pl-end" data-label="Next billing">
                <span class="pl-date">{ row.next_billing.map_or_else(|| "\u{2014}".to_owned(), |day| session.day(day)) }</span>
            </td>
            <td class="pf-v6-c-table__td pl-end" data-label="Balance"><MoneyText amount={row.balance} overdue=true /></td>
            <td class="pf-v6-c-table__td pf-v6-c-table__action"><Actions row={row.clone()} at={props.at} onopen={props.onopen.clone()} onact={props.onact.clone()} /></td>
        </tr>
    }
}

#[derive(Properties, PartialEq)]
struct ActionsProps {
    row: Rc<MemberRow>,
    at: usize,
    onopen: Callback<(usize, EnrollmentId)>,
    onact: Callback<(EnrollmentId, Move)>,
}

/// The row's menu; what is allowed is asked for when the pointer or the focus comes near.
#[component]
fn Actions(props: &ActionsProps) -> Html {
    let session = use_session();
    let near = use_state(|| None::<Rc<EnrollmentView>>);
    let asked = use_mut_ref(|| false);
    let id = props.row.enrollment;
    let ask = {
        let near = near.clone();
        Callback::from(move |()| {
            if std::mem::replace(&mut *asked.borrow_mut(), true) {
                return;
            }
            let (near, asked) = (near.clone(), asked.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if let Ok(view) = bridge::call(GetEnrollment { id }).await {
                    near.set(Some(Rc::new(view)));
                }
                *asked.borrow_mut() = false;
            });
        })
    };
    let details = {
        let (onopen, at) = (props.onopen.clone(), props.at);
        Callback::from(move |()| onopen.emit((at, id)))
    };
    let mut items = vec![MenuItem::action("View details", "columns", details)];
    items.extend(use_way_to(props.row.customer));
    if let Some(view) = &*near {
        let mut moves = move_items(view, &props.onact.reform(move |what| (id, what)), &session);
        if let Some(first) = moves.first_mut() {
            first.apart = true;
        }
        items.extend(moves);
    }
    let (over, focus) = (ask.reform(|_: MouseEvent| ()), ask.reform(|_: FocusEvent| ()));
    html! {
        <span onmouseover={over} onfocusin={focus} onclick={Callback::from(|event: MouseEvent| event.stop_propagation())}>
            <RowMenu label={format!("Actions for {}", props.row.name)} {items} />
        </span>
    }
}

#[component]
fn SkeletonRow() -> Html {
    html! {
        <tr class="pf-v6-c-table__tr pl-member-row" aria-hidden="true">
            <td class="pf-v6-c-table__td pl-mark"></td>
            <td class="pf-v6-c-table__td"><Skeleton width="70%" /></td>
            <td class="pf-v6-c-table__td"><Skeleton /></td>
            <td class="pf-v6-c-table__td"><Skeleton width="50%" /></td>
            <td class="pf-v6-c-table__td pl-col-2"><Skeleton /></td>
            <td class="pf-v6-c-table__td"><Skeleton /></td>
            <td class="pf-v6-c-table__td"><Skeleton /></td>
            <td class="pf-v6-c-table__td"></td>
        </tr>
    }
}

/// Brings a row into the window, so that it is drawn and can take the focus.
fn scroll_to(scroller: &NodeRef, at: usize) {
    let Some(element) = scroller.cast::<Element>() else { return };
    let (top, height) = (element.scroll_top().max(0) as usize, element.client_height().max(0) as usize);
    let head =
        element.query_selector("thead").ok().flatten().map_or(0, |head| head.client_height().max(0) as usize);
    let row_top = at * ROW_HEIGHT;
    let seen = height.saturating_sub(head);
    if row_top < top {
        element.set_scroll_top(row_top as i32);
    } else if row_top + ROW_HEIGHT > top + seen {
        element.set_scroll_top((row_top + ROW_HEIGHT).saturating_sub(seen) as i32);
    }
}

fn focus_row(scroller: &NodeRef, at: usize) {
    let row = scroller
        .cast::<Element>()
        .and_then(|element| element.query_selector(&format!("[data-row='{at}']")).ok().flatten());
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = row.focus_with_options(&options);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(enrollment: u128, customer: u128) -> Rc<MemberRow> {
        let id = uuid::Uuid::from_u128;
        Rc::new(MemberRow {
            enrollment: id(enrollment).into(),
            customer: id(customer).into(),
            name: String::new(),
            email: String::new(),
            plan: id(1).into(),
            plan_name: String::new(),
            version: 1,
            status: protocol::enrollments::StatusView::Active,
            joined: domain::Day::EPOCH,
            next_billing: None,
            balance: domain::Money::ZERO,
        })
    }

    #[test]
    fn rows_are_marked_and_a_person_is_meant_once() {
        let rows = [row(1, 7), row(2, 7), row(3, 8)];
        let all = rows.iter().fold(Chosen::default(), |chosen, row| chosen.toggled(row));
        assert_eq!(all.count(100), 3);
        let Whom::These { ids, people } = all.whom(&ListMembers::default()) else { panic!("some are meant") };
        assert_eq!((ids.len(), people.len()), (3, 2));
        assert!(all.toggled(&rows[0]).has(rows[1].enrollment));
        assert!(!all.toggled(&rows[0]).has(rows[0].enrollment));
        let everybody = Chosen::AllBut(Vec::new());
        assert_eq!(everybody.count(100_000), 100_000);
        assert_eq!(everybody.toggled(&rows[0]).count(100_000), 99_999);
        assert!(!everybody.toggled(&rows[0]).has(rows[0].enrollment));
    }

    #[test]
    fn long_counts_are_grouped() {
        assert_eq!(counted(1), "1 member");
        assert_eq!(counted(364), "364 members");
        assert_eq!(counted(100_000), "100,000 members");
    }
}
