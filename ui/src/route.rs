//! The address of every page inside the window.

use domain::record::ImportedWhat;
use domain::{CustomerId, DrawerId, GiftCardId, ItemId, PlanId, TicketId};
use yew_nested_router::target::Target;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `customer`: attach this person to the ticket.
    Checkout {
        customer: Option<CustomerId>,
    },
    /// Everyone on file.
    Members,
    /// Members > Organizations.
    Organizations,
    Tiers,
    TierNew,
    /// The form of a new plan that begins as a copy of another.
    TierCopy(PlanId),
    TierEdit(PlanId),
    /// Inventory > Memberships > Members; filtered where a plan, or one of its versions, is named.
    TierMembers {
        plan: Option<PlanId>,
        version: Option<u32>,
    },
    /// `item`: with its dialog open.
    Items {
        item: Option<ItemId>,
    },
    Import(ImportedWhat),
    /// `card`: with its drawer open.
    GiftCards {
        card: Option<GiftCardId>,
    },
    Customer {
        id: CustomerId,
        tab: CustomerTab,
    },
    Ticket(TicketId),
    /// The cash drawer of this desk.
    Drawer,
    /// The report of a drawer that was closed.
    DrawerReport(DrawerId),
    Tasks,
    /// What is owed to the outside.
    Queue,
    Manual,
    Settings(SettingsTab),
}

/// The tabs of a customer's profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CustomerTab {
    #[default]
    Overview,
    Memberships,
    Purchases,
    Credits,
    Billing,
    Family,
    Notes,
    Log,
}

/// The sections of Settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SettingsTab {
    #[default]
    Practice,
    Locations,
    Staff,
    Taxes,
    Categories,
    Receipt,
    Mail,
    Stripe,
    Security,
    Data,
    Appearance,
    About,
}

impl CustomerTab {
    pub const ALL: &'static [Self] = &[
        Self::Overview,
        Self::Memberships,
        Self::Purchases,
        Self::Credits,
        Self::Billing,
        Self::Family,
        Self::Notes,
        Self::Log,
    ];

    /// Its part of the address.
    pub fn segment(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Memberships => "memberships",
            Self::Purchases => "purchases",
            Self::Credits => "credits",
            Self::Billing => "billing",
            Self::Family => "family",
            Self::Notes => "notes",
            Self::Log => "log",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Memberships => "Memberships",
            Self::Purchases => "Purchases",
            Self::Credits => "Credits",
            Self::Billing => "Billing",
            Self::Family => "Family",
            Self::Notes => "Notes",
            Self::Log => "Log",
        }
    }

    fn parse(segment: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tab| tab.segment() == segment)
    }
}

impl SettingsTab {
    pub const ALL: &'static [Self] = &[
        Self::Practice,
        Self::Locations,
        Self::Staff,
        Self::Taxes,
        Self::Categories,
        Self::Receipt,
        Self::Mail,
        Self::Stripe,
        Self::Security,
        Self::Data,
        Self::Appearance,
        Self::About,
    ];

    /// Its part of the address.
    pub fn segment(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Locations => "locations",
            Self::Staff => "staff",
            Self::Taxes => "taxes",
            Self::Categories => "categories",
            Self::Receipt => "receipt",
            Self::Mail => "mail",
            Self::Stripe => "stripe",
            Self::Security => "security",
            Self::Data => "data",
            Self::Appearance => "appearance",
            Self::About => "about",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Practice => "Practice",
            Self::Locations => "Locations",
            Self::Staff => "Staff",
            Self::Taxes => "Taxes",
            Self::Categories => "Categories",
            Self::Receipt => "Receipt",
            Self::Mail => "E-mail",
            Self::Stripe => "Stripe",
            Self::Security => "Security",
            Self::Data => "Data",
            Self::Appearance => "Appearance",
            Self::About => "About",
        }
    }

    fn parse(segment: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tab| tab.segment() == segment)
    }
}

const IMPORTS: [ImportedWhat; 3] = [ImportedWhat::Customers, ImportedWhat::Items, ImportedWhat::Members];

/// Its part of the address.
pub fn import_segment(what: ImportedWhat) -> &'static str {
    match what {
        ImportedWhat::Customers => "people",
        ImportedWhat::Items => "items",
        ImportedWhat::Members => "members",
    }
}

impl Target for Route {
    fn render_self_into(&self, path: &mut Vec<String>) {
        self.render_path_into(path);
    }

    fn render_path_into(&self, path: &mut Vec<String>) {
        let mut push = |parts: &[&str]| path.extend(parts.iter().map(|part| (*part).to_owned()));
        match self {
            Self::Checkout { customer: None } => push(&["checkout"]),
            Self::Checkout { customer: Some(id) } => push(&["checkout", "for", &id.to_string()]),
            Self::Members => push(&["members"]),
            Self::Organizations => push(&["members", "organizations"]),
            Self::Tiers => push(&["inventory", "memberships", "tiers"]),
            Self::TierNew => push(&["inventory", "memberships", "tiers", "new"]),
            Self::TierCopy(id) => push(&["inventory", "memberships", "tiers", &id.to_string(), "copy"]),
            Self::TierEdit(id) => push(&["inventory", "memberships", "tiers", &id.to_string(), "edit"]),
            Self::TierMembers { plan, version } => {
                push(&["inventory", "memberships", "members"]);
                if let Some(plan) = plan {
                    push(&["plan", &plan.to_string()]);
                    if let Some(version) = version {
                        push(&["version", &version.to_string()]);
                    }
                }
            }
            Self::Items { item: None } => push(&["inventory", "items"]),
            Self::Items { item: Some(id) } => push(&["inventory", "items", &id.to_string()]),
            Self::Import(what) => push(&["import", import_segment(*what)]),
            Self::GiftCards { card: None } => push(&["inventory", "gift-cards"]),
            Self::GiftCards { card: Some(id) } => push(&["inventory", "gift-cards", &id.to_string()]),
            Self::Customer { id, tab } => push(&["customers", &id.to_string(), tab.segment()]),
            Self::Ticket(id) => push(&["tickets", &id.to_string()]),
            Self::Drawer => push(&["drawer"]),
            Self::DrawerReport(id) => push(&["drawer", "closings", &id.to_string()]),
            Self::Manual => push(&["manual"]),
            Self::Tasks => push(&["tasks"]),
            Self::Queue => push(&["queue"]),
            Self::Settings(tab) => push(&["settings", tab.segment()]),
        }
    }

    fn parse_path(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["checkout"] => Self::Checkout { customer: None },
            ["checkout", "for", id] => Self::Checkout { customer: Some(id.parse().ok()?) },
            ["members"] => Self::Members,
            ["members", "organizations"] => Self::Organizations,
            ["inventory"] | ["inventory", "memberships"] | ["inventory", "memberships", "tiers"] => {
                Self::Tiers
            }
            ["inventory", "memberships", "tiers", "new"] => Self::TierNew,
            ["inventory", "memberships", "tiers", id, "copy"] => Self::TierCopy(id.parse().ok()?),
            ["inventory", "memberships", "tiers", id, "edit"] => Self::TierEdit(id.parse().ok()?),
            ["inventory", "memberships", "members"] => Self::TierMembers { plan: None, version: None },
            ["inventory", "memberships", "members", "plan", id] => {
                Self::TierMembers { plan: Some(id.parse().ok()?), version: None }
            }
            ["inventory", "memberships", "members", "plan", id, "version", version] => {
                Self::TierMembers { plan: Some(id.parse().ok()?), version: Some(version.parse().ok()?) }
            }
            ["inventory", "items"] => Self::Items { item: None },
            ["inventory", "items", id] => Self::Items { item: Some(id.parse().ok()?) },
            ["import", what] => {
                Self::Import(IMPORTS.into_iter().find(|known| import_segment(*known) == *what)?)
            }
            ["inventory", "gift-cards"] => Self::GiftCards { card: None },
            ["inventory", "gift-cards", id] => Self::GiftCards { card: Some(id.parse().ok()?) },
            ["customers", id] => Self::Customer { id: id.parse().ok()?, tab: CustomerTab::default() },
            ["customers", id, tab] => Self::Customer { id: id.parse().ok()?, tab: CustomerTab::parse(tab)? },
            ["tickets", id] => Self::Ticket(id.parse().ok()?),
            ["drawer"] => Self::Drawer,
            ["drawer", "closings", id] => Self::DrawerReport(id.parse().ok()?),
            ["manual"] => Self::Manual,
            ["tasks"] => Self::Tasks,
            ["queue"] => Self::Queue,
            ["settings"] => Self::Settings(SettingsTab::default()),
            ["settings", tab] => Self::Settings(SettingsTab::parse(tab)?),
            _ => return None,
        })
    }
}

impl Default for Route {
    fn default() -> Self {
        Self::Checkout { customer: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_address_leads_back_to_its_page() {
        let id = Uuid::from_u128(7);
        let mut routes = vec![
            Route::default(),
            Route::Checkout { customer: Some(id.into()) },
            Route::Drawer,
            Route::Manual,
            Route::DrawerReport(id.into()),
            Route::Members,
            Route::Organizations,
            Route::Tiers,
            Route::TierNew,
            Route::TierCopy(id.into()),
            Route::TierEdit(id.into()),
            Route::TierMembers { plan: None, version: None },
            Route::TierMembers { plan: Some(id.into()), version: None },
            Route::TierMembers { plan: Some(id.into()), version: Some(3) },
            Route::Items { item: None },
            Route::Items { item: Some(id.into()) },
            Route::GiftCards { card: None },
            Route::GiftCards { card: Some(id.into()) },
            Route::Ticket(id.into()),
            Route::Tasks,
            Route::Queue,
        ];
        routes.extend(IMPORTS.map(Route::Import));
        routes.extend(CustomerTab::ALL.iter().map(|tab| Route::Customer { id: id.into(), tab: *tab }));
        routes.extend(SettingsTab::ALL.iter().map(|tab| Route::Settings(*tab)));
        for route in routes {
            let path = route.render_path();
            let parts: Vec<&str> = path.iter().map(String::as_str).collect();
            assert_eq!(Route::parse_path(&parts), Some(route));
        }
        assert_eq!(Route::parse_path(&["customers", "not-an-id"]), None);
    }
}
