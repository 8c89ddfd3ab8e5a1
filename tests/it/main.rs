//! One test binary: nothing leaves the loopback interface, no wall clock decides.

mod deviations;
mod ledger;
mod violations;
