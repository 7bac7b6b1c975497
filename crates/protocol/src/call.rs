//! The one list of everything that can be asked.

use crate::{
    adopting::*,
    agreements::*,
    customers::*,
    data::*,
    drawers::*,
    enrollments::*,
    gift_cards::*,
    images::{ImageBytes, ImageStored, ReadImage, StoreImage},
    items::*,
    keeping::*,
    mail::*,
    many::*,
    member_card::*,
    members::*,
    organizations::*,
    plans::*,
    practice::*,
    receipt::{FileMade, GetReceiptPdf},
    start::*,
    stripe::*,
    tickets::*,
};
use domain::{RequestKey, StaffId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A request and the reply it gets.
pub trait Call: Serialize + DeserializeOwned + Into<Request> {
    type Reply: Serialize + DeserializeOwned;
    /// The request's name on the wire.
    const NAME: &'static str;
}

macro_rules! calls {
    ($($name:ident $wire:literal -> $reply:ty;)*) => {
        /// Any request, tagged with its name in `do`.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "do")]
        pub enum Request {
            $(#[serde(rename = $wire)] $name(Box<$name>),)*
        }

        impl Request {
            /// The name on the wire.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => $wire,)* }
            }

            /// Every name that the door answers to.
            pub const NAMES: &'static [&'static str] = &[$($wire,)*];
        }

        $(
            impl From<$name> for Request {
                fn from(request: $name) -> Self {
                    Self::$name(Box::new(request))
                }
            }

            impl Call for $name {
                type Reply = $reply;
                const NAME: &'static str = $wire;
            }
        )*
    };
}

calls! {
    // Before the database is open.
    StartStatus "start_status" -> Started;
    CreateDatabase "create_database" -> DatabaseCreated;
    Unlock "unlock" -> Started;
    OpenDemo "open_demo" -> DemoOpened;
    // The key of the open database.
    RenewRecoveryKey "renew_recovery_key" -> RecoveryKeyMade;
    ChangePassphrase "change_passphrase" -> Started;
    // The practice and who is at the desk.
    SetUpPractice "set_up_practice" -> Session;
    WhoAmI "who_am_i" -> Door;
    StillHere "still_here" -> Door;
    SignIn "sign_in" -> Session;
    SignOut "sign_out" -> Door;
    ChooseLocation "choose_location" -> Session;
    ListTimeZones "list_time_zones" -> Vec<String>;
    GetPractice "get_practice" -> PracticeView;
    SavePractice "save_practice" -> PracticeView;
    SaveLocation "save_location" -> PracticeView;
    SaveTaxClass "save_tax_class" -> PracticeView;
    SaveCategory "save_category" -> PracticeView;
    SaveStaff "save_staff" -> PracticeView;
    SaveDesk "save_desk" -> PracticeView;
    // Items.
    ListItems "list_items" -> ItemList;
    SaveItem "save_item" -> ItemRow;
    ArchiveItem "archive_item" -> ItemRow;
    RestoreItem "restore_item" -> ItemRow;
    // Plans.
    ListPlans "list_plans" -> PlanList;
    GetPlan "get_plan" -> PlanView;
    SavePlan "save_plan" -> PlanView;
    DuplicatePlan "duplicate_plan" -> PlanView;
    ArchivePlan "archive_plan" -> PlanView;
    RestorePlan "restore_plan" -> PlanView;
    StoreImage "store_image" -> ImageStored;
    ReadImage "read_image" -> ImageBytes;
    // Customers.
    CreateCustomer "create_customer" -> CustomerView;
    EditCustomer "edit_customer" -> CustomerView;
    GetCustomer "get_customer" -> CustomerView;
    FindCustomers "find_customers" -> FoundCustomers;
    AddNote "add_note" -> CustomerView;
    MergeCustomers "merge_customers" -> CustomerView;
    MakeMemberCard "make_member_card" -> MemberCard;
    GetMemberCardPdf "get_member_card_pdf" -> FileMade;
    // Enrollments.
    PreviewEnroll "preview_enroll" -> EnrollPreview;
    Enroll "enroll" -> Enrolled;
    GetEnrollment "get_enrollment" -> EnrollmentView;
    CollectRenewal "collect_renewal" -> Collected;
    PauseEnrollment "pause_enrollment" -> EnrollmentView;
    ResumeEnrollment "resume_enrollment" -> EnrollmentView;
    CancelAtPeriodEnd "cancel_at_period_end" -> EnrollmentView;
    UndoCancel "undo_cancel" -> EnrollmentView;
    PreviewCancelNow "preview_cancel_now" -> CancelPreview;
    CancelNow "cancel_now" -> EnrollmentView;
    PreviewUpdateTerms "preview_update_terms" -> UpdatePreview;
    UpdateTerms "update_terms" -> EnrollmentView;
    PreviewChangePlan "preview_change_plan" -> ChangePlanPreview;
    ChangePlan "change_plan" -> ChangedPlan;
    KeepTerms "keep_terms" -> EnrollmentView;
    PreviewChangeHolder "preview_change_holder" -> HolderPreview;
    ChangeHolder "change_holder" -> EnrollmentView;
    GiveGoodwill "give_goodwill" -> EnrollmentView;
    ExtendLot "extend_lot" -> EnrollmentView;
    SettleOverdraft "settle_overdraft" -> EnrollmentView;
    SettleTrust "settle_trust" -> EnrollmentView;
    AddDependent "add_dependent" -> EnrollmentView;
    RemoveDependent "remove_dependent" -> EnrollmentView;
    LimitSeats "limit_seats" -> EnrollmentView;
    PauseSeat "pause_seat" -> EnrollmentView;
    ResumeSeat "resume_seat" -> EnrollmentView;
    AdjustCredit "adjust_credit" -> EnrollmentView;
    RefreshCredits "refresh_credits" -> RoundDone;
    // What a person agreed to.
    StoreSigned "store_signed" -> SignedStored;
    GetAgreements "get_agreements" -> Agreements;
    ReadSigned "read_signed" -> ImageBytes;
    GetAgreementPdf "get_agreement_pdf" -> FileMade;
    // Organizations.
    ListOrganizations "list_organizations" -> OrganizationPage;
    GetStatements "get_statements" -> Statements;
    CollectStatement "collect_statement" -> StatementPaid;
    GetStatementPdf "get_statement_pdf" -> FileMade;
    // Members.
    ListMembers "list_members" -> MemberPage;
    ExportMembers "export_members" -> FileMade;
    ListMemberIds "list_member_ids" -> MemberIds;
    PreviewMany "preview_many" -> ManyPreview;
    WriteMessage "write_message" -> WrittenMessage;
    DoMany "do_many" -> ManyDone;
    // Tickets.
    GetCatalog "get_catalog" -> Catalog;
    CustomerAtCheckout "customer_at_checkout" -> AtCheckout;
    QuoteTicket "quote_ticket" -> Quoted;
    KeepOpenTickets "keep_open_tickets" -> OpenTicketsKept;
    ListOpenTickets "list_open_tickets" -> Vec<TicketDraft>;
    HoldTicket "hold_ticket" -> HeldList;
    ListHeld "list_held" -> HeldList;
    RecallTicket "recall_ticket" -> TicketDraft;
    DropHeld "drop_held" -> HeldList;
    SettleTicket "settle_ticket" -> TicketView;
    VoidTicket "void_ticket" -> TicketView;
    PreviewRefund "preview_refund" -> RefundPreview;
    RefundTicket "refund_ticket" -> TicketView;
    GetTicket "get_ticket" -> TicketView;
    ListTickets "list_tickets" -> TicketPage;
    GetReceiptPdf "get_receipt_pdf" -> FileMade;
    // The cash drawer of this desk, and the closings of all.
    GetDrawer "get_drawer" -> DrawerView;
    OpenDrawer "open_drawer" -> DrawerView;
    MoveCash "move_cash" -> DrawerView;
    CloseDrawer "close_drawer" -> DrawerReport;
    GetDrawerReport "get_drawer_report" -> DrawerReport;
    ListDrawers "list_drawers" -> DrawerPage;
    // Data out and in, and what one person may ask for.
    ExportData "export_data" -> FileMade;
    ExportPerson "export_person" -> FileMade;
    PreviewErase "preview_erase" -> ErasePreview;
    EraseCustomer "erase_customer" -> Erased;
    ReadImport "read_import" -> ImportRead;
    CheckImport "check_import" -> ImportChecked;
    ImportFile "import_file" -> Imported;
    // Gift cards.
    GetGiftCard "get_gift_card" -> GiftCardView;
    ListGiftCards "list_gift_cards" -> GiftCardPage;
    AdjustGiftCard "adjust_gift_card" -> GiftCardView;
    BlockGiftCard "block_gift_card" -> GiftCardView;
    UnblockGiftCard "unblock_gift_card" -> GiftCardView;
    // E-mail, and the queue of what is owed to the outside.
    SaveMail "save_mail" -> PracticeView;
    GetMailPassword "get_mail_password" -> MailPasswordKept;
    SetMailPassword "set_mail_password" -> MailPasswordKept;
    TestMail "test_mail" -> MailTested;
    AskMail "ask_mail" -> EffectView;
    GetChargeReceipt "get_charge_receipt" -> ChargeReceipt;
    GetChargeReceiptPdf "get_charge_receipt_pdf" -> FileMade;
    ListQueue "list_queue" -> QueuePage;
    GetEffect "get_effect" -> EffectExplained;
    RetryEffect "retry_effect" -> EffectView;
    CancelEffect "cancel_effect" -> EffectView;
    // Stripe.
    GetStripe "get_stripe" -> StripeView;
    ConnectStripe "connect_stripe" -> StripeConnected;
    RemoveStripeKey "remove_stripe_key" -> StripeView;
    SaveStripeLimits "save_stripe_limits" -> StripeView;
    ReconcileStripe "reconcile_stripe" -> Reconciliation;
    GetReconciliation "get_reconciliation" -> Reconciliation;
    LookAtAccount "look_at_account" -> Adoption;
    GetAdoption "get_adoption" -> Adoption;
    AdoptAccount "adopt_account" -> Adopted;
    AskCard "ask_card" -> CardPage;
    GetCardPage "get_card_page" -> CardPage;
    AskBillingPage "ask_billing_page" -> BillingPage;
    GetBillingPage "get_billing_page" -> BillingPage;
    RetryCharge "retry_charge" -> EnrollmentView;
    ChangePays "change_pays" -> EnrollmentView;
    ChargeCard "charge_card" -> CardCharge;
    GetCardCharge "get_card_charge" -> CardCharge;
    // Finding, tasks, the log and the health of the data.
    Search "search" -> Found;
    ListTasks "list_tasks" -> Vec<TaskView>;
    CloseTask "close_task" -> Vec<TaskView>;
    GetLog "get_log" -> LogPage;
    GetStaffLog "get_staff_log" -> StaffLog;
    RunDoctor "run_doctor" -> DoctorReport;
}

/// One request as it crosses the door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    #[serde(flatten)]
    pub request: Request,
    /// Made by the screen before a request that writes; the same key with the same request gets the same reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RequestKey>,
    /// A second person's PIN for this one action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// Who else allows one action; the record names both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub staff: StaffId,
    pub pin: String,
}

/// A refusal or failure: what happened, whether money moved and what to do next, in words and in data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// Stable, for programs: `insufficient_credit`, `needs_manager`, `stale_total`.
    pub code: String,
    /// For people.
    pub message: String,
    /// The numbers behind the message; `null` when there are none.
    #[serde(default)]
    pub details: serde_json::Value,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stripe::ConnectStripe;
    use serde_json::json;

    #[test]
    fn the_key_of_a_request_is_not_the_key_of_stripe() {
        let key = json!("00000000-0000-4000-8000-000000000007");
        let ask = Ask {
            request: ConnectStripe { key: "rk_test_1234".into() }.into(),
            key: Some(serde_json::from_value(key).unwrap()),
            approval: None,
        };
        let crossed = serde_json::to_string(&ask).unwrap();
        assert_eq!(serde_json::from_str::<Ask>(&crossed).unwrap(), ask, "{crossed}");
    }
}
