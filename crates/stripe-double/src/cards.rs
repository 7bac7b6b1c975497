//! The test cards, and what each answers: <https://docs.stripe.com/testing>.

use crate::error::{ApiError, ErrorKind};
use serde::{Deserialize, Serialize};

/// What a card does when it is charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Succeeds,
    /// With a decline code of <https://docs.stripe.com/declines/codes>.
    Declines(String),
    /// Every charge wants the customer; off session it is declined.
    Authenticates,
    /// Succeeds, and is disputed as fraud at once.
    Disputes,
    /// Succeeds; a refund is pending at first, and then succeeds or fails.
    RefundsLate {
        fails: bool,
    },
}

#[derive(Debug, Clone, Copy)]
pub struct TestCard {
    pub number: &'static str,
    /// What stands for it in requests.
    pub token: &'static str,
    pub brand: &'static str,
    pub funding: &'static str,
    /// As the page of the double offers it.
    pub label: &'static str,
    attach: &'static str,
    charge: &'static str,
}

const fn card(
    number: &'static str,
    token: &'static str,
    attach: &'static str,
    charge: &'static str,
    label: &'static str,
) -> TestCard {
    TestCard { number, token, brand: "visa", funding: "credit", label, attach, charge }
}

pub const TEST_CARDS: &[TestCard] = &[
    card("4242424242424242", "pm_card_visa", "", "", "Succeeds"),
    TestCard {
        funding: "debit",
        ..card("4000056655665556", "pm_card_visa_debit", "", "", "Succeeds (Visa debit)")
    },
    TestCard {
        brand: "mastercard",
        ..card("5555555555554444", "pm_card_mastercard", "", "", "Succeeds (Mastercard)")
    },
    TestCard {
        brand: "amex",
        ..card("378282246310005", "pm_card_amex", "", "", "Succeeds (American Express)")
    },
    TestCard {
        brand: "discover",
        ..card("6011111111111117", "pm_card_discover", "", "", "Succeeds (Discover)")
    },
    card(
        "4000000000000341",
        "pm_card_chargeCustomerFail",
        "",
        "generic_decline",
        "Is saved, and declines when it is charged",
    ),
    card("4000000000000002", "pm_card_visa_chargeDeclined", "generic_decline", "generic_decline", "Declined"),
    card(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "insufficient_funds",
        "insufficient_funds",
        "Declined: insufficient funds",
    ),
    card(
        "4000000000009987",
        "pm_card_visa_chargeDeclinedLostCard",
        "lost_card",
        "lost_card",
        "Declined: lost card",
    ),
    card(
        "4000000000009979",
        "pm_card_visa_chargeDeclinedStolenCard",
        "stolen_card",
        "stolen_card",
        "Declined: stolen card",
    ),
    card(
        "4000000000000069",
        "pm_card_chargeDeclinedExpiredCard",
        "expired_card",
        "expired_card",
        "Declined: expired card",
    ),
    card(
        "4000000000000127",
        "pm_card_chargeDeclinedIncorrectCvc",
        "incorrect_cvc",
        "incorrect_cvc",
        "Declined: wrong security code",
    ),
    card(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "processing_error",
        "processing_error",
        "Declined: processing error",
    ),
    card(
        "4000002760003184",
        "pm_card_authenticationRequired",
        "",
        "authentication_required",
        "Is saved, and wants the customer at every charge",
    ),
    card("4000000000000259", "pm_card_createDispute", "", "dispute", "Succeeds, and is disputed"),
    card("4000000000007726", "pm_card_pendingRefund", "", "refund_later", "Succeeds; refunds take a day"),
    card("4000000000005126", "pm_card_refundFail", "", "refund_fails", "Succeeds; refunds fail after a day"),
];

impl TestCard {
    /// By its number (spaces allowed) or its token.
    pub fn find(written: &str) -> Option<Self> {
        let number: String = written.chars().filter(|sign| !sign.is_whitespace()).collect();
        TEST_CARDS.iter().find(|card| card.number == number || card.token == written).copied()
    }

    pub fn last4(self) -> &'static str {
        &self.number[self.number.len() - 4..]
    }

    /// What is answered when it is saved: saving tries the card too.
    pub fn at_attach(self) -> Outcome {
        outcome(self.attach)
    }

    pub fn at_charge(self) -> Outcome {
        outcome(self.charge)
    }
}

fn outcome(word: &str) -> Outcome {
    match word {
        "" => Outcome::Succeeds,
        "authentication_required" => Outcome::Authenticates,
        "dispute" => Outcome::Disputes,
        "refund_later" => Outcome::RefundsLate { fails: false },
        "refund_fails" => Outcome::RefundsLate { fails: true },
        decline => Outcome::Declines(decline.to_owned()),
    }
}

/// Declines that no retry can turn: a new card is needed.
///
/// <https://docs.stripe.com/billing/revenue-recovery/smart-retries#non-retryable-decline-codes>
pub fn is_hard(decline_code: &str) -> bool {
    matches!(
        decline_code,
        "incorrect_number"
            | "lost_card"
            | "pickup_card"
            | "stolen_card"
            | "revocation_of_authorization"
            | "revocation_of_all_authorizations"
            | "authentication_required"
            | "highest_risk_level"
            | "transaction_not_allowed"
    )
}

/// 402, in the words of <https://docs.stripe.com/error-codes>.
pub fn declined(decline_code: &str) -> ApiError {
    let (code, message) = match decline_code {
        "expired_card" => ("expired_card", "Your card has expired."),
        "incorrect_cvc" => ("incorrect_cvc", "Your card's security code is incorrect."),
        "incorrect_number" => ("incorrect_number", "Your card number is incorrect."),
        "processing_error" => {
            ("processing_error", "An error occurred while processing your card. Try again in a little bit.")
        }
        "insufficient_funds" => ("card_declined", "Your card has insufficient funds."),
        "authentication_required" => {
            ("authentication_required", "Your card was declined. This transaction requires authentication.")
        }
        "card_velocity_exceeded" => (
            "card_declined",
            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        ),
        "card_not_supported" => ("card_declined", "Your card does not support this type of purchase."),
        _ => ("card_declined", "Your card was declined."),
    };
    let mut error = ApiError::new(402, ErrorKind::Card, message).code(code);
    error.executed = true;
    // These three are told by the code alone.
    if !matches!(code, "expired_card" | "incorrect_cvc" | "processing_error") {
        error.decline_code = Some(decline_code.to_owned());
    }
    if matches!(code, "incorrect_cvc") {
        error.param = Some("cvc".to_owned());
    }
    error
}
