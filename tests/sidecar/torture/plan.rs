//! What is done in a round, in which order: [`plan`].

use crate::dice::Dice;

/// Something that is done.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Place {
        invoice_number: String,
        at: usize,
        patience: &'static str,
    },
    Look {
        invoice_number: String,
        at: usize,
    },
    /// A message of before comes again, to one of the sidecars.
    Deliver {
        at: usize,
        is_forged: bool,
    },
    /// Customers make up their minds.
    Pay,
    Kill {
        at: usize,
    },
    /// A sidecar is told to end.
    Tell {
        at: usize,
    },
    /// The weather changes.
    Weather,
    /// The weather clears up.
    Clear,
}

const PATIENCES: [&str; 4] = ["", "wait=1", "wait=1", "respond-async"];

/// Returns what the dice make of these orders and so many deliveries: each order is placed, half of them twice at once, at
/// both sidecars, and many of them again later; two sidecars are killed in the middle, or one is told to end.
pub(crate) fn plan(chunk: &[String], deliveries: usize, dice: &mut Dice) -> Vec<Deed> {
    let mut groups: Vec<Vec<Deed>> = Vec::new();
    for invoice_number in chunk {
        let patience = PATIENCES[dice.below(PATIENCES.len())];
        let place = |at| Deed::Place { invoice_number: invoice_number.clone(), at, patience };
        let at = dice.below(2);
        // Next to each other in the plan, so under way at once.
        groups.push(if dice.below(2) == 0 { vec![place(at), place(1 - at)] } else { vec![place(at)] });
        if dice.below(3) == 0 {
            groups.push(vec![place(dice.below(2))]);
        }
        if dice.below(3) == 0 {
            groups.push(vec![Deed::Look { invoice_number: invoice_number.clone(), at: dice.below(2) }]);
        }
    }
    for _ in 0..deliveries {
        groups.push(vec![Deed::Deliver { at: dice.below(2), is_forged: dice.below(4) == 0 }]);
    }
    for at in (1..groups.len()).rev() {
        groups.swap(at, dice.below(at + 1));
    }
    let length = groups.len();
    let mut put = |part: usize, deed: Deed| groups[length * part / 12].push(deed);
    for part in [3, 6, 9, 11] {
        put(part, Deed::Pay);
    }
    put(2 + dice.below(3), Deed::Kill { at: dice.below(2) });
    put(5, Deed::Weather);
    let at = dice.below(2);
    put(6 + dice.below(2), if dice.below(3) == 0 { Deed::Tell { at } } else { Deed::Kill { at } });
    put(8, Deed::Clear);
    groups.into_iter().flatten().collect()
}
