//! What became of an effect that was handed over: [`Handled`].

use std::{fmt, time::Duration};

/// The longest text of a handler that is kept.
const MOST_CHARS: usize = 300;

/// What became of an effect that was handed over, as its handler tells it.
///
/// A handler that only succeeds or fails returns `Result<(), E>`; with `Result<String, E>`, what it says of its success is
/// kept as well. This type says more: when to try again at the earliest, or that it is of no use.
///
/// ```
/// use std::time::Duration;
/// use doku_store::Handled;
///
/// let done = Handled::done().with_answer("shipped as parcel 7");
/// let busy = Handled::failed("the warehouse is closed").not_before(Duration::from_secs(3_600));
/// let plain: Handled = Err::<(), _>("no stock").into();
/// assert_eq!(plain, Handled::failed("no stock"));
/// # drop((done, busy));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Handled {
    pub(crate) end: HandlerEnd,
    /// At most [`MOST_CHARS`] characters.
    pub(crate) answer: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HandlerEnd {
    Done,
    /// Again by the schedule, and not before this time is over.
    Failed(Duration),
    GivenUp,
}

impl Handled {
    /// It was acted on.
    pub fn done() -> Self {
        Self { end: HandlerEnd::Done, answer: None }
    }

    /// It was not acted on, because of what the text says: it is handed over again by the schedule.
    pub fn failed(why: impl fmt::Display) -> Self {
        Self { end: HandlerEnd::Failed(Duration::ZERO), answer: Some(bounded(why)) }
    }

    /// It was not acted on and never will be: it is a dead letter at once, until [`Store::deliver`](crate::Store::deliver).
    pub fn given_up(why: impl fmt::Display) -> Self {
        Self { end: HandlerEnd::GivenUp, answer: Some(bounded(why)) }
    }

    /// Keeps a text with it, the first 300 characters; shown by [`Effect::last_answer`](crate::Effect::last_answer).
    pub fn with_answer(mut self, answer: impl fmt::Display) -> Self {
        self.answer = Some(bounded(answer));
        self
    }

    /// Has a failed one wait so long at least. What the schedule waits longer for waits longer.
    pub fn not_before(mut self, wait: Duration) -> Self {
        if let HandlerEnd::Failed(least) = &mut self.end {
            *least = wait;
        }
        self
    }
}

fn bounded(text: impl fmt::Display) -> String {
    // PostgreSQL keeps no NUL in a text.
    text.to_string().chars().filter(|char| *char != '\0').take(MOST_CHARS).collect()
}

impl<E: fmt::Display> From<Result<(), E>> for Handled {
    fn from(result: Result<(), E>) -> Self {
        result.map_or_else(Self::failed, |()| Self::done())
    }
}

impl<E: fmt::Display> From<Result<String, E>> for Handled {
    fn from(result: Result<String, E>) -> Self {
        result.map_or_else(Self::failed, |answer| Self::done().with_answer(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_bounded() {
        let handled = Handled::failed(format!("\0{}", "é".repeat(1_000)));
        assert_eq!(handled.answer.unwrap(), "é".repeat(300));
    }

    #[test]
    fn results_are_what_they_say() {
        assert_eq!(Handled::from(Ok::<_, String>(())), Handled::done());
        assert_eq!(Handled::from(Ok::<_, String>("parcel 7".to_owned())), Handled::done().with_answer("parcel 7"));
        assert_eq!(Handled::from(Err::<String, _>("no stock")), Handled::failed("no stock"));
    }

    #[test]
    fn only_what_failed_waits() {
        let hour = Duration::from_secs(3_600);
        assert_eq!(Handled::failed("busy").not_before(hour).end, HandlerEnd::Failed(hour));
        assert_eq!(Handled::done().not_before(hour), Handled::done());
        assert_eq!(Handled::given_up("gone").not_before(hour), Handled::given_up("gone"));
    }
}
