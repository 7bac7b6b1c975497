//! The left side: every item on sale here, as tiles or as a list, favourites first.

use super::words;
use crate::components::{Button, EmptyState, Icon, Look, MoneyText, SearchField, focus_nth};
use crate::keys::Command;
use domain::item::Item;
use domain::{CategoryId, ItemId};
use protocol::tickets::{Catalog, CatalogItem};
use std::rc::Rc;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// The search field, for whoever puts the focus there.
pub const SEARCH_ID: &str = "find-item";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    #[default]
    Tiles,
    List,
}

/// What narrows the items, beside the words that are typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Narrow {
    #[default]
    All,
    Category(CategoryId),
    /// What a benefit would be used on, and its name.
    For(String, Vec<ItemId>),
}

#[derive(Properties, PartialEq)]
pub struct ItemsProps {
    pub catalog: Rc<Catalog>,
    pub narrow: Narrow,
    pub onnarrow: Callback<Narrow>,
    pub onadd: Callback<CatalogItem>,
    /// One more (1) or one less (-1) of the selected line, typed in the empty search field.
    pub onstep: Callback<i32>,
}

#[component]
pub fn Items(props: &ItemsProps) -> Html {
    let text = use_state(String::new);
    let layout = use_state(Layout::default);
    let list = use_node_ref();
    let shown = find(&props.catalog, &text, &props.narrow);
    let onchange = {
        let (text, onstep) = (text.clone(), props.onstep.clone());
        Callback::from(move |typed: String| match typed.as_str() {
            "+" => onstep.emit(1),
            "-" => onstep.emit(-1),
            _ => text.set(typed),
        })
    };
    let onenter = {
        let (first, text) = (shown.first().map(|sold| (*sold).clone()), text.clone());
        let onadd = props.onadd.clone();
        Callback::from(move |typed: String| {
            if let Some(first) = first.clone().filter(|_| !typed.trim().is_empty()) {
                onadd.emit(first);
                text.set(String::new());
            }
        })
    };
    let ondown = {
        let list = list.clone();
        Callback::from(move |()| focus_nth(&list, "button[data-item]", 0))
    };
    let onclear = {
        let (text, narrow) = (text.clone(), props.onnarrow.clone());
        Callback::from(move |()| {
            text.set(String::new());
            narrow.emit(Narrow::All);
        })
    };
    let onkeydown = {
        let list = list.clone();
        Callback::from(move |event: KeyboardEvent| move_focus(&list, &event))
    };
    let searching = !text.trim().is_empty() || matches!(props.narrow, Narrow::For(..));
    let (favourites, others): (Vec<_>, Vec<_>) =
        shown.iter().copied().partition(|sold| sold.item.favourite && !searching);
    let heading = match (&props.narrow, searching, favourites.is_empty()) {
        (Narrow::For(benefit, _), _, _) => format!("For {benefit}"),
        (_, true, _) => format!("{} found", shown.len()),
        (_, false, true) => "Items".to_owned(),
        (_, false, false) => "All items".to_owned(),
    };
    let group =
        |title: &str, items: &[&CatalogItem]| group(title, items, *layout, &props.catalog, &props.onadd);
    html! {
        <section class="pl-items" aria-label="Items">
            <div class="pl-items-head">
                <div class="pl-row">
                    <div class="pl-grow">
                        <SearchField id={SEARCH_ID} value={(*text).clone()} {onchange} placeholder="Name, code or scan" label="Search items"
                            command={Command::Find} {onenter} {ondown} />
                    </div>
                    <div class="pf-v6-c-toggle-group" role="group" aria-label="Layout">
                        { for [(Layout::Tiles, "Tiles", "th-large"), (Layout::List, "List", "list")].map(|(value, label, icon)| {
                            let (on, layout) = (*layout == value, layout.clone());
                            let onclick = Callback::from(move |_: MouseEvent| layout.set(value));
                            html! {
                                <div class="pf-v6-c-toggle-group__item">
                                    <button type="button" class={classes!("pf-v6-c-toggle-group__button", on.then_some("pf-m-selected"))}
                                        aria-pressed={on.to_string()} aria-label={label} {onclick}>
                                        <span class="pf-v6-c-toggle-group__icon"><Icon name={icon} /></span>
                                    </button>
                                </div>
                            }
                        }) }
                    </div>
                </div>
                { chips(&props.catalog, &props.narrow, &props.onnarrow) }
            </div>
            <div ref={list} class="pl-tiles" tabindex="-1" {onkeydown}>
                if props.catalog.items.iter().all(|sold| sold.item.archived) {
                    <EmptyState title="Nothing to sell yet" icon="box-open">{ "Add services, products and rentals under Inventory, Items. They appear here at once." }</EmptyState>
                } else if shown.is_empty() {
                    <EmptyState title="No items match" actions={html!(<Button look={Look::Link} text="Show all items" onclick={onclear} />)}>
                        { "Try another word, a code, or another category." }
                    </EmptyState>
                } else {
                    if !favourites.is_empty() { { group("Favourites", &favourites) } }
                    if !others.is_empty() { { group(&heading, &others) } }
                }
            </div>
        </section>
    }
}

fn chips(catalog: &Catalog, narrow: &Narrow, onnarrow: &Callback<Narrow>) -> Html {
    let mut used: Vec<_> = catalog
        .categories
        .iter()
        .filter(|category| !category.archived)
        .filter(|category| {
            catalog.items.iter().any(|sold| sold.item.category == Some(category.id) && !sold.item.archived)
        })
        .collect();
    used.sort_by_key(|category| (category.order, category.name.to_lowercase()));
    let chip = |words: String, value: Narrow| {
        let on = *narrow == value;
        let onclick = {
            let onnarrow = onnarrow.clone();
            let value = if on { Narrow::All } else { value };
            Callback::from(move |_: MouseEvent| onnarrow.emit(value.clone()))
        };
        html!(<button type="button" class="pl-chip" aria-pressed={on.to_string()} {onclick}>{ words }</button>)
    };
    html! {
        <div class="pl-chips" role="group" aria-label="Categories">
            { chip("All".to_owned(), Narrow::All) }
            { for used.iter().map(|category| chip(category.name.clone(), Narrow::Category(category.id))) }
            if let Narrow::For(benefit, _) = narrow {
                { chip(format!("For {benefit}"), narrow.clone()) }
            }
        </div>
    }
}

fn group(
    title: &str,
    items: &[&CatalogItem],
    layout: Layout,
    catalog: &Catalog,
    onadd: &Callback<CatalogItem>,
) -> Html {
    let drawn = items.iter().map(|sold| {
        let onclick = {
            let (onadd, sold) = (onadd.clone(), (*sold).clone());
            Callback::from(move |_: MouseEvent| onadd.emit(sold.clone()))
        };
        let note = words::tile_note(catalog, sold);
        let held_back = (!sold.members_only.is_empty()).then_some("pl-tile--blocked");
        let Item { id, name, price, code, .. } = &sold.item;
        match layout {
            Layout::Tiles => html! {
                <button key={id.to_string()} class={classes!("pl-tile", held_back)} type="button" data-item="" title={name.clone()} {onclick}>
                    <span class="pl-tile-name" dir="auto">{ name }</span>
                    <span class="pl-tile-foot"><MoneyText amount={*price} /><span class="pl-small pl-subtle pl-clip">{ note }</span></span>
                </button>
            },
            Layout::List => html! {
                <button key={id.to_string()} class={classes!("pl-itemrow", held_back)} type="button" data-item="" {onclick}>
                    <span class="pl-clip pl-strong" dir="auto">{ name }</span>
                    <span class="pl-small pl-subtle pl-clip">{ code.clone().unwrap_or_default() }</span>
                    <span class="pl-small pl-subtle pl-clip">{ note }</span>
                    <span class="pl-end"><MoneyText amount={*price} /></span>
                </button>
            },
        }
    });
    let class = match layout {
        Layout::Tiles => "pl-tilegrid",
        Layout::List => "pl-itemrows",
    };
    html! {
        <>
            <h2 class="pl-eyebrow">{ title.to_owned() }</h2>
            <div {class}>{ for drawn }</div>
        </>
    }
}

/// What is shown, best first: a code that is exactly it, then names that begin with it, then the rest, by name.
fn find<'a>(catalog: &'a Catalog, text: &str, narrow: &Narrow) -> Vec<&'a CatalogItem> {
    let wanted = text.trim().to_lowercase();
    let rank = |item: &Item| -> Option<u8> {
        let name = item.name.to_lowercase();
        let code = item.code.as_deref().unwrap_or_default().to_lowercase();
        match () {
            () if wanted.is_empty() => Some(0),
            () if code == wanted => Some(0),
            () if name.starts_with(&wanted) => Some(1),
            () if name.split_whitespace().any(|word| word.starts_with(&wanted)) => Some(2),
            () if wanted.split_whitespace().all(|word| name.contains(word)) || code.starts_with(&wanted) => {
                Some(3)
            }
            () => None,
        }
    };
    let mut found: Vec<_> = catalog
        .items
        .iter()
        .filter(|sold| !sold.item.archived)
        .filter(|sold| match narrow {
            Narrow::All => true,
            Narrow::Category(category) => sold.item.category == Some(*category),
            Narrow::For(_, items) => items.contains(&sold.item.id),
        })
        .filter_map(|sold| rank(&sold.item).map(|rank| (rank, sold)))
        .collect();
    found.sort_by_cached_key(|(rank, sold)| (*rank, sold.item.name.to_lowercase()));
    found.into_iter().map(|(_, sold)| sold).collect()
}

/// The item a scanner read, if its code is one.
pub fn scanned<'a>(catalog: &'a Catalog, code: &str) -> Option<&'a CatalogItem> {
    let wanted = code.trim();
    catalog.items.iter().find(|sold| {
        !sold.item.archived && sold.item.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case(wanted))
    })
}

/// Arrows move between tiles: left and right to the next, up and down to the nearest in the next row.
fn move_focus(list: &NodeRef, event: &KeyboardEvent) {
    use wasm_bindgen::JsCast;
    let Some(root) = list.cast::<web_sys::Element>() else { return };
    let Ok(found) = root.query_selector_all("button[data-item]") else { return };
    let tiles: Vec<web_sys::HtmlElement> =
        (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect();
    let active = web_sys::window().and_then(|window| window.document()?.active_element());
    let Some(at) = active.and_then(|active| tiles.iter().position(|tile| **tile == active)) else { return };
    let place = |tile: &web_sys::HtmlElement| {
        let rect = tile.get_bounding_client_rect();
        (rect.left(), rect.top())
    };
    let (left, top) = place(&tiles[at]);
    let nearest = |forward: bool| {
        let beyond = tiles.iter().enumerate().filter(|(_, tile)| {
            let (_, other) = place(tile);
            if forward { other > top + 1.0 } else { other < top - 1.0 }
        });
        beyond
            .min_by(|(_, a), (_, b)| {
                let far = |tile: &web_sys::HtmlElement| {
                    let (x, y) = place(tile);
                    // Rows first: a row is always further apart than the widest row is long.
                    (y - top).abs() * 1_000.0 + (x - left).abs()
                };
                far(a).total_cmp(&far(b))
            })
            .map(|(at, _)| at)
    };
    let next = match event.key().as_str() {
        "ArrowRight" => Some(at + 1).filter(|next| *next < tiles.len()),
        "ArrowLeft" => at.checked_sub(1),
        "ArrowDown" => nearest(true),
        "ArrowUp" => nearest(false),
        "Home" => Some(0),
        "End" => Some(tiles.len() - 1),
        _ => return,
    };
    event.prevent_default();
    match next {
        Some(next) => {
            let _ = tiles[next].focus();
        }
        // Above the first row stands the search field.
        None if event.key() == "ArrowUp" => {
            let field = web_sys::window().and_then(|window| window.document()?.get_element_by_id(SEARCH_ID));
            if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = field.focus();
            }
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::checkout::sample::{self, id};
    use domain::item::ItemKind;

    fn catalog() -> Catalog {
        sample::catalog(vec![
            sample::in_category(sample::item(10, ItemKind::Service, "HydraGlow Treatment", 18_000), 1),
            sample::item(11, ItemKind::Product, "Vitamin C Serum", 6_400),
            sample::item(12, ItemKind::Product, "Serum, travel size", 2_400),
        ])
    }

    fn names(text: &str, narrow: &Narrow) -> Vec<String> {
        find(&catalog(), text, narrow).iter().map(|sold| sold.item.name.clone()).collect()
    }

    #[test]
    fn the_best_match_stands_first() {
        assert_eq!(names("serum", &Narrow::All), ["Serum, travel size", "Vitamin C Serum"]);
        assert_eq!(names("c11", &Narrow::All), ["Vitamin C Serum"]);
        assert_eq!(names("glow treat", &Narrow::All), ["HydraGlow Treatment"]);
        assert!(names("zzz", &Narrow::All).is_empty());
        assert_eq!(names("", &Narrow::Category(id(1))), ["HydraGlow Treatment"]);
        assert_eq!(names("", &Narrow::For("Gold".into(), vec![id(11)])), ["Vitamin C Serum"]);
    }

    #[test]
    fn a_scanned_code_is_exact_in_any_case() {
        assert_eq!(scanned(&catalog(), "c12").unwrap().item.id, id(12));
        assert!(scanned(&catalog(), "c1").is_none());
    }
}
