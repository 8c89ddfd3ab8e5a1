//! How a command ends that sent notifications: by what the merchant made of them.

use doku_simulator::{Attempt, Verdict};

use crate::output::{self, Exit, Failure};

/// Says what it means, and returns how the command ends.
pub(crate) fn end(attempts: &[Attempt]) -> Result<Exit, Failure> {
    match Verdict::of(attempts) {
        Verdict::Acknowledged => output::say("right: the merchant acknowledged it"),
        Verdict::Refused => output::say("right: the merchant refused the forgery"),
        Verdict::Answered => output::say(
            "the signature is genuine and what it says is wrong: either answer is right, as long as the merchant \
             delivers nothing for it",
        ),
        Verdict::Deceived => {
            return Err(Failure::new(
                Exit::Unverified,
                "the merchant acknowledged a forged notification: whoever finds its url can tell it that an order \
                 is paid",
            )
            .help(
                "verify the signature over the raw body and the path before reading it, and answer 401 without one",
            ));
        }
        Verdict::NotAcknowledged => {
            return Err(Failure::new(Exit::Unmet, "the merchant did not acknowledge a genuine notification")
                .help(help(attempts)));
        }
        Verdict::NoAnswer => {
            return Err(Failure::new(Exit::Unknown, "the merchant did not answer")
                .help("start the merchant's server and check the url"));
        }
        _ => {
            return Err(Failure::usage("the notification was not sent")
                .help("see the reason above; name a url with --to, or allow its host"));
        }
    }
    Ok(Exit::Done)
}

/// Returns what to do about the first genuine one that was not acknowledged.
fn help(attempts: &[Attempt]) -> &'static str {
    let refused = attempts.iter().find(|attempt| attempt.verdict() == Verdict::NotAcknowledged);
    match refused.and_then(Attempt::status) {
        Some(404 | 405) => "check the path of the url, and that the merchant takes POST there",
        Some(500..) => "the merchant failed: look in its log",
        Some(401 | 403) => {
            "check the merchant's secret key, and the path that it verifies for; `doku verify --kind notification` \
             says what differs"
        }
        _ => "answer 2xx to what the verifier accepts; `doku verify --kind notification` says why it does not",
    }
}
