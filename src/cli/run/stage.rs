//! Where a scenario plays: a simulator, a shop, a merchant's client, and the values that are kept.

use std::{collections::BTreeMap, io};

use doku_indodana::{Credentials, Environment};
use doku_simulator::Simulator;
use serde_json::{Value, json};

use super::{
    place::Source,
    scenario::{Listen, Scenario},
    shop::RunningShop,
};
use crate::{
    control::Control,
    environment,
    output::{Exit, Failure},
    simulator::Ids,
};

/// Where a scenario plays.
pub(super) struct Stage<'s> {
    pub(super) source: &'s Source<'s>,
    pub(super) environment: Environment,
    pub(super) credentials: Credentials,
    pub(super) control: Control,
    pub(super) shop: Option<RunningShop>,
    pub(super) values: BTreeMap<String, Value>,
    /// The scenario's own simulator, if it has one.
    simulator: Option<Simulator>,
}

impl<'s> Stage<'s> {
    /// Starts what the scenario asks for.
    pub(super) async fn new(source: &'s Source<'s>, scenario: &Scenario) -> Result<Self, Failure> {
        let refuse = |text: String| Failure::usage(format!("{}: {text}", source.name));
        let running = scenario.simulator.as_deref().map(Environment::custom).transpose();
        let running = running.map_err(|error| refuse(error.to_string()))?;
        let credentials = match &running {
            Some(environment) => environment::credentials(environment)?,
            None => environment::simulator_credentials()?,
        };
        let shop = shop(scenario, &credentials).await.map_err(refuse)?;
        let notification_url = match (&shop, &scenario.shop) {
            (Some(shop), _) => Some(shop.url.clone()),
            (None, Some(shop)) => shop.notification_url.clone(),
            (None, None) => None,
        };
        let (environment, simulator) = match running {
            Some(environment) => {
                if !scenario.faults.is_empty() || scenario.seed.is_some() {
                    let text = "faults and seed are for a simulator of its own; use the step fail_next, or leave out simulator";
                    return Err(refuse(text.to_owned()));
                }
                (environment, None)
            }
            None => {
                let simulator = own(scenario, credentials.clone(), notification_url.as_deref());
                let simulator = simulator.await.map_err(|error| refuse(error.to_string()))?;
                (simulator.environment(), Some(simulator))
            }
        };
        let control = Control::new(&environment)?;
        if simulator.is_none() && !scenario.switches.is_empty() {
            let _: Value = control.post(&["switches"], &json!(scenario.switches)).await?;
        }
        let mut values = scenario.values.clone();
        values.insert("simulator".to_owned(), environment.base_url().into());
        values.insert("shop".to_owned(), notification_url.unwrap_or_default().into());
        Ok(Self { source, environment, credentials, control, shop, values, simulator })
    }

    /// Stops what was started.
    pub(super) async fn end(self) -> Result<(), Failure> {
        match self.simulator {
            Some(simulator) => simulator.stop().await.map_err(|error| Failure::new(Exit::Internal, error.to_string())),
            None => Ok(()),
        }
    }
}

/// Starts the shop, if the scenario listens itself.
async fn shop(scenario: &Scenario, credentials: &Credentials) -> Result<Option<RunningShop>, String> {
    let Some(shop) = &scenario.shop else { return Ok(None) };
    let port = match (shop.listen, &shop.notification_url) {
        (Some(Listen::Any(true)), None) => 0,
        (Some(Listen::Port(port)), None) => port,
        (None | Some(Listen::Any(false)), Some(_)) => return Ok(None),
        _ => return Err("the shop has exactly one of listen and notification_url".to_owned()),
    };
    let path = shop.path.as_deref().unwrap_or(crate::receiver::PATH);
    if !path.starts_with('/') {
        return Err("the shop's path begins with /".to_owned());
    }
    let started = RunningShop::start(port, path, credentials.clone()).await;
    started.map(Some).map_err(|error| format!("the shop cannot listen on port {port}: {}", error.kind()))
}

/// Starts a simulator of the scenario's own.
async fn own(scenario: &Scenario, credentials: Credentials, notification_url: Option<&str>) -> io::Result<Simulator> {
    let mut builder = Simulator::builder().credentials(credentials);
    if let Some(url) = notification_url {
        builder = builder.notification_url(url);
    }
    if let Some(seed) = scenario.seed {
        let ids = Ids::new(seed, None);
        builder = builder.ids(move || ids.next());
    }
    for host in scenario.shop.iter().flat_map(|shop| &shop.allow_hosts) {
        builder = builder.allow_host(host);
    }
    for (name, value) in &scenario.switches {
        builder = builder.switch(name, value);
    }
    for fault in &scenario.faults {
        let fault = fault.value.parse();
        builder = builder.fault(fault.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?);
    }
    builder.start().await
}
