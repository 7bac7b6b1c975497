//! The picture of a tier; where it has none of its own, one of four quiet drawings, told apart by their place in the list.

use crate::pictures::use_picture;
use domain::PlanId;
use domain::plan::PlanAbout;
use protocol::plans::PlanView;
use yew::prelude::*;

/// Which drawing and tint a tier wears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Art {
    Leaves,
    Wheat,
    Peaks,
    Sprouts,
}

impl Art {
    pub const ALL: [Self; 4] = [Self::Leaves, Self::Wheat, Self::Peaks, Self::Sprouts];

    /// By the order of the list, so that neighbours differ and the same tier looks the same on every page.
    pub fn of(plans: &[PlanView], plan: PlanId) -> Self {
        Self::at(about(plans, plan).map_or(0, |about| about.order))
    }

    pub fn at(order: i32) -> Self {
        Self::ALL[order.rem_euclid(4) as usize]
    }

    /// The colour of its dot in a table.
    pub fn dot(self) -> &'static str {
        match self {
            Self::Leaves => "#7f9a96",
            Self::Wheat => "#b98a35",
            Self::Peaks => "#6f7f9f",
            Self::Sprouts => "#4f8a66",
        }
    }
}

/// What a plan of a list says of itself.
pub fn about(plans: &[PlanView], plan: PlanId) -> Option<&PlanAbout> {
    plans.iter().find(|view| view.plan.id == plan).map(|view| &view.plan.about)
}

#[derive(Properties, PartialEq)]
pub struct TierArtProps {
    pub art: Art,
    /// The hash of its own picture.
    #[prop_or_default]
    pub image: Option<String>,
    /// What the picture shows; empty where it says nothing that the name beside it does not.
    #[prop_or_default]
    pub alt: String,
    #[prop_or_default]
    pub class: Classes,
}

/// The tier's own picture, or the drawing while there is none, as large as the class makes it.
#[component]
pub fn TierArt(props: &TierArtProps) -> Html {
    let picture = use_picture(props.image.clone());
    if let Some(src) = picture {
        return html!(<span class={classes!("pl-hero", props.class.clone())}><img {src} alt={props.alt.clone()} draggable="false" /></span>);
    }
    html! {
        <span class={classes!("pl-hero", props.class.clone())}>
            <svg viewBox="0 0 160 100" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
                { match props.art {
                    Art::Leaves => leaves(),
                    Art::Wheat => wheat(),
                    Art::Peaks => peaks(),
                    Art::Sprouts => sprouts(),
                } }
            </svg>
        </span>
    }
}

fn leaves() -> Html {
    let leaf = |nth: usize| {
        let (x, y) = (28 + nth * 17, 74 - nth * 9);
        let (fill, angle) = if nth.is_multiple_of(2) { ("#8ea7a4", 20) } else { ("#b9c9c7", -35) };
        html! {
            <ellipse cx={x.to_string()} cy={y.to_string()} rx="13" ry="9" {fill} opacity=".9" transform={format!("rotate({angle} {x} {y})")} />
        }
    };
    html! {
        <>
            <rect width="160" height="100" fill="#dfe7e6" />
            <circle cx="118" cy="22" r="40" fill="#f4f7f6" />
            { for (0..6).map(leaf) }
            <path d="M14 84 Q70 60 128 22" stroke="#8ea7a4" stroke-width="2" fill="none" />
        </>
    }
}

fn wheat() -> Html {
    html! {
        <>
            <rect width="160" height="100" fill="#f3e3bd" />
            <circle cx="112" cy="34" r="26" fill="#e0bf74" />
            <circle cx="112" cy="34" r="38" fill="#e0bf74" opacity=".3" />
            <path d="M0 84C40 60 80 72 160 58V100H0Z" fill="#b98a35" opacity=".85" />
            <path d="M0 92C50 76 100 84 160 74V100H0Z" fill="#7d5a1c" opacity=".7" />
            <path d="M30 84 q-2 -24 4 -32" stroke="#b98a35" stroke-width="2.2" fill="none" />
            <ellipse cx="34" cy="50" rx="4" ry="8" fill="#b98a35" />
            <path d="M44 84 q-2 -24 2 -40" stroke="#b98a35" stroke-width="2.2" fill="none" />
            <ellipse cx="46" cy="42" rx="4" ry="8" fill="#b98a35" />
            <path d="M58 84 q-2 -24 0 -32" stroke="#b98a35" stroke-width="2.2" fill="none" />
            <ellipse cx="58" cy="50" rx="4" ry="8" fill="#b98a35" />
        </>
    }
}

fn peaks() -> Html {
    html! {
        <>
            <rect width="160" height="100" fill="#d5dbe8" />
            <path d="M96 100V52a28 28 0 0 1 56 0v48Z" fill="#eef1f7" />
            <path d="M108 100V54a16 16 0 0 1 32 0v46Z" fill="#a9b4cd" />
            <path d="M0 100L44 40l34 44 12-14 20 30Z" fill="#6f7f9f" opacity=".8" />
            <path d="M44 40l12 16-10 6-12-4Z" fill="#eef1f7" />
            <circle cx="30" cy="24" r="9" fill="#eef1f7" />
        </>
    }
}

fn sprouts() -> Html {
    let sprout = |(x, y): (i32, i32)| {
        let y2 = y + 8;
        html! {
            <>
                <path d={format!("M{x} 96V{}", y - 6)} stroke="#4f8a66" stroke-width="2.4" />
                <path d={format!("M{x} {y}c0-14 8-20 18-20 0 14-7 20-18 20Z")} fill="#4f8a66" opacity=".9" />
                <path d={format!("M{x} {y2}c0-12-7-17-16-17 0 12 6 17 16 17Z")} fill="#93bfa2" />
            </>
        }
    };
    html! {
        <>
            <rect width="160" height="100" fill="#d3e6d8" />
            <circle cx="34" cy="26" r="14" fill="#edf6ef" />
            { for [(44, 66), (70, 50), (96, 60), (122, 70)].map(sprout) }
            <path d="M0 92q80-10 160 0v8H0Z" fill="#4f8a66" opacity=".55" />
        </>
    }
}
