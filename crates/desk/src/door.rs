//! The one door: session, role, then the use case.

use crate::ground::Ground;
use crate::op::{Here, Look, Op, SignedIn};
use crate::practice::Beside;
use crate::refusal::{Refusal, Result};
use crate::{
    Clock, Ids, agreements, customers, data, drawers, enrollments, gift_cards, images, items, keeping, mail,
    members, organizations, plans, practice, stripe, tickets,
};
use domain::practice::Role;
use domain::record::Change;
use domain::{Day, DeskId, Instant, RequestKey};
use futures_util::FutureExt;
use protocol::enrollments::RoundDone;
use protocol::{Approval, Ask, Call, ErrorReply, Request};
use sqlx::Row;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, RwLock};
use store::{Advanced, Script, Store};
use tokio::sync::Mutex;

/// So many memberships in one transaction of the daily round: somebody at the counter never waits for more of them.
const TOGETHER: u32 = 500;

/// An open practice at one counter.
pub struct Desk {
    /// Which of the practice's desks this is.
    id: DeskId,
    store: Store,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    session: Mutex<Option<Session>>,
    ground: RwLock<Arc<Ground>>,
    /// The day the projections were last known to be as of.
    as_of: RwLock<Option<Day>>,
    /// The day that reminders were last looked for.
    reminded: RwLock<Option<Day>>,
    /// The way to the mail server.
    pub(crate) line: Mutex<mail::Line>,
    /// The way to Stripe.
    pub(crate) stripe_line: Mutex<stripe::Line>,
}

#[derive(Debug, Clone)]
struct Session {
    signed_in: SignedIn,
    last_used: Instant,
}

/// What a request asks of whoever sends it.
enum Needs {
    Nothing,
    SignIn,
    Role(Role, &'static str),
    /// A PIN of that role in this very request, whoever is signed in.
    Pin(Role, &'static str),
}

fn needs(request: &Request) -> Needs {
    use Request as R;
    match request {
        R::StartStatus(_)
        | R::CreateDatabase(_)
        | R::Unlock(_)
        | R::OpenDemo(_)
        | R::SetUpPractice(_)
        | R::WhoAmI(_)
        | R::StillHere(_)
        | R::SignIn(_)
        | R::SignOut(_)
        | R::ListTimeZones(_) => Needs::Nothing,

        R::ChooseLocation(_)
        | R::GetPractice(_)
        | R::ListItems(_)
        | R::ListPlans(_)
        | R::GetPlan(_)
        | R::ReadImage(_)
        | R::CreateCustomer(_)
        | R::EditCustomer(_)
        | R::GetCustomer(_)
        | R::FindCustomers(_)
        | R::AddNote(_)
        | R::PreviewEnroll(_)
        | R::Enroll(_)
        | R::GetEnrollment(_)
        | R::StoreSigned(_)
        | R::GetAgreements(_)
        | R::ReadSigned(_)
        | R::GetAgreementPdf(_)
        | R::CollectRenewal(_)
        | R::PauseEnrollment(_)
        | R::ResumeEnrollment(_)
        | R::CancelAtPeriodEnd(_)
        | R::UndoCancel(_)
        | R::PreviewCancelNow(_)
        | R::PreviewUpdateTerms(_)
        | R::PreviewChangePlan(_)
        | R::ChangePlan(_)
        | R::KeepTerms(_)
        | R::PreviewChangeHolder(_)
        | R::ChangeHolder(_)
        | R::SettleTrust(_)
        | R::AddDependent(_)
        | R::RemoveDependent(_)
        | R::LimitSeats(_)
        | R::PauseSeat(_)
        | R::ResumeSeat(_)
        | R::ListOrganizations(_)
        | R::GetStatements(_)
        | R::GetStatementPdf(_)
        | R::CollectStatement(_)
        | R::RefreshCredits(_)
        | R::ListMembers(_)
        | R::ListMemberIds(_)
        | R::PreviewMany(_)
        | R::DoMany(_)
        | R::GetCatalog(_)
        | R::CustomerAtCheckout(_)
        | R::QuoteTicket(_)
        | R::KeepOpenTickets(_)
        | R::ListOpenTickets(_)
        | R::HoldTicket(_)
        | R::ListHeld(_)
        | R::RecallTicket(_)
        | R::DropHeld(_)
        | R::SettleTicket(_)
        | R::VoidTicket(_)
        | R::PreviewRefund(_)
        | R::RefundTicket(_)
        | R::GetTicket(_)
        | R::ListTickets(_)
        | R::GetReceiptPdf(_)
        | R::GetDrawer(_)
        | R::OpenDrawer(_)
        | R::MoveCash(_)
        | R::CloseDrawer(_)
        | R::GetDrawerReport(_)
        | R::MakeMemberCard(_)
        | R::GetMemberCardPdf(_)
        | R::GetGiftCard(_)
        | R::ListGiftCards(_)
        | R::AskMail(_)
        | R::GetChargeReceipt(_)
        | R::GetChargeReceiptPdf(_)
        | R::ListQueue(_)
        | R::GetEffect(_)
        | R::RetryEffect(_)
        | R::CancelEffect(_)
        | R::GetMailPassword(_)
        | R::GetStripe(_)
        | R::GetReconciliation(_)
        | R::GetAdoption(_)
        | R::AskCard(_)
        | R::AskBillingPage(_)
        | R::GetBillingPage(_)
        | R::GetCardPage(_)
        | R::RetryCharge(_)
        | R::ChangePays(_)
        | R::ChargeCard(_)
        | R::GetCardCharge(_)
        | R::Search(_)
        | R::ListTasks(_)
        | R::GetLog(_)
        | R::GetStaffLog(_)
        | R::ReadImport(_)
        | R::CheckImport(_)
        | R::PreviewErase(_) => Needs::SignIn,

        R::RenewRecoveryKey(_) => Needs::Pin(Role::Owner, "Making a new recovery key"),
        R::ChangePassphrase(_) => Needs::Pin(Role::Owner, "Changing the passphrase"),

        R::SavePractice(_) => Needs::Role(Role::Manager, "Changing the practice"),
        R::SaveMail(_) | R::SetMailPassword(_) | R::TestMail(_) => {
            Needs::Role(Role::Manager, "Changing how e-mail is sent")
        }
        R::ConnectStripe(_) | R::RemoveStripeKey(_) => Needs::Role(Role::Owner, "Changing the key of Stripe"),
        R::SaveStripeLimits(_) => Needs::Role(Role::Manager, "Changing how far cards are trusted"),
        R::ReconcileStripe(_) => Needs::Role(Role::Manager, "Comparing everything with Stripe"),
        R::LookAtAccount(_) | R::AdoptAccount(_) => {
            Needs::Role(Role::Manager, "Taking over what is billed at Stripe")
        }
        R::WriteMessage(_) => Needs::Role(Role::Manager, "Writing to many people"),
        R::SaveLocation(_) => Needs::Role(Role::Manager, "Changing a location"),
        R::SaveTaxClass(_) => Needs::Role(Role::Manager, "Changing taxes"),
        R::SaveCategory(_) => Needs::Role(Role::Manager, "Changing categories"),
        R::SaveStaff(_) => Needs::Role(Role::Manager, "Changing staff"),
        R::SaveDesk(_) => Needs::Role(Role::Manager, "Changing the desk"),
        R::SaveItem(_) => Needs::Role(Role::Manager, "Changing items"),
        R::ArchiveItem(_) | R::RestoreItem(_) => Needs::Role(Role::Manager, "Archiving items"),
        R::SavePlan(_) | R::DuplicatePlan(_) | R::StoreImage(_) => {
            Needs::Role(Role::Manager, "Changing memberships")
        }
        R::ArchivePlan(_) | R::RestorePlan(_) => Needs::Role(Role::Manager, "Archiving memberships"),
        R::MergeCustomers(_) => Needs::Role(Role::Manager, "Merging two people"),
        R::CancelNow(_) => Needs::Role(Role::Manager, "Cancelling at once"),
        R::UpdateTerms(_) => Needs::Role(Role::Manager, "Updating terms"),
        R::AdjustCredit(_) => Needs::Role(Role::Manager, "Adjusting credits"),
        R::GiveGoodwill(_) => Needs::Role(Role::Manager, "Giving credit"),
        R::ExtendLot(_) => Needs::Role(Role::Manager, "Changing when a credit expires"),
        R::SettleOverdraft(_) => Needs::Role(Role::Manager, "Settling an overdrawn credit"),
        R::AdjustGiftCard(_) => Needs::Role(Role::Manager, "Putting a gift card right"),
        R::BlockGiftCard(_) | R::UnblockGiftCard(_) => Needs::Role(Role::Manager, "Blocking gift cards"),
        R::ExportMembers(_) => Needs::Role(Role::Manager, "Taking the members out as a file"),
        R::ListDrawers(_) => Needs::Role(Role::Manager, "Looking through the closings"),
        R::ExportData(_) => Needs::Role(Role::Manager, "Taking data out as a file"),
        R::ExportPerson(_) => Needs::Role(Role::Manager, "Taking out everything held about a person"),
        R::EraseCustomer(_) => Needs::Role(Role::Manager, "Erasing a person"),
        R::ImportFile(_) => Needs::Role(Role::Manager, "Importing a file"),
        R::CloseTask(_) => Needs::Role(Role::Manager, "Closing a task"),
        R::RunDoctor(_) => Needs::Role(Role::Manager, "Checking the data"),
    }
}

impl Desk {
    /// Takes the counter of an open database.
    pub async fn open(store: Store, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self> {
        let mut conn = store.readers().acquire().await?;
        let ground = Ground::load(&mut conn).await?;
        drop(conn);
        Ok(Self {
            id: store.head().await.desk,
            store,
            clock,
            ids,
            session: Mutex::new(None),
            ground: RwLock::new(Arc::new(ground)),
            as_of: RwLock::new(None),
            reminded: RwLock::new(None),
            line: Mutex::new(mail::Line::default()),
            stripe_line: Mutex::new(stripe::Line::default()),
        })
    }

    /// Answers one request; whatever comes back, nothing is half done.
    ///
    /// A panic in a use case is an answer too: its transaction is undone with the next one, and the desk goes on.
    pub async fn call(&self, ask: Ask) -> Result<serde_json::Value, ErrorReply> {
        let name = ask.request.name();
        let answer = AssertUnwindSafe(Box::pin(self.answer(ask))).catch_unwind().await;
        answer.unwrap_or(Err(Refusal::Broken)).map_err(|refusal| {
            match &refusal {
                Refusal::Store(error) => log::error!("{name}: {error}"),
                // What it said may hold somebody's name, and is not kept.
                Refusal::Broken => log::error!("{name}: panicked"),
                _ => {}
            }
            refusal.into()
        })
    }

    /// Answers one request with its own reply type; for programs and tests.
    pub async fn ask<C: Call>(&self, request: C, key: Option<RequestKey>) -> Result<C::Reply, ErrorReply> {
        let reply = self.call(Ask { request: request.into(), key, approval: None }).await?;
        serde_json::from_value(reply).map_err(|error| ErrorReply {
            code: "reply".into(),
            message: format!("the reply of {} cannot be read: {error}", C::NAME),
            details: serde_json::Value::Null,
        })
    }

    /// A fresh id, for the keys of requests that a program sends by itself.
    pub fn fresh_key(&self) -> RequestKey {
        RequestKey(self.ids.fresh(self.clock.now()))
    }

    /// Searches for whoever holds the key of the data and no session; for programs, not for a window.
    pub async fn look_up(
        &self,
        request: protocol::keeping::Search,
    ) -> Result<protocol::keeping::Found, ErrorReply> {
        let now = self.clock.now();
        let ground = self.ground();
        let today = ground.day_of(now);
        let mut conn = self.store.readers().acquire().await.map_err(Refusal::from)?;
        let here = Here { desk: self.id, ground, signed_in: None, approved_by: None, now, today };
        Ok(keeping::search(&mut Look { here, conn: &mut conn }, request).await?)
    }

    /// Marks the open practice as made up; for the program that makes one, not for a window.
    pub async fn mark_demo(&self) -> Result<(), ErrorReply> {
        let now = self.clock.now();
        let ground = self.ground();
        let today = ground.day_of(now);
        let mut op = self
            .begin(Here { desk: self.id, ground, signed_in: None, approved_by: None, now, today })
            .await?;
        practice::mark_demo(&mut op).await?;
        Ok(self.commit(op).await?)
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Lets the database go.
    pub async fn close(self) -> Result<()> {
        Ok(self.store.close().await?)
    }

    /// Whether whoever sends a request may; for what is done around the desk, such as to the key of its data.
    pub async fn allows(&self, ask: &Ask) -> Result<(), ErrorReply> {
        self.allowed(ask).await?;
        Ok(())
    }

    async fn allowed(&self, ask: &Ask) -> Result<Here> {
        let here = self.here(ask).await?;
        match needs(&ask.request) {
            Needs::Nothing => {}
            Needs::SignIn => {
                here.signed_in()?;
            }
            Needs::Role(role, what) => here.require(role, what)?,
            Needs::Pin(role, what) => here.require_pin(role, what)?,
        }
        Ok(here)
    }

    async fn answer(&self, ask: Ask) -> Result<serde_json::Value> {
        let here = self.allowed(&ask).await?;
        let advanced = self.keep_up(&here).await?;
        let print = blake3::hash(&serde_json::to_vec(&ask.request).unwrap_or_default());

        let key = ask.key;

        // Each use case has its own place on the heap: all of them together would not fit on a thread's stack.
        macro_rules! look {
            ($use_case:path, $request:ident) => {{
                let answer = async {
                    let mut through = self.store.look().await?;
                    let mut look = Look { here, conn: through.conn() };
                    json(&$use_case(&mut look, *$request).await?)
                };
                Box::pin(answer).await
            }};
        }
        macro_rules! write {
            ($use_case:path, $request:ident) => {{
                let answer = async {
                    let key = key.ok_or(Refusal::KeyMissing)?;
                    let mut op = self.begin(here).await?;
                    if let Some(reply) = answered(&mut op, key, &print).await? {
                        return Ok(reply);
                    }
                    let reply = match $use_case(&mut op, *$request).await {
                        Ok(reply) => json(&reply)?,
                        Err(refusal) => {
                            op.tx.roll_back().await?;
                            return Err(refusal);
                        }
                    };
                    remember(&mut op, key, &print, &reply);
                    self.commit(op).await?;
                    Ok(reply)
                };
                Box::pin(answer).await
            }};
        }

        // Makes a file and writes in the log who took it out. The file itself is not remembered: a repeat makes it again.
        macro_rules! give {
            ($use_case:path, $request:ident) => {{
                let answer = async {
                    key.ok_or(Refusal::KeyMissing)?;
                    let (file, exported) = {
                        let mut through = self.store.look().await?;
                        let mut look = Look { here: here.clone(), conn: through.conn() };
                        $use_case(&mut look, *$request).await?
                    };
                    let mut op = self.begin(here).await?;
                    op.write(vec![Change::DataExported(exported)]).await?;
                    self.commit(op).await?;
                    json(&file)
                };
                Box::pin(answer).await
            }};
        }

        match ask.request {
            Request::StartStatus(_)
            | Request::CreateDatabase(_)
            | Request::Unlock(_)
            | Request::OpenDemo(_) => Err(Refusal::NotNow("The practice is open already.".into())),
            Request::RenewRecoveryKey(_) | Request::ChangePassphrase(_) => {
                Err(Refusal::NotNow("The key of the data is changed in the window, in Settings.".into()))
            }
            Request::SetMailPassword(_) | Request::GetMailPassword(_) | Request::TestMail(_) => Err(
                Refusal::NotNow("The mail server is spoken to by the window, in Settings > E-mail.".into()),
            ),
            Request::ConnectStripe(_) => Err(Refusal::NotNow(
                "A key is checked and kept by the window, in Settings > Stripe, or by perennialctl stripe connect.".into(),
            )),
            Request::GetStripe(_) => json(&self.stripe_view().await?),
            Request::RemoveStripeKey(request) => look!(stripe::remove_stripe_key, request),
            Request::SaveStripeLimits(request) => write!(stripe::save_stripe_limits, request),
            Request::ReconcileStripe(_) => {
                self.reconcile().await?;
                json(&self.reconciliation().await)
            }
            Request::GetReconciliation(_) => json(&self.reconciliation().await),
            Request::LookAtAccount(_) => {
                self.look_at_account().await?;
                json(&self.adoption(Default::default()).await?)
            }
            Request::GetAdoption(request) => json(&self.adoption(request.choices).await?),
            Request::AdoptAccount(request) => {
                let request = Box::new(self.account_to_adopt(*request).await?);
                let reply = write!(stripe::adopt_account, request)?;
                // Their cards, and what they owe.
                self.reconcile().await?;
                Ok(reply)
            }
            Request::AskCard(request) => write!(stripe::ask_card, request),
            Request::AskBillingPage(request) => {
                self.stripe_answers().await?;
                write!(stripe::ask_billing_page, request)
            }
            Request::GetBillingPage(request) => look!(stripe::get_billing_page, request),
            Request::GetCardPage(request) => json(&self.card_page(*request).await?),
            Request::RetryCharge(request) => write!(stripe::retry_charge, request),
            Request::ChangePays(request) => write!(stripe::change_pays, request),
            Request::ChargeCard(request) => write!(stripe::charge_card, request),
            Request::GetCardCharge(request) => json(&self.card_charge(*request).await?),
            Request::WhoAmI(_) | Request::StillHere(_) => json(&practice::door(&here, self.beside().await?)),
            Request::SignIn(request) => {
                let staff = self.check_pin(&here, request.staff, &request.pin).await?;
                let location = practice::first_location(&here.ground, here.desk)?;
                let signed_in = SignedIn { staff, location };
                *self.session.lock().await =
                    Some(Session { signed_in: signed_in.clone(), last_used: here.now });
                let here = Here { signed_in: Some(signed_in), ..here };
                json(&practice::session(&here, self.beside().await?)?)
            }
            Request::SignOut(_) => {
                *self.session.lock().await = None;
                let here = Here { signed_in: None, ..here };
                json(&practice::door(&here, self.beside().await?))
            }
            Request::ChooseLocation(request) => {
                here.ground.location(request.location)?;
                let signed_in = SignedIn { location: request.location, ..here.signed_in()?.clone() };
                *self.session.lock().await =
                    Some(Session { signed_in: signed_in.clone(), last_used: here.now });
                let here = Here { signed_in: Some(signed_in), ..here };
                json(&practice::session(&here, self.beside().await?)?)
            }
            Request::SetUpPractice(request) => {
                let mut op = self.begin(here).await?;
                let signed_in = practice::set_up_practice(&mut op, *request).await?;
                let here = Here { signed_in: Some(signed_in.clone()), ..op.here.clone() };
                self.commit(op).await?;
                *self.session.lock().await = Some(Session { signed_in, last_used: here.now });
                json(&practice::session(&here, self.beside().await?)?)
            }
            Request::ListTimeZones(_) => json(&practice::time_zones()),
            Request::GetPractice(_) => json(&practice::view(&here.ground)?),
            Request::SavePractice(request) => write!(practice::save_practice, request),
            Request::SaveLocation(request) => write!(practice::save_location, request),
            Request::SaveTaxClass(request) => write!(practice::save_tax_class, request),
            Request::SaveCategory(request) => write!(practice::save_category, request),
            Request::SaveStaff(request) => write!(practice::save_staff, request),
            Request::SaveDesk(request) => write!(practice::save_desk, request),

            Request::CreateCustomer(request) => write!(customers::create_customer, request),
            Request::EditCustomer(request) => write!(customers::edit_customer, request),
            Request::GetCustomer(request) => look!(customers::get_customer, request),
            Request::FindCustomers(request) => look!(customers::find_customers, request),
            Request::AddNote(request) => write!(customers::add_note, request),
            Request::MergeCustomers(request) => write!(customers::merge_customers, request),
            Request::MakeMemberCard(request) => write!(customers::make_member_card, request),
            Request::GetMemberCardPdf(request) => look!(customers::get_member_card_pdf, request),

            Request::PreviewEnroll(request) => look!(enrollments::preview_enroll, request),
            Request::Enroll(request) => write!(enrollments::enroll, request),
            Request::GetEnrollment(request) => look!(enrollments::get_enrollment, request),
            Request::CollectRenewal(request) => write!(enrollments::collect_renewal, request),
            Request::PauseEnrollment(request) => write!(enrollments::pause_enrollment, request),
            Request::ResumeEnrollment(request) => write!(enrollments::resume_enrollment, request),
            Request::CancelAtPeriodEnd(request) => write!(enrollments::cancel_at_period_end, request),
            Request::UndoCancel(request) => write!(enrollments::undo_cancel, request),
            Request::PreviewCancelNow(request) => look!(enrollments::preview_cancel_now, request),
            Request::CancelNow(request) => write!(enrollments::cancel_now, request),
            Request::PreviewUpdateTerms(request) => look!(enrollments::preview_update_terms, request),
            Request::UpdateTerms(request) => write!(enrollments::update_terms, request),
            Request::PreviewChangePlan(request) => look!(enrollments::preview_change_plan, request),
            Request::ChangePlan(request) => write!(enrollments::change_plan, request),
            Request::KeepTerms(request) => write!(enrollments::keep_terms, request),
            Request::PreviewChangeHolder(request) => look!(enrollments::preview_change_holder, request),
            Request::ChangeHolder(request) => write!(enrollments::change_holder, request),
            Request::GiveGoodwill(request) => write!(enrollments::give_goodwill, request),
            Request::ExtendLot(request) => write!(enrollments::extend_lot, request),
            Request::SettleOverdraft(request) => write!(enrollments::settle_overdraft, request),
            Request::SettleTrust(request) => write!(enrollments::settle_trust, request),
            Request::AddDependent(request) => write!(enrollments::add_dependent, request),
            Request::RemoveDependent(request) => write!(enrollments::remove_dependent, request),
            Request::LimitSeats(request) => write!(enrollments::limit_seats, request),
            Request::PauseSeat(request) => write!(enrollments::pause_seat, request),
            Request::ResumeSeat(request) => write!(enrollments::resume_seat, request),
            Request::ListOrganizations(request) => look!(organizations::list_organizations, request),
            Request::GetStatements(request) => look!(organizations::get_statements, request),
            Request::GetStatementPdf(request) => look!(organizations::get_statement_pdf, request),
            Request::CollectStatement(request) => write!(organizations::collect_statement, request),
            Request::AdjustCredit(request) => write!(enrollments::adjust_credit, request),
            Request::RefreshCredits(_) => {
                let begun = RoundDone { day: here.today, granted: 0, enrollments: 0, moved: advanced.rows };
                json(&Box::pin(self.round(here, begun)).await?)
            }

            Request::StoreSigned(request) => {
                let prepared = Box::new(agreements::prepare(*request).await?);
                write!(agreements::store_signed, prepared)
            }
            Request::GetAgreements(request) => look!(agreements::get_agreements, request),
            Request::ReadSigned(request) => look!(agreements::read_signed, request),
            Request::GetAgreementPdf(request) => look!(agreements::get_agreement_pdf, request),

            Request::ListMembers(request) => look!(members::list_members, request),
            Request::ListMemberIds(request) => look!(members::list_member_ids, request),
            Request::PreviewMany(request) => look!(members::preview_many, request),
            Request::WriteMessage(request) => write!(members::write_message, request),
            Request::DoMany(request) => write!(members::do_many, request),
            Request::ExportMembers(request) => give!(members::export_members, request),

            Request::ExportData(request) => give!(data::export_data, request),
            Request::ExportPerson(request) => give!(data::export_person, request),
            Request::PreviewErase(request) => look!(data::preview_erase, request),
            Request::EraseCustomer(request) => write!(data::erase_customer, request),
            Request::ReadImport(request) => look!(data::read_import, request),
            Request::CheckImport(request) => look!(data::check_import, request),
            Request::ImportFile(request) => write!(data::import_file, request),

            Request::ListItems(request) => look!(items::list_items, request),
            Request::SaveItem(request) => write!(items::save_item, request),
            Request::ArchiveItem(request) => write!(items::archive_item, request),
            Request::RestoreItem(request) => write!(items::restore_item, request),

            Request::ListPlans(request) => look!(plans::list_plans, request),
            Request::GetPlan(request) => look!(plans::get_plan, request),
            Request::SavePlan(request) => write!(plans::save_plan, request),
            Request::StoreImage(request) => {
                let picture = Box::new(images::prepare(*request).await?);
                write!(images::store_image, picture)
            }
            Request::ReadImage(request) => look!(images::read_image, request),
            Request::DuplicatePlan(request) => write!(plans::duplicate_plan, request),
            Request::ArchivePlan(request) => write!(plans::archive_plan, request),
            Request::RestorePlan(request) => write!(plans::restore_plan, request),

            Request::GetCatalog(_) => {
                let mut through = self.store.look().await?;
                json(&*tickets::catalog_now(through.conn(), &here).await?)
            }
            Request::CustomerAtCheckout(request) => look!(tickets::customer_at_checkout, request),
            Request::QuoteTicket(request) => look!(tickets::quote_ticket, request),
            // The newest is the truth whoever sent it, so that no repeat needs to be recognised.
            Request::KeepOpenTickets(request) => {
                let mut op = self.begin(here).await?;
                tickets::keep_open_tickets(&mut op, *request)?;
                self.commit(op).await?;
                json(&protocol::tickets::OpenTicketsKept {})
            }
            Request::ListOpenTickets(request) => look!(tickets::list_open_tickets, request),
            Request::HoldTicket(request) => write!(tickets::hold_ticket, request),
            Request::ListHeld(request) => look!(tickets::list_held, request),
            Request::RecallTicket(request) => write!(tickets::recall_ticket, request),
            Request::DropHeld(request) => write!(tickets::drop_held, request),
            Request::SettleTicket(request) => write!(tickets::settle_ticket, request),
            Request::VoidTicket(request) => write!(tickets::void_ticket, request),
            Request::PreviewRefund(request) => look!(tickets::preview_refund, request),
            Request::RefundTicket(request) => write!(tickets::refund_ticket, request),
            Request::GetTicket(request) => look!(tickets::get_ticket, request),
            Request::ListTickets(request) => look!(tickets::list_tickets, request),
            Request::GetReceiptPdf(request) => look!(tickets::get_receipt_pdf, request),

            Request::GetDrawer(request) => look!(drawers::get_drawer, request),
            Request::OpenDrawer(request) => write!(drawers::open_drawer, request),
            Request::MoveCash(request) => write!(drawers::move_cash, request),
            Request::CloseDrawer(request) => write!(drawers::close_drawer, request),
            Request::GetDrawerReport(request) => look!(drawers::get_drawer_report, request),
            Request::ListDrawers(request) => look!(drawers::list_drawers, request),
            Request::GetGiftCard(request) => look!(gift_cards::get_gift_card, request),
            Request::ListGiftCards(request) => look!(gift_cards::list_gift_cards, request),
            Request::AdjustGiftCard(request) => write!(gift_cards::adjust_gift_card, request),
            Request::BlockGiftCard(request) => write!(gift_cards::block_gift_card, request),
            Request::UnblockGiftCard(request) => write!(gift_cards::unblock_gift_card, request),

            Request::SaveMail(request) => {
                self.line_is_asked_again().await;
                write!(mail::save_mail, request)
            }
            Request::AskMail(request) => write!(mail::ask_mail, request),
            Request::GetChargeReceipt(request) => look!(enrollments::get_charge_receipt, request),
            Request::GetChargeReceiptPdf(request) => look!(enrollments::get_charge_receipt_pdf, request),
            Request::ListQueue(request) => {
                let broken = self.line_view().await;
                let mut page: serde_json::Value = look!(mail::list_queue, request)?;
                // How the line stands is known here alone, and says nothing where nothing would be sent anyway.
                if let Some(broken) = broken
                    && page["line"]["is"] == "open"
                {
                    page["line"] = json(&broken)?;
                }
                page["stripe"] = json(&self.stripe_line_view().await?)?;
                Ok(page)
            }
            Request::GetEffect(request) => look!(mail::get_effect, request),
            Request::RetryEffect(request) => {
                self.line_is_asked_again().await;
                self.stripe_is_asked_again().await;
                write!(mail::retry_effect, request)
            }
            Request::CancelEffect(request) => write!(mail::cancel_effect, request),
            Request::Search(request) => look!(keeping::search, request),
            Request::ListTasks(request) => look!(keeping::list_tasks, request),
            Request::CloseTask(request) => write!(keeping::close_task, request),
            Request::GetLog(request) => look!(keeping::get_log, request),
            Request::GetStaffLog(request) => look!(keeping::get_staff_log, request),
            Request::RunDoctor(_) => json(&keeping::run_doctor(&self.store).await?),
        }
    }

    /// The daily round, run by the program itself: safe to repeat at any time, and to stop anywhere.
    pub async fn daily_round(&self) -> Result<RoundDone> {
        let here = self.nobody();
        let day = here.today;
        self.round(here, RoundDone { day, granted: 0, enrollments: 0, moved: 0 }).await
    }

    /// The program itself at work: nobody is signed in.
    pub(crate) fn nobody(&self) -> Here {
        let now = self.clock.now();
        let ground = self.ground();
        let today = ground.day_of(now);
        Here { desk: self.id, ground, signed_in: None, approved_by: None, now, today }
    }

    /// Brings every row to the day and grants every refresh that is due, some memberships at a time: whoever stands
    /// at the counter goes between them and never waits for all.
    async fn round(&self, here: Here, mut done: RoundDone) -> Result<RoundDone> {
        loop {
            let advanced = self.keep_up(&here).await?;
            done.moved += advanced.rows;
            if advanced.done {
                break;
            }
        }
        let mut after = 0;
        loop {
            let mut op = self.begin(here.clone()).await?;
            let batch = enrollments::refresh_credits(&mut op, after, TOGETHER).await?;
            self.commit(op).await?;
            done.granted += batch.granted;
            done.enrollments += batch.enrollments;
            match batch.next {
                Some(next) => after = next,
                None => break,
            }
        }
        self.remind(here).await?;
        Ok(done)
    }

    /// Owes the day's reminders, once a day, some memberships at a time.
    async fn remind(&self, here: Here) -> Result<()> {
        let today = here.today;
        let sends = here.ground.practice.as_ref().is_some_and(|practice| practice.mail.is_some());
        let done = *self.reminded.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !sends || done.is_some_and(|day| day >= today) {
            return Ok(());
        }
        let mut after = 0;
        loop {
            let mut op = self.begin(here.clone()).await?;
            let next = mail::remind(&mut op, after, TOGETHER).await?;
            if next.is_none() {
                mail::forget_old(&mut op);
            }
            self.commit(op).await?;
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        *self.reminded.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(today);
        Ok(())
    }

    async fn here(&self, ask: &Ask) -> Result<Here> {
        let now = self.clock.now();
        let ground = self.ground();
        let today = ground.day_of(now);
        let mut session = self.session.lock().await;
        if let Some(open) = session.as_mut() {
            let idle = now.millis() - open.last_used.millis();
            let limit = ground.practice.as_ref().map_or(15, |practice| practice.lock_after_minutes);
            // Who was archived or idle too long is signed out; a changed role counts at once.
            match ground.staff.get(&open.signed_in.staff.id) {
                Some(staff) if !staff.archived && idle <= i64::from(limit) * 60_000 => {
                    open.signed_in.staff = staff.clone();
                    if !matches!(ask.request, Request::WhoAmI(_)) {
                        open.last_used = now;
                    }
                }
                _ => *session = None,
            }
        }
        let signed_in = session.as_ref().map(|open| open.signed_in.clone());
        drop(session);
        let mut here = Here { desk: self.id, ground, signed_in, approved_by: None, now, today };
        if let Some(Approval { staff, pin }) = &ask.approval {
            here.approved_by = Some(self.check_pin(&here, *staff, pin).await?);
        }
        Ok(here)
    }

    fn ground(&self) -> Arc<Ground> {
        Arc::clone(&self.ground.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Brings some of the rows that the calendar changes to today; the round does it until none is left.
    ///
    /// A request does so too before it is answered: on most days that is all of them, and on a day that changes a
    /// hundred thousand it does not wait for the rest. What it shows of one membership is worked out from its state
    /// and is as of today in any case; only lists can lag until the round is through.
    async fn keep_up(&self, here: &Here) -> Result<Advanced> {
        let known = *self.as_of.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if here.ground.practice.is_none() || known.is_some_and(|day| day >= here.today) {
            return Ok(Advanced { rows: 0, done: true, noticed: Vec::new() });
        }
        // What the calendar did is told in the transaction that shows it.
        let mut op = self.begin(Here { signed_in: None, approved_by: None, ..here.clone() }).await?;
        let advanced = op.tx.advance_to(here.today, TOGETHER).await?;
        enrollments::tell(&mut op, &advanced.noticed).await?;
        self.commit(op).await?;
        if advanced.done {
            *self.as_of.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(here.today);
        }
        Ok(advanced)
    }

    /// Whoever is signed in, for what is done around the desk on their behalf.
    pub(crate) async fn nobody_but_signed_in(&self) -> Here {
        let signed_in = self.session.lock().await.as_ref().map(|open| open.signed_in.clone());
        Here { signed_in, ..self.nobody() }
    }

    pub(crate) async fn begin(&self, here: Here) -> Result<Op<'_>> {
        let tx = self.store.begin().await?;
        Ok(Op { here, tx, ids: &*self.ids, ground_changed: false, mail_to: None })
    }

    pub(crate) async fn commit(&self, op: Op<'_>) -> Result<()> {
        let ground = op.ground_changed.then(|| Arc::clone(&op.here.ground));
        op.tx.commit().await?;
        if let Some(ground) = ground {
            *self.ground.write().unwrap_or_else(std::sync::PoisonError::into_inner) = ground;
        }
        Ok(())
    }

    /// What every page shows beside its own.
    async fn beside(&self) -> Result<Beside> {
        let mut through = self.store.look().await?;
        let badge = store::query::badge(through.conn(), self.id).await?;
        drop(through);
        Ok(Beside { badge, way_out: self.way_out().await, stripe_out: self.stripe_out().await })
    }

    /// Checks a PIN; five wrong ones in a row lock it for a minute, and each further one for twice as long.
    async fn check_pin(
        &self,
        here: &Here,
        staff: domain::StaffId,
        pin: &str,
    ) -> Result<domain::practice::Staff> {
        let staff = here
            .ground
            .staff
            .get(&staff)
            .filter(|staff| !staff.archived)
            .cloned()
            .ok_or(Refusal::NotFound { what: "That person" })?;
        let mut tx = self.store.begin().await?;
        let (failures, locked_until) = practice::pin_failures(tx.conn().await?, staff.id).await?;
        if let Some(until) = locked_until.filter(|until| *until > here.now) {
            tx.roll_back().await?;
            return Err(Refusal::PinLocked { seconds: (until.millis() - here.now.millis() + 999) / 1000 });
        }
        let hash = staff.pin_hash.clone();
        let typed = pin.to_owned();
        let right =
            tokio::task::spawn_blocking(move || practice::pin_matches(&hash, &typed)).await.unwrap_or(false);
        if right {
            if failures > 0 {
                practice::forget_pin_failures(tx.conn().await?, staff.id).await?;
                tx.commit().await?;
            } else {
                tx.roll_back().await?;
            }
            return Ok(staff);
        }
        let refusal = practice::note_pin_failure(tx.conn().await?, staff.id, failures + 1, here.now).await?;
        tx.commit().await?;
        Err(refusal)
    }
}

/// The reply given before to the same key; another request under the same key is refused.
async fn answered(
    op: &mut Op<'_>,
    key: RequestKey,
    print: &blake3::Hash,
) -> Result<Option<serde_json::Value>> {
    let asked = Script::of("SELECT request, reply FROM answered WHERE key = ?").with(key.0);
    let rows = op.tx.rows(asked).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    if row.get::<&[u8], _>("request") != print.as_bytes().as_slice() {
        return Err(Refusal::KeyReused);
    }
    if row.get::<&str, _>("reply").is_empty() {
        return Err(Refusal::ReplyErased);
    }
    let reply = serde_json::from_str(row.get("reply")).map_err(|error| store::StoreError::Unreadable {
        what: "a kept reply".into(),
        why: error.to_string(),
    })?;
    Ok(Some(reply))
}

fn remember(op: &mut Op<'_>, key: RequestKey, print: &blake3::Hash, reply: &serde_json::Value) {
    let today = op.here.today;
    op.tx
        .gather()
        .add("INSERT INTO answered (key, request, reply, day) VALUES (?, ?, ?, ?)")
        .bind(key.0)
        .bind(*print.as_bytes())
        .bind(reply.to_string())
        .bind(today);
}

fn json<T: serde::Serialize>(reply: &T) -> Result<serde_json::Value> {
    serde_json::to_value(reply).map_err(|error| {
        store::StoreError::Unreadable { what: "a reply".into(), why: error.to_string() }.into()
    })
}
