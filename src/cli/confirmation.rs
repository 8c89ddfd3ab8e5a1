//! The question before an order that is real.

use std::io::{self, BufRead, IsTerminal};

use doku_indodana::PreparedOrder;

use super::output::{self, Failure, clean};

/// Asks a person whether this order may go to production. Where nobody sits at a terminal nobody is asked, for a program
/// has to name `--live` each time as well.
pub(crate) fn ask(prepared: &PreparedOrder) -> Result<(), Failure> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(());
    }
    let amount = prepared.amount().map_or_else(|| "an unknown amount".to_owned(), |amount| format!("Rp{amount}"));
    let invoice_number = prepared.invoice_number().map_or_else(|| "none".to_owned(), clean);
    output::say(&format!(
        "This is production: an order of {amount}, invoice number {invoice_number}, goes to DOKU, and the customer can \
         pay it.\nType yes to send it:"
    ));
    if is_confirmed(io::stdin().lock()) {
        return Ok(());
    }
    Err(Failure::usage("not confirmed; nothing was sent").help("type yes, or add --yes where nobody is to be asked"))
}

/// Returns whether the next line is a yes.
fn is_confirmed(mut answers: impl BufRead) -> bool {
    let mut answer = String::new();
    answers.read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("yes")
}

#[cfg(test)]
mod tests {
    use super::is_confirmed;

    #[test]
    fn only_a_yes_confirms() {
        for (answer, confirms) in [
            ("yes\n", true),
            ("YES\r\n", true),
            (" yes", true),
            ("y\n", false),
            ("no\n", false),
            ("yes please\n", false),
            ("\nyes\n", false),
            ("", false),
        ] {
            assert_eq!(is_confirmed(answer.as_bytes()), confirms, "{answer:?}");
        }
        assert!(!is_confirmed(&b"\xff\n"[..]), "no text");
    }
}
