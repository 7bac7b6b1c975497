//! Adds or edits one item of any kind.

use super::kind_name;
use crate::components::{
    Checkbox, Dialog, MoneyField, NumberField, Refusal, Select, TextField, ToggleGroup, parse_count,
    parse_money,
};
use crate::ids;
use crate::pages::members::actions::use_sending;
use crate::session::use_session;
use crate::toast::use_toast;
use domain::item::ItemKind;
use domain::{CategoryId, Currency, TaxClassId};
use protocol::items::{ItemRow, SaveItem};
use protocol::practice::PracticeView;
use std::rc::Rc;
use yew::prelude::*;

/// An item as it is typed.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemDraft {
    pub kind: ItemKind,
    pub name: String,
    pub code: String,
    pub category: Option<CategoryId>,
    pub price: String,
    pub tax_class: Option<TaxClassId>,
    pub minutes: String,
    pub max_minutes: String,
    pub favourite: bool,
}

/// What is wrong with a field, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    pub name: Option<String>,
    pub price: Option<String>,
    pub minutes: Option<String>,
    pub max_minutes: Option<String>,
}

impl ItemDraft {
    pub fn of(row: Option<&ItemRow>, currency: Currency) -> Self {
        let Some(ItemRow { item, .. }) = row else {
            return Self {
                kind: ItemKind::Service,
                name: String::new(),
                code: String::new(),
                category: None,
                price: String::new(),
                tax_class: None,
                minutes: String::new(),
                max_minutes: String::new(),
                favourite: false,
            };
        };
        let figure = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
        Self {
            kind: item.kind,
            name: item.name.clone(),
            code: item.code.clone().unwrap_or_default(),
            category: item.category,
            price: currency.format_plain(item.price),
            tax_class: item.tax_class,
            minutes: figure(item.minutes),
            max_minutes: figure(item.max_minutes),
            favourite: item.favourite,
        }
    }

    /// The request that saves it, or what to correct; minutes count only where the kind has them.
    pub fn check(&self, row: Option<&ItemRow>, currency: Currency) -> Result<SaveItem, Problems> {
        let mut problems = Problems::default();
        if self.name.trim().is_empty() {
            problems.name = Some("Give the item a name.".into());
        }
        let price = parse_money(currency, &self.price);
        match &price {
            Err(words) => problems.price = Some(words.clone()),
            Ok(price) if price.is_negative() => problems.price = Some("Not below zero.".into()),
            Ok(_) => {}
        }
        let mut count = |text: &str, is_asked: bool, problem: fn(&mut Problems, String)| {
            if !is_asked || text.trim().is_empty() {
                return None;
            }
            match parse_count(text, 1, 100_000) {
                Ok(count) => Some(count),
                Err(words) => {
                    problem(&mut problems, words);
                    None
                }
            }
        };
        let minutes = count(&self.minutes, self.kind == ItemKind::Service, |problems, words| {
            problems.minutes = Some(words)
        });
        let max_minutes = count(&self.max_minutes, self.kind == ItemKind::Rental, |problems, words| {
            problems.max_minutes = Some(words)
        });
        match price {
            Ok(price) if problems == Problems::default() => Ok(SaveItem {
                id: row.map(|row| row.item.id),
                kind: self.kind,
                name: self.name.trim().to_owned(),
                code: Some(self.code.trim().to_owned()).filter(|code| !code.is_empty()),
                category: self.category,
                price,
                tax_class: self.tax_class,
                minutes,
                max_minutes,
                favourite: self.favourite,
            }),
            _ => Err(problems),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct ItemFormProps {
    /// A new item where it is none.
    pub row: Option<ItemRow>,
    pub practice: Option<Rc<PracticeView>>,
    pub onclose: Callback<()>,
}

#[component]
pub fn ItemForm(props: &ItemFormProps) -> Html {
    let session = use_session();
    let toast = use_toast();
    let sending = use_sending();
    let key = use_mut_ref(ids::request_key);
    let currency = session.currency();
    let draft = use_state(|| ItemDraft::of(props.row.as_ref(), currency));
    let tried = use_state(|| false);
    let checked = draft.check(props.row.as_ref(), currency);
    let problems = match &checked {
        Err(problems) if *tried => problems.clone(),
        _ => Problems::default(),
    };
    let put = |change: fn(&mut ItemDraft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            change(&mut next, text);
            draft.set(next);
        })
    };
    let save = {
        let (sending, tried, toast, onclose, key) =
            (sending.clone(), tried.clone(), toast.clone(), props.onclose.clone(), key.clone());
        let checked = checked.clone();
        Callback::from(move |()| {
            let Ok(request) = checked.clone() else {
                tried.set(true);
                return;
            };
            // Another try is another request: what was refused was typed differently.
            let key = std::mem::replace(&mut *key.borrow_mut(), ids::request_key());
            let (toast, onclose) = (toast.clone(), onclose.clone());
            sending.send(request, key, move |saved| {
                toast.done(format!("{} saved", saved.item.name));
                onclose.emit(());
            });
        })
    };
    let categories: Vec<(Option<CategoryId>, AttrValue)> = std::iter::once((None, "None".into()))
        .chain(
            props
                .practice
                .iter()
                .flat_map(|practice| &practice.categories)
                .filter(|one| !one.archived || draft.category == Some(one.id))
                .map(|one| (Some(one.id), one.name.clone().into())),
        )
        .collect();
    let taxes: Vec<(Option<TaxClassId>, AttrValue)> = std::iter::once((None, "Untaxed".into()))
        .chain(
            props
                .practice
                .iter()
                .flat_map(|practice| &practice.tax_classes)
                .filter(|one| !one.archived || draft.tax_class == Some(one.id))
                .map(|one| (Some(one.id), one.name.clone().into())),
        )
        .collect();
    let (title, primary) = match &props.row {
        Some(row) => (format!("Edit {}", row.item.name), "Save".to_owned()),
        None => ("Add item".to_owned(), "Add item".to_owned()),
    };
    let price_label = match draft.kind {
        ItemKind::Rental => "Price an hour",
        ItemKind::GiftCard => "Suggested value",
        ItemKind::Service | ItemKind::Product | ItemKind::Fee => "Price",
    };
    let note = match draft.kind {
        ItemKind::GiftCard | ItemKind::Fee => "Benefits never cover or discount it.",
        ItemKind::Service | ItemKind::Product | ItemKind::Rental => "",
    };
    let error = |words: &Option<String>| words.clone().map(AttrValue::from);
    html! {
        <Dialog {title} {primary} disabled={*sending.busy} onprimary={save} onclose={props.onclose.clone()}>
            <div class="pl-dialog-body">
                <Refusal error={(*sending.refusal).clone()} title="Not saved" />
                <ToggleGroup<ItemKind> label="Kind" options={ItemKind::ALL.map(|kind| (kind, kind_name(kind).into())).to_vec()} selected={draft.kind} help={note}
                    onselect={let draft = draft.clone(); Callback::from(move |kind| draft.set(ItemDraft { kind, ..(*draft).clone() }))} />
                <div class="pl-fields">
                    <TextField label="Name" value={draft.name.clone()} required=true autofocus=true max_length={120} error={error(&problems.name)}
                        onchange={put(|draft, text| draft.name = text)} />
                    <MoneyField label={price_label} value={draft.price.clone()} required=true error={error(&problems.price)}
                        onchange={put(|draft, text| draft.price = text)} />
                    <Select<Option<CategoryId>> label="Category" options={categories} selected={Some(draft.category)}
                        onselect={let draft = draft.clone(); Callback::from(move |category| draft.set(ItemDraft { category, ..(*draft).clone() }))} />
                    <Select<Option<TaxClassId>> label="Tax class" options={taxes} selected={Some(draft.tax_class)}
                        onselect={let draft = draft.clone(); Callback::from(move |tax_class| draft.set(ItemDraft { tax_class, ..(*draft).clone() }))} />
                    <TextField label="Code" value={draft.code.clone()} max_length={64} help="What a scanner reads; no two items in use share one."
                        onchange={put(|draft, text| draft.code = text)} />
                    if draft.kind == ItemKind::Service {
                        <NumberField label="Usually takes" after="minutes" value={draft.minutes.clone()} help="Shown, never priced." error={error(&problems.minutes)}
                            onchange={put(|draft, text| draft.minutes = text)} />
                    }
                    if draft.kind == ItemKind::Rental {
                        <NumberField label="Longest rental" after="minutes" value={draft.max_minutes.clone()} help="Empty: no limit." error={error(&problems.max_minutes)}
                            onchange={put(|draft, text| draft.max_minutes = text)} />
                    }
                </div>
                <Checkbox label="Favourite: stands first at the checkout" on={draft.favourite}
                    onchange={let draft = draft.clone(); Callback::from(move |favourite| draft.set(ItemDraft { favourite, ..(*draft).clone() }))} />
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::item::Item;
    use domain::{ItemId, Money};
    use uuid::Uuid;

    fn sauna() -> ItemRow {
        ItemRow {
            item: Item {
                id: ItemId(Uuid::from_u128(1)),
                kind: ItemKind::Rental,
                name: "Infrared Sauna".into(),
                code: Some("IS1".into()),
                category: Some(CategoryId(Uuid::from_u128(2))),
                price: Money::from_minor(4_000),
                tax_class: None,
                minutes: None,
                max_minutes: Some(120),
                favourite: true,
                archived: false,
            },
            category_name: None,
            tax_class_name: None,
            members_of: vec![],
        }
    }

    #[test]
    fn an_item_survives_the_form() {
        let row = sauna();
        let saved = ItemDraft::of(Some(&row), Currency::USD).check(Some(&row), Currency::USD).unwrap();
        assert_eq!(
            (saved.id, saved.kind, saved.price, saved.max_minutes),
            (Some(row.item.id), ItemKind::Rental, row.item.price, Some(120))
        );
        assert_eq!((saved.code, saved.favourite, saved.category), (row.item.code, true, row.item.category));
    }

    #[test]
    fn minutes_of_another_kind_are_left_out() {
        let row = sauna();
        let product = ItemDraft {
            kind: ItemKind::Product,
            max_minutes: "x".into(),
            ..ItemDraft::of(Some(&row), Currency::USD)
        };
        assert_eq!(product.check(Some(&row), Currency::USD).unwrap().max_minutes, None);
    }

    #[test]
    fn a_new_item_needs_a_name_and_a_price() {
        let problems = ItemDraft::of(None, Currency::USD).check(None, Currency::USD).unwrap_err();
        assert!(problems.name.is_some() && problems.price.is_some() && problems.minutes.is_none());
        let negative =
            ItemDraft { name: "Fee".into(), price: "-5".into(), ..ItemDraft::of(None, Currency::USD) };
        assert_eq!(
            negative.check(None, Currency::USD).unwrap_err().price.as_deref(),
            Some("Not below zero.")
        );
    }
}
