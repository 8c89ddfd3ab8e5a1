//! What `cargo xtask drift` is asked for.

use crate::page::Channel;

/// What is asked for.
pub(super) struct Options<'a> {
    pub(super) output: Output,
    pub(super) accept: bool,
    pub(super) channel: Channel,
    /// Pointers to changes that are accepted although the contract lacks them.
    pub(super) despite: Vec<&'a str>,
    pub(super) files: Vec<&'a str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Table,
    Json,
    Markdown,
}

impl<'a> Options<'a> {
    pub(super) fn new(arguments: &[&'a str]) -> Result<Self, String> {
        let mut options =
            Self { output: Output::Table, accept: false, channel: Channel::Indodana, despite: vec![], files: vec![] };
        let mut arguments = arguments.iter().copied();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument {
                "--accept" => options.accept = true,
                "--json" if options.output == Output::Table => options.output = Output::Json,
                "--markdown" if options.output == Output::Table => options.output = Output::Markdown,
                "--despite" => options.despite.push(value()?),
                "--channel" => {
                    let name = value()?;
                    let known = Channel::of(name).ok_or("there are indodana, akulaku and kredivo");
                    options.channel = known.map_err(|known| format!("{name} is no channel; {known}"))?;
                }
                flag if flag.starts_with("--") => {
                    return Err(format!(
                        "`{flag}` is no option here; there are --json or --markdown, --channel, --accept and --despite"
                    ));
                }
                file => options.files.push(file),
            }
        }
        if options.files.is_empty() {
            let title = options.channel.title();
            return Err(format!("no file; save DOKU's page on {title} and name the file, or - for standard input"));
        }
        if options.accept && options.files.len() > 1 {
            return Err("--accept stores the reading of one file; name the one to keep".into());
        }
        if !options.despite.is_empty() && !options.accept {
            return Err("--despite names a change that --accept takes; there is no --accept".into());
        }
        Ok(options)
    }
}
