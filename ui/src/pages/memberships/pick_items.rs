//! Picks items and whole categories, with a search, from everything the practice sells.

use domain::item::ItemSet;
use domain::{CategoryId, ItemId};
use protocol::items::ItemRow;
use protocol::practice::PracticeView;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::Dialog;

#[derive(Properties, PartialEq)]
pub struct PickItemsProps {
    pub title: String,
    pub practice: Rc<PracticeView>,
    pub items: Rc<Vec<ItemRow>>,
    pub chosen: ItemSet,
    /// Whole categories may be chosen too.
    #[prop_or(true)]
    pub categories: bool,
    pub ondone: Callback<ItemSet>,
    pub onclose: Callback<()>,
}

#[component]
pub fn PickItems(props: &PickItemsProps) -> Html {
    let chosen = use_state(|| props.chosen.clone());
    let text = use_state(String::new);
    let needle = text.trim().to_lowercase();
    let toggle_category = |id: CategoryId| {
        let chosen = chosen.clone();
        Callback::from(move |_: Event| {
            let mut next = (*chosen).clone();
            if !remove(&mut next.categories, &id) {
                next.categories.push(id);
            }
            chosen.set(next);
        })
    };
    let toggle_item = |id: ItemId| {
        let chosen = chosen.clone();
        Callback::from(move |_: Event| {
            let mut next = (*chosen).clone();
            if !remove(&mut next.items, &id) {
                next.items.push(id);
            }
            chosen.set(next);
        })
    };
    let category_ids = props
        .practice
        .categories
        .iter()
        .map(|one| (Some(one.id), one.name.as_str()))
        .chain([(None, "Without a category")]);
    let mut found = 0;
    let groups: Vec<Html> = category_ids
        .filter_map(|(category, name)| {
            let name_matches = name.to_lowercase().contains(&needle);
            let rows: Vec<&ItemRow> = props
                .items
                .iter()
                .filter(|row| row.item.category == category && row.item.kind.takes_benefits())
                .filter(|row| !row.item.archived || chosen.items.contains(&row.item.id))
                .filter(|row| name_matches || row.item.name.to_lowercase().contains(&needle))
                .collect();
            if rows.is_empty() {
                return None;
            }
            found += rows.len();
            let whole = category.is_some_and(|id| chosen.categories.contains(&id));
            let head = match category.filter(|_| props.categories) {
                Some(id) => {
                    check(&format!("pick-{id}"), &format!("All of {name}"), whole, false, toggle_category(id))
                }
                None => html! { <span class="pl-strong">{ name.to_owned() }</span> },
            };
            let rows = rows.into_iter().map(|row| {
                let id = row.item.id;
                check(
                    &format!("pick-{id}"),
                    &row.item.name,
                    whole || chosen.items.contains(&id),
                    whole,
                    toggle_item(id),
                )
            });
            Some(html! {
                <div class="pl-pick-group" role="group" aria-label={name.to_owned()}>
                    <div class="pl-strong">{ head }</div>
                    <div class="pl-pick-items">{ for rows }</div>
                </div>
            })
        })
        .collect();
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlInputElement>().value())
        })
    };
    let done = {
        let (ondone, chosen) = (props.ondone.clone(), chosen.clone());
        Callback::from(move |()| ondone.emit((*chosen).clone()))
    };
    let count = chosen.items.len() + chosen.categories.len();
    html! {
        <Dialog title={props.title.clone()} primary={format!("Use {count} chosen")} onprimary={done} onclose={props.onclose.clone()}>
            <div class="pl-stack">
                <span class="pf-v6-c-form-control">
                    <input type="text" aria-label="Search items" placeholder="Search items and categories" value={(*text).clone()} {oninput} />
                </span>
                <div class="pl-pick">
                    if found == 0 {
                        <p class="pl-subtle">{ if props.items.is_empty() { "There are no items yet. Add some under Inventory, Items." } else { "No items match." } }</p>
                    }
                    { for groups }
                </div>
            </div>
        </Dialog>
    }
}

fn check(id: &str, words: &str, on: bool, disabled: bool, onchange: Callback<Event>) -> Html {
    html! {
        <div class="pf-v6-c-check">
            <input class="pf-v6-c-check__input" type="checkbox" id={id.to_owned()} checked={on} {disabled} {onchange} />
            <label class="pf-v6-c-check__label" for={id.to_owned()}><bdi>{ words.to_owned() }</bdi></label>
        </div>
    }
}

fn remove<T: PartialEq>(list: &mut Vec<T>, value: &T) -> bool {
    let before = list.len();
    list.retain(|other| other != value);
    list.len() != before
}
