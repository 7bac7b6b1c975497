//! Tax classes and categories: names in a list.

use super::practice::SectionProps;
use crate::bridge::problem_with;
use crate::components::{
    Button, Column, DataTable, Dialog, EmptyState, MenuItem, Refusal, RowMenu, StatusLabel, TableRow,
    TextField, Tone,
};
use crate::saving::use_saving;
use crate::toast::use_toast;
use protocol::practice::{PracticeView, SaveCategory, SaveTaxClass};
use yew::prelude::*;

/// One name of a list, whatever it names.
#[derive(Clone, PartialEq)]
struct Named {
    id: uuid::Uuid,
    name: String,
    order: i32,
    archived: bool,
}

/// A name to be saved: new where `id` is none.
#[derive(Clone, PartialEq)]
struct NameSaved {
    id: Option<uuid::Uuid>,
    name: String,
    order: i32,
    archived: bool,
}

#[component]
pub fn TaxesSection(props: &SectionProps) -> Html {
    let toast = use_toast();
    let saving = use_saving::<SaveTaxClass>(Callback::from(move |_: PracticeView| toast.done("Saved")));
    let rows = props
        .view
        .tax_classes
        .iter()
        .map(|class| Named {
            id: class.id.uuid(),
            name: class.name.clone(),
            order: 0,
            archived: class.archived,
        })
        .collect::<Vec<_>>();
    let onsave = saving.send.reform(|saved: NameSaved| SaveTaxClass {
        id: saved.id.map(Into::into),
        name: saved.name,
        archived: saved.archived,
    });
    html! {
        <NameList title="Taxes" one="tax class" add="Add tax class" {rows} {onsave} busy={saving.busy} error={saving.error.clone()}
            about="An item belongs to a class; each location gives the class its rate (Settings: Locations). An item without a class is untaxed." />
    }
}

#[component]
pub fn CategoriesSection(props: &SectionProps) -> Html {
    let toast = use_toast();
    let saving = use_saving::<SaveCategory>(Callback::from(move |_: PracticeView| toast.done("Saved")));
    let rows = props
        .view
        .categories
        .iter()
        .map(|category| Named {
            id: category.id.uuid(),
            name: category.name.clone(),
            order: category.order,
            archived: category.archived,
        })
        .collect::<Vec<_>>();
    let next = rows.iter().map(|row| row.order).max().unwrap_or(0) + 1;
    let onsave = saving.send.reform(move |saved: NameSaved| SaveCategory {
        id: saved.id.map(Into::into),
        name: saved.name,
        order: if saved.id.is_none() { next } else { saved.order },
        archived: saved.archived,
    });
    html! {
        <NameList title="Categories" one="category" add="Add category" {rows} {onsave} busy={saving.busy} error={saving.error.clone()} moves=true
            about="Items stand under them at the checkout, in this order; benefits can name a whole category." />
    }
}

#[derive(Properties, PartialEq)]
struct NameListProps {
    title: AttrValue,
    /// `category`
    one: AttrValue,
    add: AttrValue,
    about: AttrValue,
    rows: Vec<Named>,
    onsave: Callback<NameSaved>,
    busy: bool,
    error: Option<protocol::ErrorReply>,
    /// The order matters and can be changed.
    #[prop_or_default]
    moves: bool,
}

#[component]
fn NameList(props: &NameListProps) -> Html {
    // `Some(None)`: a new one.
    let edited = use_state(|| None::<Option<Named>>);
    let name = use_state(String::new);
    let sent = use_state(|| false);
    // Sent, answered, not refused: the dialog is done.
    {
        let (edited, sent) = (edited.clone(), sent.clone());
        use_effect_with((props.busy, props.error.is_some()), move |(busy, refused)| {
            if *sent && !*busy {
                sent.set(false);
                if !*refused {
                    edited.set(None);
                }
            }
        });
    }
    let open = |what: Option<Named>| {
        let (edited, name) = (edited.clone(), name.clone());
        Callback::from(move |()| {
            name.set(what.as_ref().map(|row| row.name.clone()).unwrap_or_default());
            edited.set(Some(what.clone()));
        })
    };
    let onopen = {
        let (edited, name, rows) = (edited.clone(), name.clone(), props.rows.clone());
        Callback::from(move |at: usize| {
            if let Some(row) = rows.get(at) {
                name.set(row.name.clone());
                edited.set(Some(Some(row.clone())));
            }
        })
    };
    let onclose = {
        let edited = edited.clone();
        Callback::from(move |()| edited.set(None))
    };
    let onchange = {
        let name = name.clone();
        Callback::from(move |text: String| name.set(text))
    };
    let onprimary = {
        let (edited, name, save, sent) = (edited.clone(), name.clone(), props.onsave.clone(), sent.clone());
        let last = props.rows.iter().map(|row| row.order).max().unwrap_or(0);
        Callback::from(move |()| {
            let Some(what) = &*edited else { return };
            let name = name.trim().to_owned();
            sent.set(true);
            save.emit(match what {
                None => NameSaved { id: None, name, order: last + 1, archived: false },
                Some(row) => NameSaved { id: Some(row.id), name, order: row.order, archived: row.archived },
            });
        })
    };
    let saved = |row: &Named| NameSaved {
        id: Some(row.id),
        name: row.name.clone(),
        order: row.order,
        archived: row.archived,
    };
    let swap = |at: usize, with: Option<usize>| -> Option<Callback<()>> {
        let (row, other) = (props.rows.get(at)?.clone(), props.rows.get(with?)?.clone());
        let save = props.onsave.clone();
        // In its neighbour's place, or behind it; the desk moves back whoever stands there.
        let order = if with? < at { other.order } else { other.order + 1 };
        Some(Callback::from(move |()| {
            save.emit(NameSaved { id: Some(row.id), name: row.name.clone(), order, archived: row.archived })
        }))
    };
    let rows = props
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let toggle = {
                let (save, mut next) = (props.onsave.clone(), saved(row));
                next.archived = !row.archived;
                Callback::from(move |()| save.emit(next.clone()))
            };
            let mut items = vec![MenuItem::action("Rename", "pencil-alt", open(Some(row.clone())))];
            if props.moves {
                if let Some(up) = swap(at, at.checked_sub(1)) {
                    items.push(MenuItem::action("Move up", "arrow-up", up));
                }
                if let Some(down) = swap(at, Some(at + 1)) {
                    items.push(MenuItem::action("Move down", "arrow-down", down));
                }
            }
            items.push(if row.archived {
                MenuItem::action("Restore", "undo", toggle).apart()
            } else {
                MenuItem::action("Archive", "archive", toggle).apart()
            });
            TableRow::new(
                row.id.to_string(),
                vec![
                    html!(<span class="pl-name">{ &row.name }</span>),
                    if row.archived {
                        html!(<StatusLabel tone={Tone::Outline} text="Archived" />)
                    } else {
                        html!(<StatusLabel tone={Tone::Green} icon="check-circle" text="Active" />)
                    },
                    html!(<RowMenu label={AttrValue::from(format!("Actions for {}", row.name))} {items} />),
                ],
            )
        })
        .collect::<Vec<_>>();
    let columns = vec![Column::new("Name", ""), Column::new("Status", "pl-w-st"), Column::menu()];
    let title = match &*edited {
        Some(Some(row)) => format!("Rename {}", row.name),
        _ => format!("Add a {}", props.one),
    };
    html! {
        <section class="pl-stack">
            <div class="pl-row pl-row--between">
                <h2 class="pl-section-title">{ &props.title }</h2>
                <Button icon="plus" text={props.add.clone()} onclick={open(None)} />
            </div>
            <p class="pl-small pl-subtle">{ &props.about }</p>
            if edited.is_none() { <Refusal error={props.error.clone()} /> }
            <DataTable label={props.title.clone()} {columns} {rows} onopen={Some(onopen)}
                empty={html!(<EmptyState title={format!("No {} yet", props.one)}>{ &props.about }</EmptyState>)} />
            if edited.is_some() {
                <Dialog {title} primary="Save" {onprimary} {onclose} disabled={props.busy || name.trim().is_empty()} width="30rem">
                    <div class="pl-stack pl-dialog-form">
                        <Refusal error={props.error.clone().filter(|error| error.code != "invalid")} />
                        <TextField label="Name" required=true autofocus=true value={(*name).clone()} {onchange} max_length={60} error={problem_with(props.error.as_ref(), "name")} />
                    </div>
                </Dialog>
            }
        </section>
    }
}
