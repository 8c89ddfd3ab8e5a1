//! What a book-keeper would know, and what the machine must know as well: [`World`].

use super::{Attempts, Phase};
use crate::{
    Outcome,
    order::life::{Known, Life, Stage},
};

/// What happened, as a book-keeper who sees everything but DOKU's books would write it down.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) life: Life,
    pub(super) calls: [Option<Seen>; 2],
    pub(super) book: Book,
}

/// What is known of the attempts that have ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Book {
    /// So many may have made the order.
    pub(super) unresolved: u32,
    pub(super) exists: bool,
    pub(super) refused: bool,
}

/// One call as it is seen from outside, once it has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) attempts: Attempts,
    pub(super) phase: Phase,
    pub(super) begun: u32,
    pub(super) is_sending: bool,
}

impl World {
    pub(super) fn under_way(&self) -> u32 {
        self.calls.iter().flatten().count() as u32
    }

    fn stage(&self) -> Stage {
        match (self.under_way(), self.book) {
            (_, Book { exists: true, .. }) => Stage::Exists,
            (calls @ 1.., _) => Stage::InFlight(calls),
            (0, Book { unresolved: attempts @ 1.., .. }) => Stage::Unresolved(attempts),
            (0, Book { refused: true, .. }) => Stage::Refused,
            (0, _) => Stage::Unsent,
        }
    }

    /// What an error may say after a call has ended, or would say now.
    pub(super) fn outcome(&self) -> Outcome {
        if self.book.exists || self.under_way() > 0 || self.book.unresolved > 0 {
            Outcome::Unknown
        } else if self.book.refused {
            Outcome::Refused
        } else {
            Outcome::NothingSent
        }
    }

    /// Compares what the machine knows with the book.
    #[track_caller]
    pub(super) fn check(&self) {
        let life = self.life;
        assert_eq!((life.outcome(), life.stage()), (self.outcome(), self.stage()), "{life:?}");
        assert_eq!((life.under_way, life.unresolved), (self.under_way(), self.book.unresolved), "{life:?}");
        let known = match self.book {
            Book { exists: true, .. } => Known::Exists,
            Book { refused: true, .. } => Known::Refused,
            _ => Known::Nothing,
        };
        assert_eq!(life.known, known);
    }

    /// Compares what is stored with the book.
    pub(super) fn check_stored(&self) {
        let life = self.life;
        let stored = serde_json::to_string(&life).unwrap();
        assert_eq!(serde_json::from_str::<Life>(&stored).unwrap(), life);
        // What is stored before a call counts that call, too.
        let restored = life.sending().restored();
        let unresolved = self.book.unresolved.saturating_add(self.under_way()).saturating_add(1);
        assert_eq!(restored, Life { under_way: 0, unresolved, known: life.known });
    }

    pub(super) fn unresolved(&mut self) {
        self.book.unresolved = self.book.unresolved.saturating_add(1);
    }
}
