//! Inventory > Items: what is sold across the counter.

mod form;

use crate::bridge;
use crate::components::{
    Button, Column, DataTable, Dialog, EmptyState, FilterMenu, Icon, Look, MenuItem, MoneyText,
    NothingMatches, PageHead, Refusal, RowMenu, SearchField, Sort, StatusLabel, TableRow, Tone, Toolbar,
};
use crate::keys::Command;
use crate::pages::memberships::kept::use_kept;
use crate::pages::memberships::words::plural;
use crate::query::use_query;
use crate::route::Route;
use crate::toast::use_toast;
use domain::item::ItemKind;
use domain::{CategoryId, ItemId};
use form::ItemForm;
use protocol::items::{ArchiveItem, ItemRow, ListItems, RestoreItem};
use protocol::practice::{GetPractice, PracticeView};
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;
use yew_nested_router::prelude::use_router;

/// What the list is narrowed to; kept while the program runs.
#[derive(Debug, Clone, PartialEq, Default)]
struct Narrowed {
    asked: ListItems,
    sort: Option<Sort>,
}

thread_local! {
    static NARROWED: RefCell<Option<Narrowed>> = const { RefCell::new(None) };
}

/// What the dialog is open for.
#[derive(Clone, PartialEq)]
enum Open {
    New,
    Edit(ItemRow),
}

pub fn kind_name(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Service => "Service",
        ItemKind::Product => "Product",
        ItemKind::Rental => "Rental",
        ItemKind::GiftCard => "Gift card",
        ItemKind::Fee => "Fee",
    }
}

#[derive(Properties, PartialEq)]
pub struct ItemsPageProps {
    /// The one whose dialog is open.
    #[prop_or_default]
    pub item: Option<ItemId>,
}

#[component]
pub fn ItemsPage(props: &ItemsPageProps) -> Html {
    let toast = use_toast();
    let router = use_router::<Route>();
    let narrowed = use_kept(&NARROWED);
    let list = use_query(narrowed.asked.clone());
    let practice = use_query(GetPractice {});
    let open = use_state(|| None::<Open>);
    let asked = &narrowed.asked;
    let is_filtered =
        !asked.text.trim().is_empty() || asked.kind.is_some() || asked.category.is_some() || asked.archived;

    let mut items: Vec<ItemRow> = list.data.iter().flat_map(|list| &list.items).cloned().collect();
    if let Some(sort) = narrowed.sort {
        items.sort_by(|a, b| {
            let name = |row: &ItemRow| row.item.name.to_lowercase();
            let order = match sort.column {
                1 => kind_name(a.item.kind).cmp(kind_name(b.item.kind)),
                2 => a.category_name.cmp(&b.category_name),
                3 => a.item.price.cmp(&b.item.price),
                4 => a.tax_class_name.cmp(&b.tax_class_name),
                5 => a.item.code.cmp(&b.item.code),
                _ => name(a).cmp(&name(b)),
            };
            let order = order.then_with(|| name(a).cmp(&name(b)));
            if sort.descending { order.reverse() } else { order }
        });
    }
    let say = |what: Open| {
        let open = open.clone();
        Callback::from(move |()| open.set(Some(what.clone())))
    };
    let shelve = |id: ItemId, name: String, archived: bool| {
        let toast = toast.clone();
        Callback::from(move |()| {
            let (toast, name) = (toast.clone(), name.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let done = if archived {
                    bridge::act(RestoreItem { id }).await
                } else {
                    bridge::act(ArchiveItem { id }).await
                };
                match done {
                    Ok(_) if archived => toast.done(format!("{name} is on sale again")),
                    Ok(_) => toast.done(format!("{name} is archived")),
                    Err(refusal) => toast.refused(&refusal),
                }
            });
        })
    };
    let rows: Vec<TableRow> = items
        .iter()
        .map(|row| {
            let item = &row.item;
            let menu = vec![
                MenuItem::action("Edit", "pencil-alt", say(Open::Edit(row.clone()))),
                if item.archived {
                    MenuItem::action("Restore", "undo", shelve(item.id, item.name.clone(), true)).apart()
                } else {
                    MenuItem::action("Archive", "archive", shelve(item.id, item.name.clone(), false)).apart()
                },
            ];
            let about: Vec<String> = [
                item.minutes.map(|minutes| format!("{minutes} min")),
                item.max_minutes.map(|minutes| format!("at most {}", crate::pages::memberships::words::duration(minutes.into()))),
                (!row.members_of.is_empty()).then(|| format!("Only for members of {}", row.members_of.join(", "))),
            ]
            .into_iter()
            .flatten()
            .collect();
            let dash = || html! { <span class="pl-subtle">{ "\u{2014}" }</span> };
            TableRow::new(
                item.id.to_string(),
                vec![
                    html! {
                        <div class="pl-wrap">
                            <span class="pl-row pl-snug">
                                <span class="pl-name"><bdi>{ &item.name }</bdi></span>
                                if item.favourite { <span class="pl-subtle" title="Favourite"><Icon name="star" /><span class="pf-v6-screen-reader">{ "Favourite" }</span></span> }
                                if item.archived { <StatusLabel text="Archived" tone={Tone::Outline} /> }
                            </span>
                            if !about.is_empty() { <div class="pl-small pl-subtle">{ about.join(" · ") }</div> }
                        </div>
                    },
                    html! { { kind_name(item.kind) } },
                    row.category_name.as_ref().map_or_else(dash, |name| html! { <bdi>{ name }</bdi> }),
                    html! { <><MoneyText amount={item.price} />if item.kind == ItemKind::Rental { <div class="pl-small pl-subtle">{ "an hour" }</div> }</> },
                    row.tax_class_name.as_ref().map_or_else(|| html! { <span class="pl-subtle">{ "Untaxed" }</span> }, |name| html! { <bdi>{ name }</bdi> }),
                    item.code.as_ref().map_or_else(dash, |code| html! { <bdi class="pl-num">{ code }</bdi> }),
                    html! { <RowMenu label={format!("Actions for {}", item.name)} items={menu} /> },
                ],
            )
        })
        .collect();
    let onopen = {
        let (open, items) = (open.clone(), items.clone());
        Callback::from(move |at: usize| open.set(items.get(at).cloned().map(Open::Edit)))
    };
    let change = |put: fn(&mut ListItems)| {
        let narrowed = narrowed.clone();
        Callback::from(move |()| narrowed.change(|narrowed| put(&mut narrowed.asked)))
    };
    let kinds: Vec<(Option<ItemKind>, AttrValue)> = std::iter::once((None, "all".into()))
        .chain(ItemKind::ALL.map(|kind| (Some(kind), kind_name(kind).to_lowercase().into())))
        .collect();
    let categories: Vec<(Option<CategoryId>, AttrValue)> = std::iter::once((None, "all".into()))
        .chain(
            practice
                .data
                .iter()
                .flat_map(|practice| &practice.categories)
                .filter(|one| !one.archived)
                .map(|one| (Some(one.id), one.name.clone().into())),
        )
        .collect();
    let add = html! { <Button look={Look::Primary} icon="plus" text="Add item" onclick={say(Open::New)} /> };
    let empty = if is_filtered {
        html! { <NothingMatches what="items" onclear={change(|asked| *asked = ListItems::default())} /> }
    } else {
        html! {
            <EmptyState title="Add what you sell" icon="box-open" actions={html! { <Button look={Look::Primary} icon="plus" text="Add item" onclick={say(Open::New)} /> }}>
                { "Services, products, rentals by the hour, gift cards and fees. The checkout finds them by name or code." }
            </EmptyState>
        }
    };
    let close_found = Callback::from(move |()| {
        if let Some(router) = &router {
            router.replace(Route::Items { item: None });
        }
    });
    let columns = vec![
        Column::new("Item", "").sorts(),
        Column::new("Kind", "pl-w-count").sorts(),
        Column::new("Category", "pl-w-price").sorts(),
        Column::new("Price", "pl-w-count").end().sorts(),
        Column::new("Tax", "pl-w-count").sorts(),
        Column::new("Code", "pl-w-price").sorts(),
        Column::menu(),
    ];
    html! {
        <>
            <PageHead title="Items" actions={add} />
            <Toolbar count={if list.data.is_some() { plural(items.len() as i64, "item", "items") } else { String::new() }}>
                <SearchField width="15rem" value={asked.text.clone()} placeholder="Name or code" label="Filter items" command={Command::Filter}
                    onchange={let narrowed = narrowed.clone(); Callback::from(move |text: String| narrowed.change(|narrowed| narrowed.asked.text = text))} />
                <FilterMenu<Option<ItemKind>> title="Kind" options={kinds} selected={asked.kind}
                    onselect={let narrowed = narrowed.clone(); Callback::from(move |kind| narrowed.change(|narrowed| narrowed.asked.kind = kind))} />
                if categories.len() > 1 {
                    <FilterMenu<Option<CategoryId>> title="Category" options={categories} selected={asked.category}
                        onselect={let narrowed = narrowed.clone(); Callback::from(move |category| narrowed.change(|narrowed| narrowed.asked.category = category))} />
                }
                <FilterMenu<bool> title="Show" options={vec![(false, "on sale".into()), (true, "archived".into())]} selected={asked.archived}
                    onselect={let narrowed = narrowed.clone(); Callback::from(move |archived| narrowed.change(|narrowed| narrowed.asked.archived = archived))} />
            </Toolbar>
            <DataTable label="Items" {columns} {rows} {onopen} sort={narrowed.sort}
                onsort={let narrowed = narrowed.clone(); Callback::from(move |sort| narrowed.change(|narrowed| narrowed.sort = Some(sort)))}
                loading={list.slow} error={list.error.clone()} onretry={list.reload.clone()} {empty} />
            { match &*open {
                None => html! {},
                Some(what) => html! {
                    <ItemForm row={match what { Open::New => None, Open::Edit(row) => Some(row.clone()) }} practice={practice.data.clone()}
                        onclose={let open = open.clone(); Callback::from(move |()| open.set(None))} />
                },
            } }
            if let Some(id) = props.item {
                <Found key={id.to_string()} {id} practice={practice.data.clone()} onclose={close_found} />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct FoundProps {
    id: ItemId,
    practice: Option<Rc<PracticeView>>,
    onclose: Callback<()>,
}

/// The item that an address names, whatever the list is narrowed to.
#[component]
fn Found(props: &FoundProps) -> Html {
    let on_sale = use_query(ListItems::default());
    let shelved = use_query(ListItems { archived: true, ..ListItems::default() });
    // As it was found: saving it reads the lists again, and the dialog closes by itself.
    let row = use_mut_ref(|| None::<ItemRow>);
    if row.borrow().is_none() {
        let lists = [&on_sale, &shelved];
        let mut rows = lists.iter().filter_map(|list| list.data.as_ref()).flat_map(|list| &list.items);
        row.replace(rows.find(|row| row.item.id == props.id).cloned());
    }
    let found = row.borrow().clone();
    let error = on_sale.error.clone().or_else(|| shelved.error.clone());
    let retry = {
        let (on_sale, shelved) = (on_sale.reload.clone(), shelved.reload.clone());
        Callback::from(move |()| {
            on_sale.emit(());
            shelved.emit(());
        })
    };
    let searched = on_sale.data.is_some() && shelved.data.is_some();
    match found {
        Some(row) => {
            html!(<ItemForm row={Some(row)} practice={props.practice.clone()} onclose={props.onclose.clone()} />)
        }
        None if error.is_some() || searched => html! {
            <Dialog title="Item" onclose={props.onclose.clone()} secondary="Close" width="30rem">
                if error.is_some() {
                    <Refusal {error} title="The item could not be read" onretry={Some(retry)} />
                } else {
                    <p>{ "This item is not here any more." }</p>
                }
            </Dialog>
        },
        None => html!(),
    }
}
