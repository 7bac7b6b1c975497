//! Light, dark, or as the system says; remembered on this computer.

use wasm_bindgen::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

const STORED_AS: &str = "perennial.theme";
const DARK_CLASS: &str = "pf-v6-theme-dark";

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn words(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.code() == code).unwrap_or_default()
    }

    fn is_dark(self, system_is_dark: bool) -> bool {
        match self {
            Self::System => system_is_dark,
            Self::Light => false,
            Self::Dark => true,
        }
    }
}

/// What was chosen on this computer.
pub fn chosen() -> Theme {
    storage()
        .and_then(|storage| storage.get_item(STORED_AS).ok().flatten())
        .map(|code| Theme::from_code(&code))
        .unwrap_or_default()
}

/// Remembers the choice and shows it.
pub fn choose(theme: Theme) {
    if let Some(storage) = storage() {
        // A full or forbidden storage costs the memory of the choice, not the choice.
        let _ = storage.set_item(STORED_AS, theme.code());
    }
    show(theme);
}

/// Shows what was chosen, and follows the system from then on; called once at the start.
pub fn start() {
    show(chosen());
    if let Some(query) = system_query() {
        let follow = Closure::<dyn Fn()>::new(|| show(chosen()));
        query.set_onchange(Some(follow.as_ref().unchecked_ref()));
        // It lives as long as the window.
        follow.forget();
    }
}

fn show(theme: Theme) {
    let dark = theme.is_dark(system_query().is_some_and(|query| query.matches()));
    if let Some(root) = web_sys::window().and_then(|window| window.document()?.document_element()) {
        let _ = root.class_list().toggle_with_force(DARK_CLASS, dark);
    }
}

fn system_query() -> Option<web_sys::MediaQueryList> {
    web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok().flatten()
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_back_and_an_unknown_one_is_the_systems() {
        for theme in Theme::ALL {
            assert_eq!(Theme::from_code(theme.code()), theme);
        }
        assert_eq!(Theme::from_code("sepia"), Theme::System);
        assert!(Theme::System.is_dark(true) && !Theme::Light.is_dark(true) && Theme::Dark.is_dark(false));
    }
}
