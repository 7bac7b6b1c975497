//! Words and figures: money, initials, statuses, key hints.

use crate::keys::Command;
use crate::session::use_session;
use domain::Money;
use protocol::enrollments::StatusView;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct MoneyTextProps {
    pub amount: Money,
    /// Shown struck through before what is paid.
    #[prop_or_default]
    pub was: Option<Money>,
    /// What the member saves: green.
    #[prop_or_default]
    pub saving: bool,
    /// Owed and late: bold rust; zero is subtle then.
    #[prop_or_default]
    pub overdue: bool,
    #[prop_or_default]
    pub strong: bool,
}

/// An amount in the practice's currency, with tabular figures.
#[component]
pub fn MoneyText(props: &MoneyTextProps) -> Html {
    let session = use_session();
    let class = classes!(
        "pl-money",
        props.saving.then_some("pl-saving"),
        (props.overdue && props.amount.is_positive()).then_some("pl-bad pl-strong"),
        (props.overdue && props.amount.is_zero()).then_some("pl-subtle"),
        props.strong.then_some("pl-strong"),
    );
    html! {
        <>
            if let Some(was) = props.was.filter(|was| *was != props.amount) {
                <s class="pl-money pl-subtle pl-was">{ session.money(was) }</s>{ " " }
            }
            <span {class}>{ session.money(props.amount) }</span>
        </>
    }
}

/// `7`, `1,234`, `100,000`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AvatarSize {
    #[default]
    Regular,
    Large,
    ExtraLarge,
}

#[derive(Properties, PartialEq)]
pub struct AvatarProps {
    pub name: AttrValue,
    /// What the tint is picked by, so that it stays when the name changes; the name where there is none.
    #[prop_or_default]
    pub id: Option<uuid::Uuid>,
    #[prop_or_default]
    pub size: AvatarSize,
    /// Shows a house instead.
    #[prop_or_default]
    pub organization: bool,
}

/// A person's initials, or an organization's house, in one of six quiet tints.
#[component]
pub fn Avatar(props: &AvatarProps) -> Html {
    let seed = match props.id {
        Some(id) => id.as_bytes().iter().map(|byte| u32::from(*byte)).sum::<u32>(),
        None => props.name.bytes().map(u32::from).sum(),
    };
    let tint = ["a", "b", "c", "d", "e", "f"][(seed % 6) as usize];
    let size = match props.size {
        AvatarSize::Regular => None,
        AvatarSize::Large => Some("pl-avatar--lg"),
        AvatarSize::ExtraLarge => Some("pl-avatar--xl"),
    };
    html! {
        <span class={classes!("pl-avatar", format!("pl-avatar--{tint}"), size)} aria-hidden="true">
            if props.organization { <i class="fas fa-building"></i> } else { { initials(&props.name) } }
        </span>
    }
}

/// First letters of the first and the last name.
fn initials(name: &str) -> String {
    let mut words =
        name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// The colour of a label; the same meaning has the same colour everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Green,
    Orange,
    Red,
    Blue,
    Yellow,
    Grey,
    Outline,
}

impl Tone {
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Green => Some("pf-m-green"),
            Self::Orange => Some("pf-m-orange"),
            Self::Red => Some("pf-m-red"),
            Self::Blue => Some("pf-m-blue"),
            Self::Yellow => Some("pf-m-yellow"),
            Self::Grey => None,
            Self::Outline => Some("pf-m-outline"),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct StatusLabelProps {
    pub text: AttrValue,
    pub tone: Tone,
    /// A solid Font Awesome icon without its prefix: `check-circle`.
    #[prop_or_default]
    pub icon: Option<AttrValue>,
}

/// A pill with an icon and words.
#[component]
pub fn StatusLabel(props: &StatusLabelProps) -> Html {
    html! {
        <span class={classes!("pf-v6-c-label", props.tone.class())}>
            <span class="pf-v6-c-label__content">
                if let Some(icon) = &props.icon {
                    <span class="pf-v6-c-label__icon"><Icon name={icon.clone()} /></span>
                }
                <span class="pf-v6-c-label__text">{ &props.text }</span>
            </span>
        </span>
    }
}

#[derive(Properties, PartialEq)]
pub struct EnrollmentStatusProps {
    pub status: StatusView,
    /// Stands before the status: `Gold · Active`.
    #[prop_or_default]
    pub plan: Option<AttrValue>,
}

/// The status of an enrollment, always with icon and words.
#[component]
pub fn EnrollmentStatus(props: &EnrollmentStatusProps) -> Html {
    let session = use_session();
    let day = |day| session.day(day);
    let (tone, icon, words) = match props.status {
        StatusView::Active => (Tone::Green, "check-circle", "Active".to_owned()),
        StatusView::Waiting { due } => (Tone::Blue, "clock", format!("Waiting · due {}", day(due))),
        StatusView::Scheduled { starts } => (Tone::Blue, "clock", format!("Starts {}", day(starts))),
        StatusView::PastDueGrace { until, .. } => {
            (Tone::Orange, "exclamation-triangle", format!("Past Due · grace to {}", day(until)))
        }
        StatusView::PastDueSuspended { .. } => {
            (Tone::Red, "exclamation-circle", "Past Due · benefits off".to_owned())
        }
        StatusView::Paused { until: Some(until) } => {
            (Tone::Grey, "pause", format!("Paused until {}", day(until)))
        }
        StatusView::Paused { until: None } => (Tone::Grey, "pause", "Paused".to_owned()),
        StatusView::Ends { last_day } => (Tone::Yellow, "flag", format!("Ends {}", day(last_day))),
        StatusView::Cancelled { on } => (Tone::Outline, "ban", format!("Cancelled {}", day(on))),
    };
    let text = match &props.plan {
        Some(plan) => format!("{plan} · {words}"),
        None => words,
    };
    html!(<StatusLabel {text} {tone} icon={icon} />)
}

#[derive(Properties, PartialEq)]
pub struct IconProps {
    /// A solid Font Awesome icon without its prefix: `plus`.
    pub name: AttrValue,
}

/// A picture that says nothing to a screen reader; words stand beside it or in a label around it.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html!(<i class={format!("fas fa-{}", props.name)} aria-hidden="true"></i>)
}

#[derive(Properties, PartialEq)]
pub struct KeyHintProps {
    pub command: Command,
}

/// The key of a command in a small box; screen readers get the words beside it only.
#[component]
pub fn KeyHint(props: &KeyHintProps) -> Html {
    html!(<span class="pl-key" aria-hidden="true">{ props.command.key_hint() }</span>)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_first_and_last_name_in_any_script() {
        assert_eq!(initials("Ana Ruiz"), "AR");
        assert_eq!(initials("Maximiliane von Hohenberg"), "MH");
        assert_eq!(initials("يوسف الحمداني"), "يا");
        assert_eq!(initials("Cher"), "C");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn long_counts_are_grouped() {
        let said = [7, 364, 1_234, 100_000, 12_345_678].map(grouped);
        assert_eq!(said, ["7", "364", "1,234", "100,000", "12,345,678"]);
    }
}
