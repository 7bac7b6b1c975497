//! The bank's reasons, in a receptionist's words.
//!
//! Source: <https://docs.stripe.com/declines/codes>. Where Stripe asks not to tell the customer more (a card reported
//! stolen, a suspicion of fraud), the words are those of any decline.

/// What the bank said, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decline {
    /// One sentence.
    pub what: &'static str,
    /// One sentence.
    pub next: &'static str,
    pub advice: Advice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// The same card may work later.
    TryLater,
    /// The same card works once its details are right.
    CorrectDetails,
    /// The customer has to confirm it, or talk to the bank.
    AskBank,
    /// This card will not do.
    AnotherCard,
    /// The practice has to look before anything is tried again.
    Look,
}

const DECLINED: Decline = Decline {
    what: "The bank declined the card and gave no reason.",
    next: "Ask for another card, or ask the customer to call the bank.",
    advice: Advice::AskBank,
};
const ASK_BANK: Decline = Decline {
    what: "The bank declined the card and wants to hear from the customer.",
    next: "The customer calls the number on the back of the card; then try again.",
    advice: Advice::AskBank,
};
/// Also what is said where Stripe asks for silence.
const ANOTHER_CARD: Decline = Decline {
    what: "The bank declined the card.",
    next: "Ask for another card; this one will not be tried again.",
    advice: Advice::AnotherCard,
};
const WITHDRAWN: Decline = Decline {
    what: "The customer told the bank not to pay this any more.",
    next: "Talk with the customer before anything is charged again; a new card or the counter can take it.",
    advice: Advice::Look,
};
const NO_MONEY: Decline = Decline {
    what: "The card does not have enough money for this.",
    next: "Ask for another card, or try again another day.",
    advice: Advice::TryLater,
};
const LIMIT: Decline = Decline {
    what: "The card has reached its limit.",
    next: "Ask for another card, or try again tomorrow.",
    advice: Advice::TryLater,
};
const TRY_LATER: Decline = Decline {
    what: "The bank could not answer just now.",
    next: "Try again in a few minutes; if it fails again the customer calls the bank.",
    advice: Advice::TryLater,
};
const EXPIRED: Decline = Decline {
    what: "The card has expired.",
    next: "Ask for the new card: send the customer the link to enter it.",
    advice: Advice::AnotherCard,
};
const NUMBER: Decline = Decline {
    what: "The card's number is wrong.",
    next: "Send the customer the link to enter the card again.",
    advice: Advice::CorrectDetails,
};
const DATE: Decline = Decline {
    what: "The card's expiry date is wrong.",
    next: "Send the customer the link to enter the card again.",
    advice: Advice::CorrectDetails,
};
const SECURITY_CODE: Decline = Decline {
    what: "The card's security code is wrong.",
    next: "Send the customer the link to enter the card again.",
    advice: Advice::CorrectDetails,
};
const ADDRESS: Decline = Decline {
    what: "The address or postal code does not match the card.",
    next: "Send the customer the link to enter the card again, with the address the bank knows.",
    advice: Advice::CorrectDetails,
};
const PIN: Decline = Decline {
    what: "The card needs its PIN, or the PIN was wrong.",
    next: "Take it on the card terminal, or ask for another card.",
    advice: Advice::CorrectDetails,
};
const NOT_SUPPORTED: Decline = Decline {
    what: "The card can't be used for this kind of payment.",
    next: "Ask for another card, or the customer asks the bank to allow it.",
    advice: Advice::AnotherCard,
};
const CURRENCY: Decline = Decline {
    what: "The card can't pay in this currency.",
    next: "Ask for another card.",
    advice: Advice::AnotherCard,
};
const CONFIRM: Decline = Decline {
    what: "The bank wants the customer to confirm this payment.",
    next: "Send the customer the link to confirm the card; then collect again.",
    advice: Advice::AskBank,
};
const AMOUNT: Decline = Decline {
    what: "The bank does not accept this amount.",
    next: "Check the amount; if it is right, the customer asks the bank to allow it.",
    advice: Advice::Look,
};
const TWICE: Decline = Decline {
    what: "The same amount was charged to this card moments ago, and the bank took this for a repeat.",
    next: "Look at the customer's payments before trying again.",
    advice: Advice::Look,
};
const TEST_CARD: Decline = Decline {
    what: "This is one of Stripe's test cards, which can't pay anything.",
    next: "Ask for a real card.",
    advice: Advice::AnotherCard,
};

/// The table; a code that it does not have is a plain decline.
pub fn decline(code: &str) -> Decline {
    match code {
        "insufficient_funds" => NO_MONEY,
        "card_velocity_exceeded"
        | "withdrawal_count_limit_exceeded"
        | "charge_exceeds_source_limit"
        | "charge_exceeds_transaction_limit"
        | "card_decline_rate_limit_exceeded" => LIMIT,
        "expired_card" | "expired_payment_method" => EXPIRED,
        "incorrect_number" | "invalid_number" => NUMBER,
        "invalid_expiry_month" | "invalid_expiry_year" => DATE,
        "incorrect_cvc" | "invalid_cvc" => SECURITY_CODE,
        "incorrect_zip" | "incorrect_address" | "incorrect_postal_code" | "postal_code_invalid" => ADDRESS,
        "incorrect_pin"
        | "invalid_pin"
        | "offline_pin_required"
        | "online_or_offline_pin_required"
        | "pin_try_exceeded" => PIN,
        "processing_error" | "issuer_not_available" | "try_again_later" | "reenter_transaction" => TRY_LATER,
        "authentication_required"
        | "authentication_not_handled"
        | "mobile_device_authentication_required"
        | "approve_with_id"
        | "payment_intent_authentication_failure"
        | "setup_intent_authentication_failure"
        | "invoice_payment_intent_requires_action" => CONFIRM,
        "call_issuer"
        | "do_not_honor"
        | "no_action_taken"
        | "not_permitted"
        | "security_violation"
        | "new_account_information_available"
        | "transaction_not_allowed" => ASK_BANK,
        "card_not_supported" | "service_not_allowed" => NOT_SUPPORTED,
        "currency_not_supported" | "payment_method_currency_mismatch" => CURRENCY,
        "invalid_amount" => AMOUNT,
        "duplicate_transaction" => TWICE,
        "stop_payment_order" | "revocation_of_authorization" | "revocation_of_all_authorizations" => {
            WITHDRAWN
        }
        "testmode_decline" => TEST_CARD,
        "fraudulent" | "highest_risk_level" | "lost_card" | "stolen_card" | "pickup_card"
        | "restricted_card" | "merchant_blacklist" | "invalid_account" | "do_not_try_again" => ANOTHER_CARD,
        _ => DECLINED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of Stripe's page that a card kept on file can meet.
    const DOCUMENTED: [&str; 50] = [
        "approve_with_id",
        "authentication_required",
        "authentication_not_handled",
        "call_issuer",
        "card_not_supported",
        "card_velocity_exceeded",
        "currency_not_supported",
        "do_not_honor",
        "do_not_try_again",
        "duplicate_transaction",
        "expired_card",
        "fraudulent",
        "generic_decline",
        "incorrect_address",
        "incorrect_cvc",
        "incorrect_number",
        "incorrect_pin",
        "incorrect_zip",
        "insufficient_funds",
        "invalid_account",
        "invalid_amount",
        "invalid_cvc",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "invalid_pin",
        "issuer_not_available",
        "lost_card",
        "merchant_blacklist",
        "mobile_device_authentication_required",
        "new_account_information_available",
        "no_action_taken",
        "not_permitted",
        "offline_pin_required",
        "online_or_offline_pin_required",
        "pickup_card",
        "pin_try_exceeded",
        "processing_error",
        "reenter_transaction",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "testmode_decline",
        "transaction_not_allowed",
        "try_again_later",
        "withdrawal_count_limit_exceeded",
    ];

    #[test]
    fn every_documented_code_has_words_without_code() {
        for code in DOCUMENTED {
            let Decline { what, next, .. } = decline(code);
            assert!(what.ends_with('.') && next.ends_with('.'), "{code}");
            assert!(!what.contains('_') && !next.contains('_'), "{code}");
        }
        let unexplained: Vec<&str> =
            DOCUMENTED.into_iter().filter(|code| decline(code) == DECLINED).collect();
        assert_eq!(unexplained, ["generic_decline"]);
    }

    #[test]
    fn what_stripe_asks_to_keep_quiet_sounds_like_any_decline() {
        for code in ["fraudulent", "stolen_card", "lost_card", "merchant_blacklist", "pickup_card"] {
            assert_eq!(decline(code).what, "The bank declined the card.", "{code}");
        }
        assert_eq!(decline("made_up_next_year"), DECLINED);
    }
}
