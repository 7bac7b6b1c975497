//! The page of one tier: every field of its terms, beside the card a member reads and a ticket priced with it.

mod controls;
mod live;
mod picture;
mod rules;
mod tabs;
mod unsaved;

use super::art::Art;
use super::draft::{Field, PlanDraft, Problem, Tab};
use super::pick_items::PickItems;
use super::sample::first_items;
use super::words::{Names, plural};
use crate::bridge;
use crate::components::{Button, Dialog, Look, Notice, PageHead, Refusal, Severity, Skeleton};
use crate::ids;
use crate::query::use_query;
use crate::route::Route;
use crate::session::use_session;
use crate::toast::use_toast;
use controls::{Change, Picking, Sheet, field_id};
use domain::item::ItemSet;
use domain::plan::Plan;
use domain::{BenefitId, ItemId, PlanId};
use live::Live;
use protocol::ErrorReply;
use protocol::items::{ItemRow, ListItems};
use protocol::plans::{ListPlans, PlanView, SavePlan};
use protocol::practice::{GetPractice, PracticeView};
use protocol::tickets::{Catalog, GetCatalog};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

/// What the form begins with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Begin {
    New,
    CopyOf(PlanId),
    Edit(PlanId),
}

#[derive(Properties, PartialEq)]
pub struct TierFormProps {
    pub begin: Begin,
}

/// Loads what the form needs, then shows it once and for all: a change made elsewhere must not wipe what was typed.
#[component]
pub fn TierForm(props: &TierFormProps) -> Html {
    let router = use_router::<Route>();
    let plans = use_query(ListPlans {});
    let practice = use_query(GetPractice {});
    let items = use_query(ListItems::default());
    let catalog = use_query(GetCatalog {});
    let onback = Callback::from(move |()| {
        if let Some(router) = &router {
            router.push(Route::Tiers);
        }
    });
    let error =
        [plans.error.clone(), practice.error.clone(), items.error.clone()].into_iter().flatten().next();
    let slow = plans.slow || practice.slow || items.slow;
    let again = {
        let all =
            [plans.reload.clone(), practice.reload.clone(), items.reload.clone(), catalog.reload.clone()];
        Callback::from(move |()| all.iter().for_each(|reload| reload.emit(())))
    };
    match (&plans.data, &practice.data, &items.data) {
        (Some(plans), Some(practice), Some(items)) => html! {
            <Editor begin={props.begin} plans={plans.plans.clone()} practice={practice.clone()}
                items={Rc::new(items.items.clone())} catalog={catalog.data.clone()} />
        },
        _ => html! {
            <div class="pl-pane pl-fill">
                <PageHead title={if matches!(props.begin, Begin::Edit(_)) { "Edit membership" } else { "New membership" }} {onback} />
                <div class="pl-tools">
                    if error.is_some() {
                        <div class="pl-grow"><Refusal {error} title="The form could not be opened" onretry={again} /></div>
                    } else if slow {
                        <div class="pl-grow pl-stack" aria-busy="true"><Skeleton width="60%" /><Skeleton width="100%" /><Skeleton width="100%" /><Skeleton width="40%" /></div>
                    }
                </div>
            </div>
        },
    }
}

#[derive(Properties, PartialEq)]
struct EditorProps {
    begin: Begin,
    plans: Vec<PlanView>,
    practice: Rc<PracticeView>,
    items: Rc<Vec<ItemRow>>,
    catalog: Option<Rc<Catalog>>,
}

/// Everything typed and shown, apart from what the door knows.
#[derive(Clone, PartialEq)]
struct Form {
    draft: PlanDraft,
    was: PlanDraft,
    tab: Tab,
    /// Fields that were left once: their problems show.
    left: Vec<Field>,
    /// A save was tried: every problem shows.
    tried: bool,
    toggled: Vec<BenefitId>,
    /// It opened with what was typed before and not saved.
    resumed: bool,
}

enum Step {
    Edit(Change),
    Left(Field),
    Toggle(BenefitId),
    Show(Tab),
    Tried(Option<Tab>),
    StartAgain,
}

impl Form {
    fn opened(was: PlanDraft, resumed: Option<PlanDraft>) -> Self {
        Self {
            resumed: resumed.is_some(),
            draft: resumed.unwrap_or_else(|| was.clone()),
            was,
            tab: Tab::General,
            left: Vec::new(),
            tried: false,
            toggled: Vec::new(),
        }
    }
}

impl Reducible for Form {
    type Action = Step;

    fn reduce(self: Rc<Self>, step: Step) -> Rc<Self> {
        let mut form = (*self).clone();
        match step {
            Step::Edit(change) => {
                let counts =
                    |draft: &PlanDraft| (draft.discounts.len(), draft.credits.len(), draft.included.len());
                let before = counts(&form.draft);
                change(&mut form.draft);
                if counts(&form.draft) != before {
                    // The fields of a list are named by place, and the places have moved.
                    form.left.retain(|field| {
                        !matches!(field.tab(), Tab::Discounts | Tab::Credits | Tab::Included)
                    });
                }
            }
            Step::Left(field) => {
                if !form.left.contains(&field) {
                    form.left.push(field);
                }
            }
            Step::Toggle(id) => {
                if let Some(at) = form.toggled.iter().position(|other| *other == id) {
                    form.toggled.remove(at);
                } else {
                    form.toggled.push(id);
                }
            }
            Step::Show(tab) => form.tab = tab,
            Step::Tried(tab) => {
                form.tried = true;
                form.tab = tab.unwrap_or(form.tab);
            }
            Step::StartAgain => {
                form = Self { tab: form.tab, ..Self::opened(form.was, None) };
            }
        }
        Rc::new(form)
    }
}

fn fresh_benefit() -> BenefitId {
    BenefitId(ids::fresh())
}

/// The draft a form opens with; a copy has benefits of its own, so that no balance is shared.
fn opening_draft(begin: Begin, plans: &[PlanView], currency: domain::Currency) -> Option<PlanDraft> {
    let next_order =
        plans.iter().map(|view| view.plan.about.order).max().map_or(0, |order| order.saturating_add(1));
    let find = |id: PlanId| plans.iter().find(|view| view.plan.id == id).map(|view| &view.plan);
    Some(match begin {
        Begin::New => PlanDraft::empty(next_order),
        Begin::CopyOf(id) => {
            let mut draft = PlanDraft::of(find(id)?, currency);
            draft.name = format!("Copy of {}", draft.name);
            draft.order = next_order;
            for discount in &mut draft.discounts {
                discount.id = fresh_benefit();
            }
            draft.credits = draft.credits.iter().map(|credit| credit.copy(fresh_benefit())).collect();
            for included in &mut draft.included {
                included.id = fresh_benefit();
            }
            draft
        }
        Begin::Edit(id) => PlanDraft::of(find(id)?, currency),
    })
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let session = use_session();
    let currency = session.currency();
    let router = use_router::<Route>();
    let toast = use_toast();
    // The plan as it was when the form opened: a version saved by someone else meanwhile is refused by the door.
    let edited: Rc<Option<PlanView>> = use_memo(props.begin, |begin| match begin {
        Begin::Edit(id) => props.plans.iter().find(|view| view.plan.id == *id).cloned(),
        Begin::New | Begin::CopyOf(_) => None,
    });
    let form = {
        let (begin, plans) = (props.begin, props.plans.clone());
        use_reducer(move || {
            let draft = opening_draft(begin, &plans, currency);
            let draft = draft.unwrap_or_else(|| PlanDraft::empty(0));
            let resumed = unsaved::find(begin, &draft);
            Form::opened(draft, resumed)
        })
    };
    let note = use_state(String::new);
    let update_after = use_state(|| false);
    let saving = use_state(|| false);
    let refusal = use_state(|| None::<ErrorReply>);
    let picking = use_state(|| None::<Picking>);
    let leaving = use_state(|| false);
    let focus = use_mut_ref(|| None::<Field>);
    let sample = {
        let catalog = props.catalog.clone();
        use_state(move || None::<Vec<ItemId>>.or_else(|| catalog.map(|catalog| first_items(&catalog))))
    };
    let names = use_memo((props.practice.clone(), props.items.clone()), |(practice, items)| {
        Names::new(currency, practice, items)
    });

    let missing =
        !matches!(props.begin, Begin::New) && opening_draft(props.begin, &props.plans, currency).is_none();
    let problems = match form.draft.check(currency) {
        Ok(_) => Vec::new(),
        Err(problems) => problems,
    };
    let dirty = form.draft != form.was || !note.is_empty();

    {
        // After a failed save the focus goes to the first field that is wrong, once its tab is drawn.
        let focus = focus.clone();
        use_effect(move || {
            if let Some(field) = focus.borrow_mut().take() {
                focus_element(&field_id(field));
            }
        });
    }
    use_leave_guard(dirty && !*saving);
    use_effect_with((form.clone(), props.begin), move |(form, begin)| {
        if form.draft == form.was {
            unsaved::forget(*begin);
        } else {
            unsaved::keep(*begin, &form.was, &form.draft);
        }
    });

    let back = {
        let (router, begin) = (router.clone(), props.begin);
        Callback::from(move |()| {
            unsaved::forget(begin);
            if let Some(router) = &router {
                router.push(Route::Tiers);
            }
        })
    };
    let ask_back = {
        let (back, leaving) = (back.clone(), leaving.clone());
        Callback::from(move |_: MouseEvent| if dirty { leaving.set(true) } else { back.emit(()) })
    };
    if missing {
        return html! {
            <div class="pl-scroll pl-center">
                <div class="pl-stack">
                    <p>{ "This tier is no longer here." }</p>
                    <button class="pf-v6-c-button pf-m-primary" type="button" onclick={ask_back}>{ "Back to tiers" }</button>
                </div>
            </div>
        };
    }

    let edit = {
        let form = form.dispatcher();
        Callback::from(move |change: Change| form.dispatch(Step::Edit(change)))
    };
    let left = {
        let form = form.dispatcher();
        Callback::from(move |field| form.dispatch(Step::Left(field)))
    };
    let toggle = {
        let form = form.dispatcher();
        Callback::from(move |id| form.dispatch(Step::Toggle(id)))
    };
    let pick = {
        let picking = picking.clone();
        Callback::from(move |what| picking.set(Some(what)))
    };
    let start_again = {
        let form = form.dispatcher();
        Callback::from(move |()| form.dispatch(Step::StartAgain))
    };
    let shown = |field: Field| -> Option<String> {
        (form.tried || form.left.contains(&field))
            .then(|| {
                problems.iter().find(|problem| problem.field == field).map(|problem| problem.words.clone())
            })
            .flatten()
    };
    let is_open = |id: BenefitId, nth: usize| (nth == 0) != form.toggled.contains(&id);
    let sheet = Sheet {
        draft: &form.draft,
        names: &names,
        currency,
        edit: &edit,
        left: &left,
        problem: &shown,
        is_open: &is_open,
        toggle: &toggle,
        pick: &pick,
        fresh: fresh_benefit,
    };

    let save = {
        let (form, toast, router, begin) = (form.clone(), toast.clone(), router.clone(), props.begin);
        let (note, saving, refusal, focus, edited, update_after) = (
            note.clone(),
            saving.clone(),
            refusal.clone(),
            focus.clone(),
            edited.clone(),
            update_after.clone(),
        );
        Callback::from(move |()| {
            let (about, terms) = match form.draft.check(currency) {
                Ok(tier) => tier,
                Err(problems) => {
                    let first = problems.first().map(|problem| problem.field);
                    *focus.borrow_mut() = first;
                    form.dispatch(Step::Tried(first.map(Field::tab)));
                    return;
                }
            };
            let plan = edited.as_ref().as_ref().map(|view| &view.plan);
            let request = SavePlan {
                id: plan.map(|plan| plan.id),
                about,
                terms,
                note: note.trim().to_owned(),
                based_on: plan.map(|plan| plan.current().number),
            };
            let (saving, refusal, toast, router) =
                (saving.clone(), refusal.clone(), toast.clone(), router.clone());
            let (update, begin) = (*update_after, begin);
            saving.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                match bridge::act(request).await {
                    Ok(saved) => {
                        unsaved::forget(begin);
                        toast.done(format!("{} saved", saved.plan.about.name));
                        if let Some(router) = &router {
                            router.push(if update {
                                Route::TierMembers { plan: Some(saved.plan.id), version: None }
                            } else {
                                Route::Tiers
                            });
                        }
                    }
                    Err(error) => {
                        saving.set(false);
                        refusal.set(Some(error));
                    }
                }
            });
        })
    };

    let title = match &*edited {
        Some(view) => format!("Edit {}", view.plan.about.name),
        None => "Add Membership".into(),
    };
    let panel = match form.tab {
        Tab::General => tabs::general(&sheet, &props.practice),
        Tab::Pricing => tabs::pricing(&sheet),
        Tab::Discounts => rules::discounts(&sheet),
        Tab::Credits => rules::credits(&sheet),
        Tab::Included => rules::included(&sheet),
        Tab::Access => tabs::access(&sheet),
        Tab::Family => tabs::family(&sheet),
        Tab::Policies => tabs::policies(&sheet),
    };
    let sample_items =
        (*sample).clone().unwrap_or_else(|| props.catalog.as_deref().map(first_items).unwrap_or_default());
    html! {
        <>
            <div class="pl-head pl-head--form">
                <button class="pf-v6-c-button pf-m-plain" type="button" aria-label="Back to tiers" onclick={ask_back.clone()}>
                    <span class="pf-v6-c-button__icon"><i class="fas fa-arrow-left" aria-hidden="true"></i></span>
                </button>
                <h1 class="pl-clip"><bdi>{ title }</bdi></h1>
                if let Some(view) = &*edited {
                    <span class="pf-v6-c-label pf-m-outline"><span class="pf-v6-c-label__content"><span class="pf-v6-c-label__text">
                        { version_since(&view.plan, session.today) }
                    </span></span></span>
                }
            </div>
            { tab_row(&form, &problems) }
            <div class="pl-editor">
                <div class="pl-form" role="tabpanel" id="tier-panel" aria-label={form.tab.title()}>
                    if let Some(error) = &*refusal {
                        <div class="pf-v6-c-alert pf-m-danger pf-m-inline" role="alert">
                            <div class="pf-v6-c-alert__icon"><i class="fas fa-exclamation-circle" aria-hidden="true"></i></div>
                            <p class="pf-v6-c-alert__title"><span class="pf-v6-screen-reader">{ "Danger: " }</span>{ "Not saved" }</p>
                            <div class="pf-v6-c-alert__description"><p>{ error.message.clone() }</p></div>
                        </div>
                    }
                    if form.resumed {
                        <Notice severity={Severity::Info} title="What you typed before is here again. It is not saved yet."
                            actions={html! { <Button look={Look::Inline} text="Start again" onclick={start_again} /> }} />
                    }
                    { panel }
                </div>
                <Live name={form.draft.name.clone()} description={form.draft.description.clone()} art={Art::at(form.draft.order)}
                    image={form.draft.image.clone()} alt={form.draft.image_alt.clone()}
                    terms={form.draft.so_far(currency)} names={names.clone()} catalog={props.catalog.clone()} items={sample_items.clone()}
                    onchange_items={let picking = picking.clone(); Callback::from(move |_| picking.set(Some(Picking::Sample)))} />
            </div>
            <SaveBar plan={edited.clone()} changed={Changed::of(&form.draft, edited.as_ref().as_ref(), currency)} note={(*note).clone()}
                onnote={let note = note.clone(); Callback::from(move |text| note.set(text))}
                update={*update_after} onupdate={let update = update_after.clone(); Callback::from(move |on| update.set(on))}
                saving={*saving} onsave={save} oncancel={ask_back} />
            if let Some(what) = *picking {
                { pick_dialog(what, &form.draft, &sample_items, props, &edit, &sample, &picking) }
            }
            if *leaving {
                <Dialog title="Leave without saving?" primary="Leave" danger=true onprimary={back.clone()}
                    onclose={let leaving = leaving.clone(); Callback::from(move |()| leaving.set(false))}>
                    <p>{ "What you changed here is not saved and will be gone." }</p>
                </Dialog>
            }
        </>
    }
}

fn version_since(plan: &Plan, today: domain::Day) -> String {
    let version = plan.current();
    format!("Version {}, since {}", version.number, version.since.short(today))
}

fn tab_row(form: &UseReducerHandle<Form>, problems: &[Problem]) -> Html {
    let tabs = Tab::ALL.into_iter().map(|tab| {
        let on = form.tab == tab;
        let wrong = problems.iter().any(|problem| problem.field.tab() == tab && (form.tried || form.left.contains(&problem.field)));
        let count = match tab {
            Tab::Discounts => form.draft.discounts.len(),
            Tab::Credits => form.draft.credits.len(),
            Tab::Included => form.draft.included.len(),
            Tab::General | Tab::Pricing | Tab::Access | Tab::Family | Tab::Policies => 0,
        };
        let onclick = {
            let form = form.dispatcher();
            Callback::from(move |_: MouseEvent| form.dispatch(Step::Show(tab)))
        };
        html! {
            <li class={classes!("pf-v6-c-tabs__item", on.then_some("pf-m-current"))} role="presentation">
                <button class="pf-v6-c-tabs__link" role="tab" type="button" aria-selected={on.to_string()}
                    aria-controls={on.then_some("tier-panel")} tabindex={if on { "0" } else { "-1" }} {onclick}>
                    <span class="pf-v6-c-tabs__item-text">{ tab.title() }</span>
                    if wrong {
                        <span class="pl-bad"><i class="fas fa-exclamation-circle" aria-hidden="true"></i><span class="pf-v6-screen-reader">{ "has something to correct" }</span></span>
                    } else if count > 0 {
                        <span class="pf-v6-c-badge pf-m-read">{ count }</span>
                    }
                </button>
            </li>
        }
    });
    let onkeydown = {
        let form = form.clone();
        Callback::from(move |event: KeyboardEvent| {
            let at = Tab::ALL.iter().position(|tab| *tab == form.tab).unwrap_or(0);
            let last = Tab::ALL.len() - 1;
            let to = match event.key().as_str() {
                "ArrowRight" => {
                    if at == last {
                        0
                    } else {
                        at + 1
                    }
                }
                "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            form.dispatch(Step::Show(Tab::ALL[to]));
            let list = event.current_target().and_then(|list| list.dyn_into::<web_sys::Element>().ok());
            let button = list
                .and_then(|list| list.query_selector_all("[role=tab]").ok())
                .and_then(|tabs| tabs.get(to as u32));
            if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = button.focus();
            }
        })
    };
    html! {
        <div class="pf-v6-c-tabs pl-tabs pl-tabs-form">
            <ul class="pf-v6-c-tabs__list" role="tablist" aria-label="Sections of the tier" {onkeydown}>{ for tabs }</ul>
        </div>
    }
}

fn pick_dialog(
    what: Picking,
    draft: &PlanDraft,
    sample_items: &[ItemId],
    props: &EditorProps,
    edit: &Callback<Change>,
    sample: &UseStateHandle<Option<Vec<ItemId>>>,
    picking: &UseStateHandle<Option<Picking>>,
) -> Html {
    let (title, chosen) = match what {
        Picking::Discount(nth) => ("Items of the discount", draft.discounts[nth].items.set.clone()),
        Picking::Credit(nth) => ("Items of the credit", draft.credits[nth].items.set.clone()),
        Picking::Included(nth) => ("Any one of these", draft.included[nth].items.clone()),
        Picking::Access => ("Only members may buy", draft.access.clone()),
        Picking::Sample => {
            ("Items of the sample ticket", ItemSet { items: sample_items.to_vec(), categories: Vec::new() })
        }
    };
    let close = {
        let picking = picking.clone();
        Callback::from(move |()| picking.set(None))
    };
    let ondone = {
        let (edit, sample, close) = (edit.clone(), sample.clone(), close.clone());
        Callback::from(move |set: ItemSet| {
            match what {
                Picking::Discount(nth) => {
                    edit.emit(Box::new(move |draft| draft.discounts[nth].items.set = set))
                }
                Picking::Credit(nth) => edit.emit(Box::new(move |draft| draft.credits[nth].items.set = set)),
                Picking::Included(nth) => edit.emit(Box::new(move |draft| draft.included[nth].items = set)),
                Picking::Access => edit.emit(Box::new(move |draft| draft.access = set)),
                Picking::Sample => sample.set(Some(set.items)),
            }
            close.emit(());
        })
    };
    html! {
        <PickItems {title} practice={props.practice.clone()} items={props.items.clone()} {chosen} categories={what != Picking::Sample}
            {ondone} onclose={close} />
    }
}

/// What saving would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    /// A plan that does not exist yet.
    New,
    Nothing,
    /// Name, description or places: the same for everyone, no new version.
    About,
    Terms,
}

impl Changed {
    fn of(draft: &PlanDraft, edited: Option<&PlanView>, currency: domain::Currency) -> Self {
        let Some(view) = edited else { return Self::New };
        if draft.so_far(currency) != view.plan.current().terms || draft.check(currency).is_err() {
            Self::Terms
        } else if draft.about() != view.plan.about {
            Self::About
        } else {
            Self::Nothing
        }
    }
}

#[derive(Properties, PartialEq)]
struct SaveBarProps {
    plan: Rc<Option<PlanView>>,
    changed: Changed,
    note: String,
    onnote: Callback<String>,
    update: bool,
    onupdate: Callback<bool>,
    saving: bool,
    onsave: Callback<()>,
    oncancel: Callback<MouseEvent>,
}

/// Says whom saving touches, and saves.
#[component]
fn SaveBar(props: &SaveBarProps) -> Html {
    let members = props.plan.as_ref().as_ref().map_or(0, |view| view.members);
    let next = props.plan.as_ref().as_ref().map_or(1, |view| view.plan.current().number + 1);
    let (words, button) = match props.changed {
        Changed::New => ("A new tier. You can change it at any time.".to_owned(), "Save tier".to_owned()),
        Changed::Nothing => ("Nothing is changed yet.".to_owned(), "Save".to_owned()),
        Changed::About => (
            "Name, description and locations change for every member. Terms stay as they are.".to_owned(),
            "Save".to_owned(),
        ),
        Changed::Terms => {
            let keep = match members {
                0 => "Nobody holds it yet.".to_owned(),
                1 => "1 member keeps their current terms.".to_owned(),
                many => format!("{} keep their current terms.", plural(many.into(), "member", "members")),
            };
            (format!("Applies to new enrollments. {keep}"), format!("Save as version {next}"))
        }
    };
    let onnote = {
        let onnote = props.onnote.clone();
        Callback::from(move |event: InputEvent| {
            onnote.emit(event.target_unchecked_into::<web_sys::HtmlInputElement>().value())
        })
    };
    let onupdate = {
        let onupdate = props.onupdate.clone();
        Callback::from(move |event: Event| {
            onupdate.emit(event.target_unchecked_into::<web_sys::HtmlInputElement>().checked())
        })
    };
    let onsave = {
        let onsave = props.onsave.clone();
        Callback::from(move |_: MouseEvent| onsave.emit(()))
    };
    html! {
        <div class="pl-savebar">
            <div class="pl-grow">
                <div class="pl-strong" role="status">{ words }</div>
                if props.changed == Changed::Terms && members > 0 {
                    <div class="pf-v6-c-check pl-small">
                        <input class="pf-v6-c-check__input" type="checkbox" id="update-after" checked={props.update} onchange={onupdate} />
                        <label class="pf-v6-c-check__label" for="update-after">{ format!("Update members to version {next} after saving") }</label>
                    </div>
                }
            </div>
            if props.changed == Changed::Terms {
                <span class="pf-v6-c-form-control pl-note">
                    <input type="text" aria-label="What changed, for the list of versions" placeholder="What changed (optional)" maxlength="200"
                        value={props.note.clone()} oninput={onnote} dir="auto" />
                </span>
            }
            <button class="pf-v6-c-button pf-m-link" type="button" onclick={props.oncancel.clone()}>
                <span class="pf-v6-c-button__text">{ "Cancel" }</span>
            </button>
            <button class="pf-v6-c-button pf-m-primary" type="button" onclick={onsave} disabled={props.saving || props.changed == Changed::Nothing}>
                <span class="pf-v6-c-button__text">{ button }</span>
            </button>
        </div>
    }
}

fn focus_element(id: &str) {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Keeps the window from being closed or reloaded over what was typed and not saved.
#[hook]
fn use_leave_guard(dirty: bool) {
    use_effect_with(dirty, |dirty| {
        let listener = dirty.then(|| {
            let options = gloo_events::EventListenerOptions::enable_prevent_default();
            let window = web_sys::window().expect("pages are drawn in a window");
            gloo_events::EventListener::new_with_options(&window, "beforeunload", options, |event| {
                event.prevent_default()
            })
        });
        move || drop(listener)
    });
}
