//! `doku doctor`: what of a merchant's configuration is right, what is not, and what to do.

mod check;
mod checklist;
mod credentials;
mod notification_url;
mod reach;
mod server;
mod store;

use clap::Args;
use doku_indodana::Environment;
use serde_json::json;
use url::Url;

use self::check::{Check, Report};
use super::{
    environment::Destination,
    output::{self, Exit, Failure},
    store::Location,
};

/// Check credentials, clock, server and notification URL, and print what to check by hand before going live
///
/// Makes no order: it asks for the status of an order that does not exist. "Not found", signed, proves that the
/// credentials are right. Exit code 0: all is well, or there are only warnings; 2: the configuration is wrong; 4: the
/// credentials are refused, or the answer is not proven to be DOKU's; 6: the server or the store cannot be reached; 8:
/// there are unresolved orders in the store. It is that of the first check that failed.
#[derive(Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    destination: Destination,
    /// A notification URL, to check it by DOKU's rules; give overrides as further ones
    #[arg(long, value_name = "URL")]
    notification_url: Vec<String>,
    /// Connect to the notification URL from here, and send nothing
    #[arg(long, requires = "notification_url")]
    reach: bool,
    #[command(flatten)]
    location: Location,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl DoctorArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let environment = self.destination.environment();
        super::block_on(async {
            let mut report = Report::new(self.json);
            report.add(environment_check(environment.as_ref()))?;
            let environment = environment.ok();
            let (checks, credentials) = credentials::checks(environment.as_ref());
            let client_id = credentials.as_ref().map(|credentials| credentials.client_id().to_string());
            report.extend(checks)?;
            match &environment {
                Some(environment) => self.check_server(environment, credentials, &mut report).await?,
                None => report.extend(
                    ["dns", "tcp", "tls", "clock", "signed status"]
                        .map(|name| Check::skipped(name, "no environment is named")),
                )?,
            }
            self.check_notification_urls(environment.as_ref(), &mut report).await?;
            report.extend(store::checks(&self.location, environment.as_ref(), client_id.as_deref()).await)?;
            self.finish(environment.as_ref(), &report)
        })
    }

    async fn check_server(
        &self,
        environment: &Environment,
        credentials: Option<doku_indodana::Credentials>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        // The address of an environment is a URL; one that is not cannot be reached.
        let Ok(url) = Url::parse(environment.base_url()) else { return Ok(()) };
        let checks = reach::checks(&url).await;
        let reached = checks.iter().all(Check::is_passed);
        report.extend(checks)?;
        if reached {
            return report.extend(server::checks(environment, credentials).await);
        }
        report.extend(["clock", "signed status"].map(|name| Check::skipped(name, "the server cannot be reached")))
    }

    async fn check_notification_urls(
        &self,
        environment: Option<&Environment>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        const NAME: &str = "notification url";
        if self.notification_url.is_empty() {
            return report.add(Check::skipped(NAME, "none is given; add --notification-url URL to check it"));
        }
        report.extend(notification_url::checks(&self.notification_url, environment))?;
        if !self.reach {
            return Ok(());
        }
        let urls = self.notification_url.iter().filter_map(|url| Url::parse(url).ok());
        for url in urls.filter(|url| matches!(url.scheme(), "http" | "https")) {
            let checks = reach::checks(&url).await.into_iter();
            report.extend(checks.map(|check| {
                let name = format!("{NAME}, {}", check.subject());
                check.name(name)
            }))?;
        }
        Ok(())
    }

    fn finish(&self, environment: Option<&Environment>, report: &Report) -> Result<Exit, Failure> {
        if self.json {
            output::print_json(&json!({
                "environment": environment.map(ToString::to_string),
                "verdict": report.verdict().as_str(),
                "checks": report.to_json(),
                "go_live": checklist::to_json(),
            }))?;
        } else {
            output::print(&format!("\n{}", report.summary()))?;
            // Whoever has something to mend is not about to go live.
            if report.exit() == Exit::Done {
                output::print(&format!("\n{}", checklist::to_text()))?;
            }
        }
        Ok(report.exit())
    }
}

fn environment_check(environment: Result<&Environment, &Failure>) -> Check {
    const NAME: &str = "environment";
    match environment {
        Ok(Environment::Sandbox) => Check::ok(NAME, "DOKU's sandbox: no money moves"),
        Ok(Environment::Production) => Check::ok(NAME, "DOKU's production: real orders"),
        Ok(other) if other.base_url().starts_with("http://") => {
            Check::ok(NAME, format!("a simulator on this machine: {}", other.base_url()))
        }
        Ok(other) => Check::warning(NAME, format!("a simulator of your own: {}", other.base_url()))
            .help("DOKU's own are named by --sandbox and --live"),
        Err(failure) => {
            let (message, help) = failure.words();
            let check = Check::failed(NAME, Exit::Usage, message);
            help.into_iter().fold(check, Check::help)
        }
    }
}
