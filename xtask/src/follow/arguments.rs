//! What `cargo xtask follow` is asked for.

pub(super) const HELP: &str =
    "usage: cargo xtask follow PAGE [--decide ID=WORD]… [--apply] [--pull-request FILE] [--quick]";

#[derive(Debug, Default, PartialEq)]
pub(super) struct Arguments<'a> {
    pub(super) page: &'a str,
    pub(super) decisions: Vec<&'a str>,
    pub(super) apply: bool,
    pub(super) pull_request: Option<&'a str>,
    pub(super) quick: bool,
}

pub(super) fn parse<'a>(arguments: &[&'a str]) -> Result<Arguments<'a>, String> {
    let mut parsed = Arguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().copied().ok_or_else(|| format!("{argument} needs a value\n{HELP}"));
        match *argument {
            "--apply" => parsed.apply = true,
            "--quick" => parsed.quick = true,
            "--decide" => parsed.decisions.push(value()?),
            "--pull-request" => parsed.pull_request = Some(value()?),
            page if !page.starts_with("--") && parsed.page.is_empty() => parsed.page = page,
            other => return Err(format!("`{other}` is not expected here\n{HELP}")),
        }
    }
    if parsed.page.is_empty() {
        return Err(format!("no page; save DOKU's page on Indodana and name the file\n{HELP}"));
    }
    Ok(parsed)
}
