//! The table of tiers: what each promises, who holds it and what it brings in.

use super::art::{Art, TierArt};
use super::kept::use_kept;
use super::words::{Names, Phrase, every, per, plural};
use crate::bridge;
use crate::components::{
    Button, Dialog, FilterMenu, Icon, Look, MenuItem, NothingMatches, Refusal, RowKeys, RowMenu, SearchField,
    Skeleton, StatusLabel, Tone, Toolbar, focus_row, grouped,
};
use crate::ids;
use crate::keys::Command;
use crate::pages::members::enroll::{Enroll, is_sold_at};
use crate::pages::members::many::{Many, What, Whom};
use crate::query::Query;
use crate::route::Route;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::plan::PlanAbout;
use domain::practice::Role;
use domain::{LocationId, PlanId};
use protocol::ErrorReply;
use protocol::items::ItemList;
use protocol::plans::{ArchivePlan, PlanList, PlanView, RestorePlan, SavePlan};
use protocol::practice::PracticeView;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::components::Link;
use yew_nested_router::prelude::use_router;

/// What the list is narrowed to; kept while the program runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Narrowed {
    text: String,
    archived: Option<bool>,
    location: Option<LocationId>,
    sort: Sort,
    descending: bool,
    open: Vec<PlanId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Sort {
    /// The order the practice gave them.
    #[default]
    Order,
    Name,
    Price,
    Members,
    Revenue,
}

thread_local! {
    static NARROWED: RefCell<Option<Narrowed>> = const { RefCell::new(None) };
}

impl Narrowed {
    /// Opens what a tier includes, or closes it.
    fn toggle(&mut self, id: PlanId) {
        match self.open.iter().position(|other| *other == id) {
            Some(at) => drop(self.open.remove(at)),
            None => self.open.push(id),
        }
    }

    fn rows(&self, plans: &[PlanView], names: &Names) -> Vec<PlanView> {
        let needle = self.text.trim().to_lowercase();
        let mut rows: Vec<PlanView> = plans
            .iter()
            .filter(|view| self.archived.is_none_or(|archived| view.plan.archived == archived))
            .filter(|view| self.location.is_none_or(|location| view.plan.about.scope.holds(location)))
            .filter(|view| {
                needle.is_empty()
                    || view.plan.about.name.to_lowercase().contains(&needle)
                    || names.headline(&view.plan.current().terms).to_lowercase().contains(&needle)
            })
            .cloned()
            .collect();
        rows.sort_by(|a, b| {
            let by_name = || a.plan.about.name.to_lowercase().cmp(&b.plan.about.name.to_lowercase());
            let order = match self.sort {
                Sort::Order => (a.plan.about.order).cmp(&b.plan.about.order),
                Sort::Name => by_name(),
                Sort::Price => a.plan.current().terms.price.cmp(&b.plan.current().terms.price),
                Sort::Members => a.members.cmp(&b.members),
                Sort::Revenue => a.revenue.cmp(&b.revenue),
            };
            let order = order.then_with(by_name);
            if self.descending { order.reverse() } else { order }
        });
        rows
    }

    fn is_filtered(&self) -> bool {
        !self.text.trim().is_empty() || self.archived.is_some() || self.location.is_some()
    }

    /// The rows stand in the order the practice gave them, upwards.
    fn is_in_own_order(&self) -> bool {
        self.sort == Sort::Order && !self.descending
    }
}

/// One step in the practice's own order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Up,
    Down,
}

/// Which of those on sale, in their order, change place when one moves; none at the ends of the list.
fn moved(in_order: &[(PlanId, i32)], id: PlanId, step: Step) -> Vec<(PlanId, i32)> {
    // The places they have, made to differ where two share one.
    let mut places: Vec<i32> = Vec::with_capacity(in_order.len());
    for (_, order) in in_order {
        let least = places.last().map_or(i32::MIN, |last| last.saturating_add(1));
        places.push((*order).max(least));
    }
    let Some(at) = in_order.iter().position(|(other, _)| *other == id) else { return Vec::new() };
    let to = match step {
        Step::Up => at.checked_sub(1),
        Step::Down => Some(at + 1).filter(|to| *to < in_order.len()),
    };
    let Some(to) = to else { return Vec::new() };
    let mut after = in_order.to_vec();
    after.swap(at, to);
    let changes = after.into_iter().zip(places).filter(|((_, order), place)| order != place);
    changes.map(|((id, _), place)| (id, place)).collect()
}

/// Gives each of them its new place. Their terms stay, and so does every version.
async fn put_in_order(moved: Vec<(PlanView, i32)>) -> Result<(), ErrorReply> {
    let mut approval = None;
    for (view, order) in moved {
        let plan = view.plan;
        let terms = plan.current().terms.clone();
        let based_on = Some(plan.current().number);
        let about = PlanAbout { order, ..plan.about };
        let save = SavePlan { id: Some(plan.id), about, terms, note: String::new(), based_on };
        bridge::act_approved(save, ids::request_key(), &mut approval).await?;
    }
    Ok(())
}

#[derive(Properties, PartialEq)]
pub struct TiersProps {
    pub plans: Query<PlanList>,
    pub practice: Query<PracticeView>,
    pub items: Query<ItemList>,
}

/// What one of the dialogs is open for.
#[derive(Clone, PartialEq)]
enum Open {
    Archive(Box<PlanView>),
    Enroll(PlanId),
    Update(PlanId, Option<u32>),
}

#[component]
pub fn Tiers(props: &TiersProps) -> Html {
    let session = use_session();
    let narrowed = use_kept(&NARROWED);
    let focused = use_state(|| 0_usize);
    let table = use_node_ref();
    let open = use_state(|| None::<Open>);
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(None))
    };
    let (Some(plans), Some(practice), Some(items)) =
        (&props.plans.data, &props.practice.data, &props.items.data)
    else {
        let error = [&props.plans.error, &props.practice.error, &props.items.error]
            .into_iter()
            .flatten()
            .next()
            .cloned();
        return html! {
            <div class="pl-pane pl-fill">
                if error.is_some() {
                    <div class="pl-tools"><Refusal {error} title="The tiers could not be read" onretry={props.plans.reload.clone()} /></div>
                } else if props.plans.slow {
                    <div class="pl-scroll pl-pane-x"><table class="pf-v6-c-table pf-m-compact pl-table" aria-label="Tiers" aria-busy="true">
                        { head(&narrowed, &Callback::noop(), session.staff.role) }
                        <tbody class="pf-v6-c-table__tbody">
                            { for (0..4).map(|_| html! { <tr class="pf-v6-c-table__tr pl-tier-row">
                                <td class="pf-v6-c-table__td"></td>
                                <td class="pf-v6-c-table__td"><Skeleton width="70%" /></td>
                                { for (0..4).map(|_| html! { <td class="pf-v6-c-table__td"><Skeleton /></td> }) }
                                <td class="pf-v6-c-table__td"></td>
                            </tr> }) }
                        </tbody>
                    </table></div>
                }
            </div>
        };
    };
    let names = Names::new(session.currency(), practice, &items.items);
    let rows = narrowed.rows(&plans.plans, &names);
    let total: u32 = rows.iter().map(|view| view.members).sum();
    let set = |change: fn(&mut Narrowed)| {
        let narrowed = narrowed.clone();
        Callback::from(move |()| narrowed.change(change))
    };
    let sort = {
        let narrowed = narrowed.clone();
        Callback::from(move |sort: Sort| {
            narrowed.change(move |narrowed| {
                narrowed.descending = narrowed.sort == sort && !narrowed.descending;
                narrowed.sort = sort;
            });
        })
    };
    let locations: Vec<(Option<LocationId>, AttrValue)> = std::iter::once((None, "all".into()))
        .chain(
            practice
                .locations
                .iter()
                .filter(|one| !one.archived)
                .map(|one| (Some(one.id), one.name.clone().into())),
        )
        .collect();
    // Enter opens and closes what a tier includes, as its arrow does.
    let onopen_row = {
        let (narrowed, ids) = (narrowed.clone(), rows.iter().map(|view| view.plan.id).collect::<Vec<_>>());
        Callback::from(move |at: usize| {
            if let Some(id) = ids.get(at).copied() {
                narrowed.change(move |narrowed| narrowed.toggle(id));
            }
        })
    };
    let keys = RowKeys {
        body: table.clone(),
        count: rows.len(),
        focused: focused.clone(),
        onmove: Callback::noop(),
        onopen: onopen_row,
    };
    let into_list = {
        let (table, focused) = (table.clone(), focused.clone());
        Callback::from(move |()| {
            focused.set(0);
            focus_row(&table, 0);
        })
    };
    let own_order = narrowed.is_in_own_order();
    let own = Narrowed { archived: Some(false), ..Narrowed::default() };
    let on_sale: Vec<(PlanId, i32)> =
        own.rows(&plans.plans, &names).iter().map(|view| (view.plan.id, view.plan.about.order)).collect();
    let body = rows.iter().enumerate().map(|(at, view)| {
        let id = view.plan.id;
        let toggle = {
            let narrowed = narrowed.clone();
            Callback::from(move |()| {
                narrowed.change(move |narrowed| narrowed.toggle(id));
            })
        };
        let step = |step: Step| -> Vec<(PlanView, i32)> {
            let found = |id: PlanId| plans.plans.iter().find(|view| view.plan.id == id).cloned();
            moved(&on_sale, id, step).into_iter().filter_map(|(id, place)| Some((found(id)?, place))).collect()
        };
        let onopen = {
            let open = open.clone();
            Callback::from(move |what| open.set(Some(what)))
        };
        html! {
            <TierRow key={id.to_string()} view={view.clone()} names={Rc::new(names.clone())} expanded={narrowed.open.contains(&id)} {toggle} {onopen}
                {at} active={at == (*focused).min(rows.len() - 1)} {own_order} up={step(Step::Up)} down={step(Step::Down)} />
        }
    });
    html! {
        <div class="pl-pane pl-fill">
            <Toolbar count={format!("{} · {}", plural(rows.len() as i64, "tier", "tiers"), plural(total.into(), "member", "members"))}>
                <SearchField width="17rem" value={narrowed.text.clone()} placeholder="Filter tiers" label="Filter tiers" command={Command::Filter} ondown={into_list}
                    onchange={let narrowed = narrowed.clone(); Callback::from(move |text| narrowed.change(move |narrowed| narrowed.text = text))} />
                <FilterMenu<Option<bool>> title="Status" selected={narrowed.archived}
                    options={vec![(None, "all".into()), (Some(false), "active".into()), (Some(true), "archived".into())]}
                    onselect={let narrowed = narrowed.clone(); Callback::from(move |archived| narrowed.change(move |narrowed| narrowed.archived = archived))} />
                if locations.len() > 2 {
                    <FilterMenu<Option<LocationId>> title="Location" selected={narrowed.location} options={locations}
                        onselect={let narrowed = narrowed.clone(); Callback::from(move |location| narrowed.change(move |narrowed| narrowed.location = location))} />
                }
                if !own_order {
                    <Button look={Look::Link} small=true icon="times" text="Back to own order"
                        onclick={set(|narrowed| { narrowed.sort = Sort::Order; narrowed.descending = false; })} />
                }
            </Toolbar>
            if props.plans.error.is_some() {
                <div class="pl-tools"><Refusal error={props.plans.error.clone()} title="The tiers could not be read again" onretry={props.plans.reload.clone()} /></div>
            }
            <div class="pl-scroll pl-pane-x" ref={table}>
                if rows.is_empty() && narrowed.is_filtered() {
                    <NothingMatches what="tiers" onclear={set(|narrowed| {
                        narrowed.text.clear();
                        narrowed.archived = None;
                        narrowed.location = None;
                    })} />
                } else {
                    <table class="pf-v6-c-table pf-m-compact pf-m-expandable pf-m-sticky-header pl-table" role="grid" aria-label="Tiers" onkeydown={keys.handler()}>
                        { head(&narrowed, &sort, session.staff.role) }
                        { for body }
                    </table>
                }
            </div>
            { match &*open {
                None => html! {},
                Some(Open::Archive(view)) => html! { <Archive view={(**view).clone()} onclose={close} /> },
                Some(Open::Enroll(plan)) => html! { <Enroll plan={Some(*plan)} onclose={close} /> },
                Some(Open::Update(plan, version)) => html! { <Many whom={Whom::of_plan(*plan, *version)} what={What::UpdateTerms} onclose={close} /> },
            } }
        </div>
    }
}

/// What a tier earns is shown to managers, who alone are told.
fn shows_revenue(role: Role) -> bool {
    role >= Role::Manager
}

fn head(narrowed: &Narrowed, sort: &Callback<Sort>, role: Role) -> Html {
    let column = |words: &'static str, by: Sort, class: &'static str| {
        let on = narrowed.sort == by;
        let icon = match (on, narrowed.descending) {
            (false, _) => "arrows-alt-v",
            (true, false) => "long-arrow-alt-up",
            (true, true) => "long-arrow-alt-down",
        };
        let onclick = sort.reform(move |_: MouseEvent| by);
        html! {
            <th class={classes!("pf-v6-c-table__th", "pf-v6-c-table__sort", class, on.then_some("pf-m-selected"))} scope="col"
                aria-sort={on.then_some(if narrowed.descending { "descending" } else { "ascending" })}>
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
        <thead class="pf-v6-c-table__thead"><tr class="pf-v6-c-table__tr">
            <td class="pf-v6-c-table__td pl-w-tog">{ "\u{a0}" }</td>
            { column("Membership", Sort::Name, "") }
            { column("Price", Sort::Price, "pl-end pl-w-price") }
            { column("Members", Sort::Members, "pl-end pl-w-count") }
            if shows_revenue(role) { { column("Total revenue", Sort::Revenue, "pl-end pl-w-rev") } }
            <th class="pf-v6-c-table__th pl-w-st" scope="col">{ "Status" }</th>
            <td class="pf-v6-c-table__td pl-w-act">{ "\u{a0}" }</td>
        </tr></thead>
    }
}

#[derive(Properties, PartialEq)]
struct TierRowProps {
    view: PlanView,
    names: Rc<Names>,
    expanded: bool,
    toggle: Callback<()>,
    onopen: Callback<Open>,
    /// Its place among the rows.
    at: usize,
    /// The row that Tab leads to.
    active: bool,
    /// Nothing but the practice's order sorts the rows.
    own_order: bool,
    /// What changes place when it moves up or down; nothing at the ends.
    up: Vec<(PlanView, i32)>,
    down: Vec<(PlanView, i32)>,
}

#[component]
fn TierRow(props: &TierRowProps) -> Html {
    let session = use_session();
    let router = use_router::<Route>();
    let toast = use_toast();
    let PlanView { plan, members, revenue, waiting, .. } = &props.view;
    let (id, terms, name) = (plan.id, &plan.current().terms, &plan.about.name);
    let go = |to: Route| {
        let router = router.clone();
        Callback::from(move |()| {
            if let Some(router) = &router {
                router.push(to.clone());
            }
        })
    };
    let say = |what: Open| {
        let onopen = props.onopen.clone();
        Callback::from(move |()| onopen.emit(what.clone()))
    };
    let restore = {
        let (toast, name) = (toast.clone(), name.clone());
        Callback::from(move |()| {
            let (toast, name) = (toast.clone(), name.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act(RestorePlan { id }).await {
                    Ok(_) => toast.done(format!("{name} is on sale again")),
                    Err(refusal) => toast.refused(&refusal),
                }
            });
        })
    };
    let mut lines = Vec::new();
    if !plan.archived {
        let elsewhere = !is_sold_at(&props.view, session.location.id);
        lines.push(
            MenuItem::action("Add New Member", "user-plus", say(Open::Enroll(id)))
                .refused(elsewhere.then(|| format!("It is not sold at {}.", session.location.name))),
        );
    }
    lines.push(MenuItem::action("Edit", "pencil-alt", go(Route::TierEdit(id))));
    lines.push(MenuItem::action("Duplicate", "copy", go(Route::TierCopy(id))));
    if !plan.archived {
        let step =
            |words: &'static str, icon: &'static str, changes: &Vec<(PlanView, i32)>, end: &'static str| {
                let go = {
                    let (toast, changes) = (toast.clone(), changes.clone());
                    Callback::from(move |()| {
                        let (toast, changes) = (toast.clone(), changes.clone());
                        wasm_bindgen_futures::spawn_local(async move {
                            if let Err(refusal) = put_in_order(changes).await {
                                toast.refused(&refusal);
                            }
                        });
                    })
                };
                let why = match (props.own_order, changes.is_empty()) {
                    (false, _) => Some("The list is sorted by a column."),
                    (true, true) => Some(end),
                    (true, false) => None,
                };
                MenuItem::action(words, icon, go).refused(why)
            };
        lines.push(step("Move up", "arrow-up", &props.up, "It is the first.").apart());
        lines.push(step("Move down", "arrow-down", &props.down, "It is the last."));
    }
    lines.push(if plan.archived {
        MenuItem::action("Restore", "undo", restore).apart()
    } else {
        MenuItem::action("Archive", "archive", say(Open::Archive(Box::new(props.view.clone())))).apart()
    });
    let toggle = props.toggle.reform(|_: MouseEvent| ());
    let status = if plan.archived {
        html! { <StatusLabel text="Archived" tone={Tone::Outline} /> }
    } else {
        html! { <StatusLabel text="Active" tone={Tone::Green} icon="check-circle" /> }
    };
    let expanded = props.expanded;
    html! {
        <tbody class={classes!("pf-v6-c-table__tbody", expanded.then_some("pf-m-expanded"))}>
            <tr class="pf-v6-c-table__tr pl-tier-row" tabindex={if props.active { "0" } else { "-1" }} data-row={props.at.to_string()}>
                <td class="pf-v6-c-table__td pf-v6-c-table__toggle">
                    <button class={classes!("pf-v6-c-button", "pf-m-plain", expanded.then_some("pf-m-expanded"))} type="button"
                        aria-expanded={expanded.to_string()} aria-label={format!("What {name} includes")} onclick={toggle}>
                        <span class="pf-v6-c-button__icon"><div class="pf-v6-c-table__toggle-icon"><Icon name="angle-down" /></div></span>
                    </button>
                </td>
                <td class="pf-v6-c-table__td" data-label="Membership">
                    <div class="pl-person">
                        <TierArt art={Art::at(plan.about.order)} image={plan.about.image.clone()} alt={plan.about.image_alt.clone()} />
                        <div>
                            <div class="pl-name"><bdi>{ name }</bdi></div>
                            <div class="pl-small pl-subtle pl-clip pl-desc">{ props.names.headline(terms) }</div>
                        </div>
                    </div>
                </td>
                <td class="pf-v6-c-table__td pl-end" data-label="Price">
                    <div class="pl-money">{ session.money(terms.price) }</div>
                    <div class="pl-small pl-subtle">{ every(terms.frequency) }</div>
                </td>
                <td class="pf-v6-c-table__td pl-end" data-label="Members">
                    <Link<Route> to={Route::TierMembers { plan: Some(id), version: None }} class="pl-num">
                        { grouped((*members).into()) }<span class="pf-v6-screen-reader">{ format!(" members of {name}") }</span>
                    </Link<Route>>
                </td>
                if shows_revenue(session.staff.role) {
                    <td class="pf-v6-c-table__td pl-end" data-label="Total revenue">
                        if let Some(revenue) = revenue { <div class="pl-money">{ session.money(*revenue) }</div> }
                        if let Some(waiting) = waiting.filter(|waiting| waiting.is_positive()) {
                            <div class="pl-small pl-subtle pl-money">{ format!("+{} waiting", session.money(waiting)) }</div>
                        }
                    </td>
                }
                <td class="pf-v6-c-table__td" data-label="Status">{ status }</td>
                <td class="pf-v6-c-table__td pf-v6-c-table__action"><RowMenu label={format!("Actions for {name}")} items={lines} /></td>
            </tr>
            if expanded {
                <tr class="pf-v6-c-table__tr pf-v6-c-table__expandable-row pf-m-expanded">
                    <td class="pf-v6-c-table__td"></td>
                    <td class="pf-v6-c-table__td" colspan={if shows_revenue(session.staff.role) { "6" } else { "5" }}>
                        <div class="pf-v6-c-table__expandable-row-content">
                            <Included view={props.view.clone()} names={props.names.clone()} onopen={props.onopen.clone()} />
                        </div>
                    </td>
                </tr>
            }
        </tbody>
    }
}

#[derive(Properties, PartialEq)]
struct IncludedProps {
    view: PlanView,
    names: Rc<Names>,
    onopen: Callback<Open>,
}

/// What a tier promises, and who holds which version of it.
#[component]
fn Included(props: &IncludedProps) -> Html {
    let session = use_session();
    let plan = &props.view.plan;
    let names = &props.names;
    let terms = &plan.current().terms;
    let access = names.access(terms);
    let newest = plan.current().number;
    let versions = plan.versions.iter().zip(&props.view.version_members).rev().map(|(version, members)| {
        let sold_today = version.number == newest && !plan.archived;
        let note = match (version.note.as_str(), sold_today) {
            ("", true) => "Sold today".to_owned(),
            (note, true) => format!("{note} · sold today"),
            (note, false) => note.to_owned(),
        };
        let older = version.number != newest && *members > 0;
        let update = {
            let (onopen, id, number) = (props.onopen.clone(), plan.id, version.number);
            Callback::from(move |()| onopen.emit(Open::Update(id, Some(number))))
        };
        html! {
            <tr>
                <td class="pl-version">
                    <span class={classes!(sold_today.then_some("pl-strong"))}>{ format!("Version {}", version.number) }</span>
                    { format!(", since {}", session.day(version.since)) }
                </td>
                <td class="pl-version-price">{ format!("{} {}", session.money(version.terms.price), per(version.terms.frequency)) }</td>
                <td class="pl-subtle"><bdi>{ note }</bdi></td>
                <td>
                    if older {
                        <Button look={Look::Inline} small=true text="Update" label={format!("Update the members of version {} to version {newest}", version.number)} onclick={update} />
                        { "\u{2003}" }
                    }
                    <Link<Route> to={Route::TierMembers { plan: Some(plan.id), version: Some(version.number) }}>
                        { plural((*members).into(), "member", "members") }
                    </Link<Route>>
                </td>
            </tr>
        }
    });
    html! {
        <div class="pl-included pl-small">
            <div>{ block("Credits", names.credits(terms), "No credits") }</div>
            <div>
                { block("Discounts", names.discounts(terms), "No discounts") }
                if !terms.included.is_empty() { { block("Included services", names.included(terms), "") } }
                if !access.is_empty() { { block("Only for members", vec![Phrase { rest: access, ..Phrase::default() }], "") } }
            </div>
            <div>
                { block("Scope", vec![Phrase { rest: names.scope(&plan.about.scope), ..Phrase::default() }], "") }
                { block("Family", vec![names.family(&terms.family)], "") }
            </div>
            <div>{ block("Policies", names.policies(terms).into_iter().map(|rest| Phrase { rest, ..Phrase::default() }).collect(), "") }</div>
            <div class="pl-whole">
                <h3 class="pl-eyebrow">{ "Versions" }</h3>
                <table class="pl-versions" aria-label={format!("Versions of {}", plan.about.name)}><tbody>{ for versions }</tbody></table>
            </div>
        </div>
    }
}

fn block(title: &'static str, phrases: Vec<Phrase>, nothing: &'static str) -> Html {
    html! {
        <>
            <h3 class="pl-eyebrow">{ title }</h3>
            <ul>
                if phrases.is_empty() { <li class="pl-subtle">{ nothing }</li> }
                { for phrases.into_iter().map(|phrase| html! {
                    <li>
                        if !phrase.strong.is_empty() { <span class="pl-strong">{ phrase.strong }</span>{ " " } }
                        { phrase.rest }
                        if !phrase.note.is_empty() { <br /><span class="pl-subtle">{ phrase.note }</span> }
                    </li>
                }) }
            </ul>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ArchiveProps {
    view: PlanView,
    onclose: Callback<()>,
}

#[component]
fn Archive(props: &ArchiveProps) -> Html {
    let toast = use_toast();
    let busy = use_state(|| false);
    let (id, name) = (props.view.plan.id, props.view.plan.about.name.clone());
    let archive = {
        let (busy, toast, name, onclose) = (busy.clone(), toast.clone(), name.clone(), props.onclose.clone());
        Callback::from(move |()| {
            busy.set(true);
            let (busy, toast, name, onclose) = (busy.clone(), toast.clone(), name.clone(), onclose.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act(ArchivePlan { id }).await {
                    Ok(_) => {
                        toast.done(format!("{name} is archived"));
                        onclose.emit(());
                    }
                    Err(refusal) => {
                        busy.set(false);
                        toast.refused(&refusal);
                    }
                }
            });
        })
    };
    let keep = match props.view.members {
        0 => "Nobody holds it.".to_owned(),
        1 => "1 member keeps it, with its benefits and charges as they are.".to_owned(),
        many => format!(
            "{} keep it, with its benefits and charges as they are.",
            plural(many.into(), "member", "members")
        ),
    };
    html! {
        <Dialog title={format!("Archive {name}?")} primary={format!("Archive {name}")} disabled={*busy} onprimary={archive} onclose={props.onclose.clone()}>
            <p>{ keep }</p>
            <p>{ "Nobody new can enroll. You can restore it at any time." }</p>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> PlanId {
        PlanId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn a_step_changes_two_places_and_none_at_the_ends() {
        let all = [(id(1), 0), (id(2), 4), (id(3), 7)];
        assert_eq!(moved(&all, id(3), Step::Up), [(id(3), 4), (id(2), 7)]);
        assert_eq!(moved(&all, id(1), Step::Down), [(id(2), 0), (id(1), 4)]);
        assert!(moved(&all, id(1), Step::Up).is_empty());
        assert!(moved(&all, id(3), Step::Down).is_empty());
    }

    #[test]
    fn tiers_that_share_a_place_get_places_of_their_own() {
        let all = [(id(1), 0), (id(2), 0), (id(3), 0)];
        assert_eq!(moved(&all, id(2), Step::Up), [(id(1), 1), (id(3), 2)]);
        assert_eq!(moved(&all, id(2), Step::Down), [(id(3), 1), (id(2), 2)]);
    }
}
