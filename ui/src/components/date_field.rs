//! A day, typed or picked from a calendar.

use crate::components::button::{Button, Look};
use crate::components::field::{Field, control_value, use_control_id};
use crate::components::menu::{Place, use_outside_press};
use crate::components::text::Icon;
use crate::keys::{Command, use_command, use_command_barrier};
use crate::session::use_session;
use domain::Day;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DateFieldProps {
    pub label: AttrValue,
    pub value: Option<Day>,
    /// `None`: emptied, or not a day yet.
    pub onchange: Callback<Option<Day>>,
    /// The earliest day that may be picked.
    #[prop_or_default]
    pub from: Option<Day>,
    #[prop_or_default]
    pub to: Option<Day>,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    #[prop_or_default]
    pub help: AttrValue,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
}

#[component]
pub fn DateField(props: &DateFieldProps) -> Html {
    let session = use_session();
    let id = use_control_id(props.id.clone());
    // What is typed, until the field is left with a day in it.
    let typed = use_state(|| None::<String>);
    let left = use_state(|| false);
    let open = use_state(|| None::<Place>);
    let button = use_node_ref();
    let shown = typed.as_ref().cloned().unwrap_or_else(|| props.value.map(Day::long).unwrap_or_default());
    let problem = typed
        .as_ref()
        .and_then(|text| problem(text, props, session.today))
        .or_else(|| (props.required && shown.is_empty()).then_some(Problem::Unreadable));
    let oninput = {
        let (typed, onchange, today) = (typed.clone(), props.onchange.clone(), session.today);
        let (from, to) = (props.from, props.to);
        Callback::from(move |event: InputEvent| {
            let text = control_value(&event);
            onchange.emit(read_day(&text, today).filter(|day| within(*day, from, to)));
            typed.set(Some(text));
        })
    };
    let onblur = {
        let (typed, left, stays) = (typed.clone(), left.clone(), problem.is_some());
        Callback::from(move |_: FocusEvent| {
            left.set(true);
            if !stays {
                typed.set(None);
            }
        })
    };
    let toggle = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |()| open.set(if open.is_some() { None } else { Place::under(&button, false) }))
    };
    let onpick = {
        let (open, onchange, button, typed) =
            (open.clone(), props.onchange.clone(), button.clone(), typed.clone());
        Callback::from(move |picked: Option<Day>| {
            open.set(None);
            typed.set(None);
            if let Some(day) = picked {
                onchange.emit(Some(day));
            }
            if let Some(Ok(Some(button))) = button.cast::<Element>().map(|node| node.query_selector("button"))
                && let Ok(button) = button.dyn_into::<HtmlElement>()
            {
                let _ = button.focus();
            }
        })
    };
    let error = props.error.clone().or_else(|| match problem? {
        Problem::TooEarly(from) => Some(format!("Not before {}.", from.long()).into()),
        Problem::TooLate(to) => Some(format!("Not after {}.", to.long()).into()),
        // Not while it is still being typed.
        Problem::Unreadable => left.then(|| "Type a day, like 12 Mar 2026.".into()),
    });
    let described = (error.is_some() || !props.help.is_empty()).then(|| format!("{id}-help"));
    html! {
        <Field label={props.label.clone()} of={id.clone()} required={props.required} help={props.help.clone()} error={error.clone()}>
            <div class="pf-v6-c-input-group">
                <div class="pf-v6-c-input-group__item pf-m-fill">
                    <span class={classes!("pf-v6-c-form-control", error.is_some().then_some("pf-m-error"))}>
                        <input class="pl-num" {id} type="text" autocomplete="off" value={shown} placeholder="12 Mar 2026" aria-invalid={error.is_some().then_some("true")}
                            aria-describedby={described} {oninput} {onblur} />
                    </span>
                </div>
                <div class="pf-v6-c-input-group__item" ref={button.clone()}>
                    <button class="pf-v6-c-button pf-m-control" type="button" aria-label={format!("Choose a day for {}", props.label)} aria-haspopup="dialog"
                        aria-expanded={open.is_some().to_string()} onclick={toggle.reform(|_: MouseEvent| ())}>
                        <span class="pf-v6-c-button__icon"><Icon name="calendar-alt" /></span>
                    </button>
                </div>
            </div>
            if let Some(place) = &*open {
                <Calendar place={*place} selected={props.value} today={session.today} from={props.from} to={props.to} {onpick} anchor={button.clone()} />
            }
        </Field>
    }
}

/// What keeps a text from being the day that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Unreadable,
    TooEarly(Day),
    TooLate(Day),
}

/// An empty text is no problem here; whether a day is needed is another question.
fn problem(text: &str, props: &DateFieldProps, today: Day) -> Option<Problem> {
    if text.trim().is_empty() {
        return None;
    }
    let Some(day) = read_day(text, today) else { return Some(Problem::Unreadable) };
    match (props.from, props.to) {
        (Some(from), _) if day < from => Some(Problem::TooEarly(from)),
        (_, Some(to)) if day > to => Some(Problem::TooLate(to)),
        _ => None,
    }
}

fn within(day: Day, from: Option<Day>, to: Option<Day>) -> bool {
    from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `12 Mar 2026`, `12 mar` (this year), `2026-03-12`, `today`.
fn read_day(text: &str, today: Day) -> Option<Day> {
    let text = text.trim().to_lowercase();
    if text == "today" {
        return Some(today);
    }
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let words: Vec<&str> = text.split([' ', '.', ',']).filter(|word| !word.is_empty()).collect();
    let (day, month, year) = match words.as_slice() {
        [day, month] => (*day, *month, today.year()),
        [day, month, year] => (*day, *month, year.parse().ok().filter(|year| *year > 999)?),
        _ => return None,
    };
    if month.len() < 3 {
        return None;
    }
    let month = MONTHS.iter().position(|name| name.to_lowercase().starts_with(month))? as u32 + 1;
    Day::ymd(year, month, day.parse().ok()?)
}

/// The days of the six weeks that hold a month, from a Monday.
fn weeks_of(year: i32, month: u32) -> Vec<Day> {
    use domain_weekday::days_from_monday;
    let Some(first) = Day::ymd(year, month, 1) else { return vec![] };
    let start = first.plus_days(-i64::from(days_from_monday(first)));
    (0..42).map(|at| start.plus_days(at)).collect()
}

/// Days since Monday, from the calendar that `Day` wraps.
mod domain_weekday {
    use domain::Day;

    pub fn days_from_monday(day: Day) -> u32 {
        // 1 Jan 2024 was a Monday.
        Day::ymd(2024, 1, 1).map_or(0, |monday| day.since(monday).rem_euclid(7) as u32)
    }
}

#[derive(Properties, PartialEq)]
struct CalendarProps {
    place: Place,
    selected: Option<Day>,
    today: Day,
    from: Option<Day>,
    to: Option<Day>,
    /// `None`: left without a choice.
    onpick: Callback<Option<Day>>,
    anchor: NodeRef,
}

#[component]
fn Calendar(props: &CalendarProps) -> Html {
    use_command_barrier();
    use_command(Command::Leave, props.onpick.reform(|()| None));
    let node = use_node_ref();
    let at = use_state(|| props.selected.unwrap_or(props.today));
    use_outside_press(vec![node.clone(), props.anchor.clone()], props.onpick.reform(|()| None));
    {
        let node = node.clone();
        use_effect_with(*at, move |_| {
            if let Some(Ok(Some(day))) =
                node.cast::<Element>().map(|node| node.query_selector("[data-day][tabindex='0']"))
                && let Ok(day) = day.dyn_into::<HtmlElement>()
            {
                let _ = day.focus();
            }
        });
    }
    let step = |months: i32| {
        let at = at.clone();
        Callback::from(move |()| {
            let now = *at;
            at.set(if months > 0 {
                now.plus_months(months as u32)
            } else {
                months_before(now, months.unsigned_abs())
            });
        })
    };
    let onkeydown = {
        let (at, onpick, from, to) = (at.clone(), props.onpick.clone(), props.from, props.to);
        Callback::from(move |event: KeyboardEvent| {
            event.stop_propagation();
            let now = *at;
            let next = match event.key().as_str() {
                "ArrowLeft" => now.prev(),
                "ArrowRight" => now.next(),
                "ArrowUp" => now.plus_days(-7),
                "ArrowDown" => now.plus_days(7),
                "PageUp" => months_before(now, 1),
                "PageDown" => now.plus_months(1),
                "Enter" | " " if on_a_day(&event) => {
                    event.prevent_default();
                    if within(now, from, to) {
                        onpick.emit(Some(now));
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            at.set(next);
        })
    };
    let iso = at.to_string();
    let (year, month) = (at.year(), iso.get(5..7).and_then(|month| month.parse::<u32>().ok()).unwrap_or(1));
    let title = format!("{} {year}", MONTHS[(month.clamp(1, 12) - 1) as usize]);
    let days = weeks_of(year, month);
    let calendar = html! {
        <div ref={node} class="pl-calendar" style={props.place.style()} role="dialog" aria-label="Choose a day" {onkeydown}>
            <div class="pl-row pl-row--between">
                <Button look={Look::Plain} icon="angle-left" label="Month before" onclick={step(-1)} />
                <span class="pl-strong" aria-live="polite">{ title.clone() }</span>
                <Button look={Look::Plain} icon="angle-right" label="Month after" onclick={step(1)} />
            </div>
            <table role="grid" aria-label={title}>
                <thead><tr>{ for [("Mo", "Monday"), ("Tu", "Tuesday"), ("We", "Wednesday"), ("Th", "Thursday"), ("Fr", "Friday"), ("Sa", "Saturday"), ("Su", "Sunday")]
                    .iter().map(|(short, long)| html!(<th scope="col" abbr={*long} class="pl-small pl-subtle">{ *short }</th>)) }</tr></thead>
                <tbody>
                    { for days.chunks(7).map(|week| html!(<tr>{ for week.iter().map(|day| {
                        let inside = day.to_string().get(5..7) == iso.get(5..7);
                        let chosen = Some(*day) == props.selected;
                        let onclick = { let (onpick, day) = (props.onpick.clone(), *day); Callback::from(move |_: MouseEvent| onpick.emit(Some(day))) };
                        html! {
                            <td role="gridcell" aria-selected={chosen.to_string()}>
                                <button type="button" class={classes!("pl-day", (!inside).then_some("pl-day--other"), chosen.then_some("pl-day--on"), (*day == props.today).then_some("pl-day--today"))}
                                    data-day={day.to_string()} aria-label={day.long()} aria-current={(*day == props.today).then_some("date")}
                                    disabled={!within(*day, props.from, props.to)} tabindex={if *day == *at { "0" } else { "-1" }} {onclick}>
                                    { day.to_string().get(8..10).unwrap_or_default().trim_start_matches('0') }
                                </button>
                            </td>
                        }
                    }) }</tr>)) }
                </tbody>
            </table>
        </div>
    };
    match web_sys::window().and_then(|window| window.document()?.body()) {
        Some(body) => create_portal(calendar, body.into()),
        None => calendar,
    }
}

fn on_a_day(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.has_attribute("data-day"))
}

/// `count` months earlier, clamped to that month's last day.
fn months_before(day: Day, count: u32) -> Day {
    let iso = day.to_string();
    let month: i32 = iso.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1);
    let date: u32 = iso.get(8..10).and_then(|date| date.parse().ok()).unwrap_or(1);
    let months = day.year() * 12 + month - 1 - count as i32;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
    (1..=date).rev().find_map(|date| Day::ymd(year, month, date)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        let today = day("2026-03-12");
        assert_eq!(read_day("15 Apr", today), Some(day("2026-04-15")));
        assert_eq!(read_day("15 april 2027", today), Some(day("2027-04-15")));
        assert_eq!(read_day("2026-12-01", today), Some(day("2026-12-01")));
        assert_eq!(read_day("today", today), Some(today));
        assert_eq!(read_day("31 Feb", today), None);
        assert_eq!(read_day("3/4/26", today), None, "which is the month is not for us to guess");
    }

    #[test]
    fn a_month_begins_on_the_monday_before_it() {
        let days = weeks_of(2026, 3);
        assert_eq!((days[0], days.len()), (day("2026-02-23"), 42));
        assert_eq!(months_before(day("2026-03-31"), 1), day("2026-02-28"));
        assert_eq!(months_before(day("2026-01-15"), 1), day("2025-12-15"));
    }
}
