//! Tables: our own head with fixed widths, rows that take the focus, states that do not jump.
//!
//! [`DataTable`] draws the rows it is given. [`WindowedTable`] draws only those in sight of a list of any length and
//! says how far the person has come; together with [`crate::pages_of::use_pages`] it shows 100,000 rows.

use crate::components::layout::focus_nth;
use crate::components::notice::{Refusal, Skeleton};
use crate::components::text::Icon;
use gloo_events::EventListener;
use protocol::ErrorReply;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub title: AttrValue,
    /// One of the width classes of the styles (`pl-w-status`); the one column without takes what is left.
    pub class: AttrValue,
    /// Right-aligned, for figures and dates.
    pub end: bool,
    pub sorts: bool,
    /// Yields first in a narrow list.
    pub yields: bool,
}

impl Column {
    pub fn new(title: impl Into<AttrValue>, class: &'static str) -> Self {
        Self { title: title.into(), class: class.into(), end: false, sorts: false, yields: false }
    }

    pub fn end(mut self) -> Self {
        self.end = true;
        self
    }

    pub fn sorts(mut self) -> Self {
        self.sorts = true;
        self
    }

    pub fn yields(mut self) -> Self {
        self.yields = true;
        self
    }

    /// For a row's menu: no words.
    pub fn menu() -> Self {
        Self::new("", "pl-w-act")
    }
}

/// One row as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    pub key: AttrValue,
    /// Names the row for the button that opens its details: "What Gold includes".
    pub details_label: AttrValue,
    /// One for each column.
    pub cells: Vec<Html>,
    /// What the arrow opens.
    pub details: Option<Html>,
    pub selected: bool,
}

impl TableRow {
    pub fn new(key: impl Into<AttrValue>, cells: Vec<Html>) -> Self {
        Self { key: key.into(), details_label: AttrValue::default(), cells, details: None, selected: false }
    }

    pub fn details(mut self, label: impl Into<AttrValue>, details: Html) -> Self {
        self.details_label = label.into();
        self.details = Some(details);
        self
    }

    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }
}

/// The column that sorts and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub column: usize,
    pub descending: bool,
}

impl Sort {
    /// A press on a header: the same column turns round, another begins upwards.
    pub fn pressed(now: Option<Self>, column: usize) -> Self {
        Self { column, descending: now.is_some_and(|now| now.column == column && !now.descending) }
    }
}

#[derive(Properties, PartialEq)]
pub struct DataTableProps {
    pub label: AttrValue,
    pub columns: Vec<Column>,
    pub rows: Vec<TableRow>,
    #[prop_or_default]
    pub sort: Option<Sort>,
    #[prop_or_default]
    pub onsort: Callback<Sort>,
    /// Enter or a click on a row, by its place. Without it Enter opens the details.
    #[prop_or_default]
    pub onopen: Option<Callback<usize>>,
    /// The arrows moved here; for a drawer that follows.
    #[prop_or_default]
    pub onmove: Callback<usize>,
    /// The answer is overdue: skeleton rows under the real head.
    #[prop_or_default]
    pub loading: bool,
    #[prop_or_default]
    pub error: Option<ErrorReply>,
    #[prop_or_default]
    pub onretry: Callback<()>,
    /// Stands in the rows' place when there are none.
    #[prop_or_default]
    pub empty: Html,
}

#[component]
pub fn DataTable(props: &DataTableProps) -> Html {
    let focused = use_state(|| 0_usize);
    let open = use_state(BTreeSet::<AttrValue>::new);
    let body = use_node_ref();
    let expandable = props.rows.iter().any(|row| row.details.is_some());
    let toggle = {
        let open = open.clone();
        Callback::from(move |key: AttrValue| {
            let mut next = (*open).clone();
            if !next.remove(&key) {
                next.insert(key);
            }
            open.set(next);
        })
    };
    let keys = RowKeys {
        body: body.clone(),
        count: props.rows.len(),
        focused: focused.clone(),
        onmove: props.onmove.clone(),
        onopen: {
            let (onopen, toggle) = (props.onopen.clone(), toggle.clone());
            let rows: Vec<_> =
                props.rows.iter().map(|row| row.details.is_some().then(|| row.key.clone())).collect();
            Callback::from(move |at: usize| match (&onopen, rows.get(at)) {
                (Some(open), _) => open.emit(at),
                (None, Some(Some(key))) => toggle.emit(key.clone()),
                _ => {}
            })
        },
    };
    let span = props.columns.len() + usize::from(expandable);
    let at = (*focused).min(props.rows.len().saturating_sub(1));
    let draw = |(index, row): (usize, &TableRow)| {
        let shown = open.contains(&row.key);
        let onclick = row_click(index, props.onopen.as_ref(), &focused);
        let ontoggle = {
            let (toggle, key) = (toggle.clone(), row.key.clone());
            Callback::from(move |()| toggle.emit(key.clone()))
        };
        let cells = html! {
            <tr class={classes!("pf-v6-c-table__tr", props.onopen.is_some().then_some("pf-m-clickable"), row.selected.then_some("pf-m-selected"))}
                tabindex={if index == at { "0" } else { "-1" }} data-row={index.to_string()} aria-selected={row.selected.then_some("true")} {onclick}>
                if expandable {
                    <td class="pf-v6-c-table__td pf-v6-c-table__toggle">
                        if row.details.is_some() {
                            <button class={classes!("pf-v6-c-button", "pf-m-plain", shown.then_some("pf-m-expanded"))} type="button" tabindex="-1"
                                aria-expanded={shown.to_string()} aria-label={row.details_label.clone()} onclick={quiet(ontoggle)}>
                                <span class="pf-v6-c-button__icon"><div class="pf-v6-c-table__toggle-icon"><Icon name="angle-down" /></div></span>
                            </button>
                        }
                    </td>
                }
                { cells_of(&props.columns, row) }
            </tr>
        };
        if !expandable {
            return cells;
        }
        html! {
            <tbody key={row.key.to_string()} class={classes!("pf-v6-c-table__tbody", shown.then_some("pf-m-expanded"))}>
                { cells }
                if let (true, Some(details)) = (shown, &row.details) {
                    <tr class="pf-v6-c-table__tr pf-v6-c-table__expandable-row pf-m-expanded">
                        <td class="pf-v6-c-table__td"></td>
                        <td class="pf-v6-c-table__td" colspan={(span - 1).to_string()}>
                            <div class="pf-v6-c-table__expandable-row-content">{ details.clone() }</div>
                        </td>
                    </tr>
                }
            </tbody>
        }
    };
    let rows: Html = props.rows.iter().enumerate().map(draw).collect();
    let nothing = props.rows.is_empty();
    html! {
        <div class="pl-scroll" tabindex="-1" ref={body}>
            if props.error.is_some() && nothing {
                <div class="pl-instead"><Refusal error={props.error.clone()} title="This list could not be read" onretry={props.onretry.clone()} /></div>
            } else if nothing && !props.loading && props.empty != html!() {
                { props.empty.clone() }
            } else {
                <table class={classes!("pf-v6-c-table", "pf-m-compact", "pf-m-sticky-header", "pl-table", expandable.then_some("pf-m-expandable"))}
                    role="grid" aria-label={props.label.clone()} aria-rowcount={(props.rows.len() + 1).to_string()} onkeydown={keys.handler()}>
                    { head(&props.columns, props.sort, &props.onsort, expandable) }
                    if nothing {
                        <tbody class="pf-v6-c-table__tbody">
                            if props.loading { { for (0..8).map(|_| skeleton_row(span)) } }
                        </tbody>
                    } else if expandable {
                        { rows }
                    } else {
                        <tbody class="pf-v6-c-table__tbody">{ rows }</tbody>
                    }
                </table>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct WindowedTableProps {
    pub label: AttrValue,
    pub columns: Vec<Column>,
    /// All rows there are, loaded or not.
    pub total: usize,
    /// Draws a row by its place; `None`: not loaded yet.
    pub row: Callback<usize, Option<TableRow>>,
    /// The person has come this far: load up to here.
    #[prop_or_default]
    pub onreach: Callback<usize>,
    #[prop_or_default]
    pub sort: Option<Sort>,
    #[prop_or_default]
    pub onsort: Callback<Sort>,
    #[prop_or_default]
    pub onopen: Option<Callback<usize>>,
    #[prop_or_default]
    pub onmove: Callback<usize>,
    #[prop_or_default]
    pub loading: bool,
    #[prop_or_default]
    pub error: Option<ErrorReply>,
    #[prop_or_default]
    pub onretry: Callback<()>,
    #[prop_or_default]
    pub empty: Html,
    /// Changes with the filters and the sorting: the list then starts at its top again.
    #[prop_or_default]
    pub of: AttrValue,
}

/// Every row has this height, in CSS pixels; `pl-windowed` in the styles says the same.
const ROW: f64 = 52.0;
/// Rows drawn above and below what is in sight.
const MARGIN: usize = 12;

/// The rows to draw for a scroll position.
fn window_of(scroll_top: f64, height: f64, total: usize) -> (usize, usize) {
    let first = (scroll_top / ROW).floor().max(0.0) as usize;
    let shown = (height / ROW).ceil() as usize + 1;
    let end = (first + shown + MARGIN).min(total);
    (first.saturating_sub(MARGIN).min(end), end)
}

#[component]
pub fn WindowedTable(props: &WindowedTableProps) -> Html {
    let focused = use_state(|| 0_usize);
    let body = use_node_ref();
    let (first, end) = use_window(&body, props.total, &props.of);
    {
        let onreach = props.onreach.clone();
        use_effect_with((end, props.of.clone()), move |(end, _)| onreach.emit(*end));
    }
    let keys = RowKeys {
        body: body.clone(),
        count: props.total,
        focused: focused.clone(),
        onmove: props.onmove.clone(),
        onopen: props.onopen.clone().unwrap_or_default(),
    };
    let at = (*focused).clamp(first, end.max(first + 1) - 1);
    let span = props.columns.len();
    let spacer =
        |height: f64| html!(<tr aria-hidden="true" style={format!("height:{height}px;border:0")}></tr>);
    let nothing = props.total == 0;
    html! {
        <div class="pl-scroll" tabindex="-1" ref={body}>
            if props.error.is_some() && nothing {
                <div class="pl-instead"><Refusal error={props.error.clone()} title="This list could not be read" onretry={props.onretry.clone()} /></div>
            } else if nothing && !props.loading && props.empty != html!() {
                { props.empty.clone() }
            } else {
                <table class="pf-v6-c-table pf-m-compact pf-m-sticky-header pl-table pl-windowed" role="grid" aria-label={props.label.clone()}
                    aria-rowcount={(props.total + 1).to_string()} onkeydown={keys.handler()}>
                    { head(&props.columns, props.sort, &props.onsort, false) }
                    <tbody class="pf-v6-c-table__tbody">
                        if nothing && props.loading { { for (0..10).map(|_| skeleton_row(span)) } }
                        if first > 0 { { spacer(first as f64 * ROW) } }
                        { for (first..end).map(|index| match props.row.emit(index) {
                            None => skeleton_row(span),
                            Some(row) => html! {
                                <tr key={row.key.to_string()} class={classes!("pf-v6-c-table__tr", props.onopen.is_some().then_some("pf-m-clickable"), row.selected.then_some("pf-m-selected"))}
                                    tabindex={if index == at { "0" } else { "-1" }} data-row={index.to_string()} aria-rowindex={(index + 2).to_string()}
                                    aria-selected={row.selected.then_some("true")} onclick={row_click(index, props.onopen.as_ref(), &focused)}>
                                    { cells_of(&props.columns, &row) }
                                </tr>
                            },
                        }) }
                        if end < props.total { { spacer((props.total - end) as f64 * ROW) } }
                    </tbody>
                </table>
            }
        </div>
    }
}

/// The rows in sight of a scrolling element; drawn again only when the range changes.
#[hook]
fn use_window(body: &NodeRef, total: usize, of: &AttrValue) -> (usize, usize) {
    let range = use_state_eq(|| (0.0_f64, 900.0_f64));
    {
        let (body, range) = (body.clone(), range.setter());
        use_effect_with((), move |()| {
            let measure = {
                let body = body.clone();
                move || {
                    if let Some(element) = body.cast::<Element>() {
                        // Whole rows only, so that scrolling inside a row draws nothing.
                        let top = (f64::from(element.scroll_top()) / ROW).floor() * ROW;
                        range.set((top, f64::from(element.client_height())));
                    }
                }
            };
            measure();
            let scroll = body.cast::<Element>().map(|element| {
                let measure = measure.clone();
                EventListener::new(&element, "scroll", move |_| measure())
            });
            let resize =
                web_sys::window().map(|window| EventListener::new(&window, "resize", move |_| measure()));
            move || drop((scroll, resize))
        });
    }
    {
        let body = body.clone();
        use_effect_with(of.clone(), move |_| {
            if let Some(element) = body.cast::<Element>() {
                element.set_scroll_top(0);
            }
        });
    }
    window_of(range.0, range.1, total)
}

fn head(columns: &[Column], sort: Option<Sort>, onsort: &Callback<Sort>, expandable: bool) -> Html {
    html! {
        <thead class="pf-v6-c-table__thead">
            <tr class="pf-v6-c-table__tr">
                if expandable { <td class="pf-v6-c-table__td pl-w-tog"></td> }
                { for columns.iter().enumerate().map(|(index, column)| {
                    let class = classes!(column.class.to_string(), column.end.then_some("pl-end"), column.yields.then_some("pl-col-2"));
                    if column.title.is_empty() {
                        return html!(<td class={classes!("pf-v6-c-table__td", class)}></td>);
                    }
                    if !column.sorts {
                        return html!(<th class={classes!("pf-v6-c-table__th", class)} scope="col">{ &column.title }</th>);
                    }
                    let by_this = sort.filter(|sort| sort.column == index);
                    let (said, icon) = match by_this {
                        None => ("none", "arrows-alt-v"),
                        Some(Sort { descending: false, .. }) => ("ascending", "long-arrow-alt-up"),
                        Some(Sort { descending: true, .. }) => ("descending", "long-arrow-alt-down"),
                    };
                    let onclick = { let onsort = onsort.clone(); Callback::from(move |_: MouseEvent| onsort.emit(Sort::pressed(sort, index))) };
                    html! {
                        <th class={classes!("pf-v6-c-table__th", "pf-v6-c-table__sort", by_this.is_some().then_some("pf-m-selected"), class)} scope="col" aria-sort={said}>
                            <button class="pf-v6-c-table__button" type="button" {onclick}><div class="pf-v6-c-table__button-content">
                                <span class="pf-v6-c-table__text">{ &column.title }</span>
                                <span class="pf-v6-c-table__sort-indicator"><Icon name={icon} /></span>
                            </div></button>
                        </th>
                    }
                }) }
            </tr>
        </thead>
    }
}

fn cells_of(columns: &[Column], row: &TableRow) -> Html {
    columns
        .iter()
        .zip(&row.cells)
        .map(|(column, cell)| {
            let action = column.class == "pl-w-act";
            let class = classes!(
                "pf-v6-c-table__td",
                column.end.then_some("pl-end"),
                column.yields.then_some("pl-col-2"),
                action.then_some("pf-v6-c-table__action"),
                (!column.end && !action).then_some("pl-cell-clip"),
            );
            html!(<td {class} data-label={(!column.title.is_empty()).then(|| column.title.clone())}>{ cell.clone() }</td>)
        })
        .collect()
}

fn skeleton_row(span: usize) -> Html {
    html! {
        <tr class="pf-v6-c-table__tr pl-skeleton-row" aria-hidden="true">
            { for (0..span).map(|at| html!(<td class="pf-v6-c-table__td">if at + 1 < span { <Skeleton width={if at == 0 { "70%" } else { "50%" }} /> }</td>)) }
        </tr>
    }
}

/// A click opens the row, unless it was on a control of its own inside the row.
fn row_click(
    index: usize,
    onopen: Option<&Callback<usize>>,
    focused: &UseStateHandle<usize>,
) -> Option<Callback<MouseEvent>> {
    let (open, focused) = (onopen?.clone(), focused.clone());
    Some(Callback::from(move |event: MouseEvent| {
        let on_control = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("a, button, input, label").ok().flatten())
            .is_some();
        if !on_control {
            focused.set(index);
            open.emit(index);
        }
    }))
}

fn quiet(run: Callback<()>) -> Callback<MouseEvent> {
    Callback::from(move |event: MouseEvent| {
        event.stop_propagation();
        run.emit(());
    })
}

/// Arrows, Home, End and Page keys move the focus over the rows; Enter opens.
struct RowKeys {
    body: NodeRef,
    count: usize,
    focused: UseStateHandle<usize>,
    onmove: Callback<usize>,
    onopen: Callback<usize>,
}

impl RowKeys {
    fn handler(self) -> Callback<KeyboardEvent> {
        Callback::from(move |event: KeyboardEvent| {
            let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
                return;
            };
            // Keys belong to the row only while the row itself has the focus.
            let Some(at) = target.get_attribute("data-row").and_then(|at| at.parse::<usize>().ok()) else {
                return;
            };
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let last = self.count.saturating_sub(1);
            let next = match event.key().as_str() {
                "ArrowDown" => (at + 1).min(last),
                "ArrowUp" => at.saturating_sub(1),
                "PageDown" => (at + 10).min(last),
                "PageUp" => at.saturating_sub(10),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    event.prevent_default();
                    self.onopen.emit(at);
                    return;
                }
                // The row's own controls, in order.
                "ArrowRight" => {
                    event.prevent_default();
                    focus_control(&target);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            self.focused.set(next);
            self.onmove.emit(next);
            focus_row(&self.body, next);
        })
    }
}

/// Puts the focus on a row, scrolling to it where it is not drawn.
pub fn focus_row(body: &NodeRef, index: usize) {
    let selector = format!("[data-row='{index}']");
    let Some(element) = body.cast::<Element>() else { return };
    if let Ok(Some(row)) = element.query_selector(&selector) {
        if let Ok(row) = row.dyn_into::<HtmlElement>() {
            let _ = row.focus();
        }
        return;
    }
    element.set_scroll_top((index as f64 * ROW) as i32);
    let body = body.clone();
    // After the drawing that the scroll caused.
    gloo_timers::callback::Timeout::new(30, move || focus_nth(&body, &selector, 0)).forget();
}

fn focus_control(row: &Element) {
    if let Ok(Some(control)) = row.query_selector("a, button")
        && let Ok(control) = control.dyn_into::<HtmlElement>()
    {
        let _ = control.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_turns_round_and_another_begins_upwards() {
        let sort = Sort::pressed(None, 2);
        assert_eq!(sort, Sort { column: 2, descending: false });
        let sort = Sort::pressed(Some(sort), 2);
        assert!(sort.descending);
        assert_eq!(Sort::pressed(Some(sort), 2), Sort { column: 2, descending: false });
        assert_eq!(Sort::pressed(Some(sort), 1), Sort { column: 1, descending: false });
    }

    #[test]
    fn only_rows_in_sight_are_drawn() {
        assert_eq!(window_of(0.0, 520.0, 100_000), (0, 23));
        let (first, end) = window_of(50_000.0 * ROW, 520.0, 100_000);
        assert_eq!((first, end), (50_000 - MARGIN, 50_000 + 11 + MARGIN));
        assert_eq!(window_of(9_000_000.0, 520.0, 10), (10, 10));
        assert_eq!(window_of(0.0, 520.0, 3), (0, 3));
    }
}
