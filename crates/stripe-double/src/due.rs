//! What falls due as the clock goes on.

use crate::kind::Kind;
use crate::mode::Mode;
use crate::object::Fields;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    FinalizeInvoice(String),
    RetryInvoice(String),
    InvoiceOverdue(String),
    /// The first payment of a resumption never came.
    VoidResumption {
        invoice: String,
        subscription: String,
    },
    Renew(String),
    TrialWillEnd(String, i64),
    ExpireIncomplete(String),
    ResumeCollection(String),
    ExpireCheckoutSession(String),
    SettleRefund {
        refund: String,
        fails: bool,
    },
}

impl Mode {
    /// Moves the clock, and does whatever falls due on the way, each at its own moment. Time never goes back.
    pub fn advance_to(&mut self, moment: i64) {
        while let Some(first) = self.due.first_entry() {
            let at = first.key().0;
            if at > moment {
                break;
            }
            let due = first.remove();
            self.now = self.now.max(at);
            self.fall_due(due);
        }
        self.now = self.now.max(moment);
    }

    fn fall_due(&mut self, due: Due) {
        match due {
            Due::FinalizeInvoice(id) => self.finalize_by_itself(&id),
            Due::RetryInvoice(id) => self.retry(&id),
            Due::InvoiceOverdue(id) => self.overdue(&id),
            Due::VoidResumption { invoice, subscription } => self.void_resumption(&invoice, &subscription),
            Due::Renew(id) => self.renew(&id),
            Due::TrialWillEnd(id, end) => self.trial_will_end(&id, end),
            Due::ExpireIncomplete(id) => self.expire_incomplete(&id),
            Due::ResumeCollection(id) => self.resume_collection(&id),
            Due::ExpireCheckoutSession(id) => {
                self.expire_session(&id);
            }
            Due::SettleRefund { refund, fails } => self.settle_refund(&refund, fails),
        }
    }

    fn finalize_by_itself(&mut self, id: &str) {
        let invoice = self.peek(Kind::Invoice, id);
        if invoice.text("status") == Some("draft") && invoice.flag("auto_advance") && self.gone(id).is_none()
        {
            self.finalize(id);
            self.collect(id);
        }
    }

    fn overdue(&mut self, id: &str) {
        let invoice = self.peek(Kind::Invoice, id);
        if invoice.text("status") != Some("open") {
            return;
        }
        self.announce(Kind::Invoice, id, "invoice.overdue");
        if let Some(subscription) = invoice.text("parent.subscription_details.subscription") {
            self.fall_past_due(subscription);
        }
    }
}
