//! The steps of a guide, down its left side.

use crate::components::text::Icon;
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub title: AttrValue,
    /// What was answered, or what will be asked.
    pub about: AttrValue,
}

#[derive(Properties, PartialEq)]
pub struct ProgressStepperProps {
    pub label: AttrValue,
    pub steps: Vec<Step>,
    /// The one being answered; earlier ones are done.
    pub current: usize,
}

#[component]
pub fn ProgressStepper(props: &ProgressStepperProps) -> Html {
    html! {
        <ol class="pf-v6-c-progress-stepper pf-m-vertical" aria-label={props.label.clone()}>
            { for props.steps.iter().enumerate().map(|(at, step)| {
                let (class, icon, said) = match at.cmp(&props.current) {
                    std::cmp::Ordering::Less => (classes!("pf-m-success"), Some("check-circle"), "done: "),
                    std::cmp::Ordering::Equal => (classes!("pf-m-info", "pf-m-current"), Some("arrow-circle-right"), ""),
                    std::cmp::Ordering::Greater => (classes!("pf-m-pending"), None, ""),
                };
                html! {
                    <li class={classes!("pf-v6-c-progress-stepper__step", class)} aria-current={(at == props.current).then_some("step")}>
                        <span class="pf-v6-c-progress-stepper__step-connector"><span class="pf-v6-c-progress-stepper__step-icon">
                            if let Some(icon) = icon { <Icon name={icon} /> }
                        </span></span>
                        <span class="pf-v6-c-progress-stepper__step-main">
                            <span class="pf-v6-c-progress-stepper__step-title"><span class="pf-v6-screen-reader">{ said }</span>{ &step.title }</span>
                            <div class="pf-v6-c-progress-stepper__step-description">{ &step.about }</div>
                        </span>
                    </li>
                }
            }) }
        </ol>
    }
}
