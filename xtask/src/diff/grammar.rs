//! What a contract is made of: each keyword that it may have, and how two values of it are compared.
//!
//! A keyword that is not here is an error, so that no difference stays unseen.

use super::change::Effect::{self, Changed, Harmless, Looser, Text, Tighter};

/// How a member is compared.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Always with the same effect.
    Always(Effect),
    /// A flag, with the effect of setting it; unsetting it has the opposite effect.
    Flag(Effect),
    /// A limit: the effects of adding it, of removing it, and of changing it.
    Limit { most: bool },
    /// `exclusiveMinimum`, `exclusiveMaximum`: judged with the limit they belong to.
    Exclusive { most: bool },
    /// A condition that cannot be compared with another: tighter when added, wider when removed.
    Condition,
    /// A closed list of values.
    Values,
    /// The known values of an open list.
    KnownValues,
    /// `additionalProperties`.
    Open,
    /// `required` of an object.
    Mandatory,
    /// `properties` of an object.
    Properties,
    /// One value of this table.
    One(&'static GrammarTable),
    /// A list of values of this table, each by its place.
    List(&'static GrammarTable),
    /// Alternatives of this table, compared by what they hold, wherever they stand.
    Choices(&'static GrammarTable),
    /// The answers of an operation by their status.
    Statuses,
    /// The mark for personal data.
    Sensitive,
    /// Values of this table by name, with the effects of adding and removing one.
    Named(&'static GrammarTable, Effect, Effect),
    /// The parameters of an operation.
    Parameters,
    /// The paths of the contract, with the operations of each.
    Paths,
    /// The callbacks of an operation, with the paths of each.
    Callbacks,
}

/// The members of one kind of object.
pub(super) struct GrammarTable {
    pub(super) name: &'static str,
    pub(super) members: &'static [(&'static str, Rule)],
}

impl GrammarTable {
    pub(super) fn rule(&self, member: &str) -> Option<(&'static str, Rule)> {
        self.members.iter().find(|(name, _)| *name == member).copied()
    }
}

const WORDS: Rule = Rule::Always(Text);

pub(super) static CONTRACT: GrammarTable = GrammarTable {
    name: "contract",
    members: &[
        ("openapi", Rule::Always(Harmless)),
        ("info", Rule::One(&INFO)),
        ("servers", Rule::List(&SERVER)),
        ("tags", Rule::List(&TAG)),
        ("security", Rule::Always(Changed)),
        ("paths", Rule::Paths),
        ("components", Rule::One(&COMPONENTS)),
    ],
};

static INFO: GrammarTable = GrammarTable {
    name: "info",
    members: &[
        ("title", WORDS),
        ("version", WORDS),
        ("description", WORDS),
        ("license", WORDS),
        ("contact", WORDS),
        ("termsOfService", WORDS),
    ],
};

static SERVER: GrammarTable =
    GrammarTable { name: "server", members: &[("url", Rule::Always(Changed)), ("description", WORDS)] };

static TAG: GrammarTable = GrammarTable { name: "tag", members: &[("name", WORDS), ("description", WORDS)] };

pub(super) static COMPONENTS: GrammarTable = GrammarTable {
    name: "components",
    members: &[
        ("securitySchemes", Rule::Named(&SECURITY_SCHEME, Changed, Changed)),
        ("parameters", Rule::Named(&PARAMETER, Harmless, Changed)),
        ("headers", Rule::Named(&HEADER, Harmless, Changed)),
        ("responses", Rule::Named(&RESPONSE, Harmless, Changed)),
        ("schemas", Rule::Named(&SCHEMA, Harmless, Changed)),
    ],
};

static SECURITY_SCHEME: GrammarTable = GrammarTable {
    name: "security scheme",
    members: &[
        ("type", Rule::Always(Changed)),
        ("in", Rule::Always(Changed)),
        ("name", Rule::Always(Changed)),
        ("scheme", Rule::Always(Changed)),
        ("description", WORDS),
        ("x-source", WORDS),
        ("x-deviation", WORDS),
    ],
};

pub(super) static OPERATION: GrammarTable = GrammarTable {
    name: "operation",
    members: &[
        ("operationId", Rule::Always(Changed)),
        ("tags", WORDS),
        ("summary", WORDS),
        ("description", WORDS),
        ("deprecated", Rule::Always(Harmless)),
        ("x-source", WORDS),
        ("x-deviation", WORDS),
        ("security", Rule::Always(Changed)),
        ("parameters", Rule::Parameters),
        ("requestBody", Rule::One(&BODY)),
        ("responses", Rule::Statuses),
        ("callbacks", Rule::Callbacks),
    ],
};

pub(super) static PARAMETER: GrammarTable = GrammarTable {
    name: "parameter",
    members: &[
        ("$ref", Rule::Always(Changed)),
        ("name", Rule::Always(Changed)),
        ("in", Rule::Always(Changed)),
        ("required", Rule::Flag(Tighter)),
        ("description", WORDS),
        ("deprecated", Rule::Always(Harmless)),
        ("x-transport", Rule::Always(Changed)),
        ("x-source", WORDS),
        ("x-deviation", WORDS),
        ("schema", Rule::One(&SCHEMA)),
        ("example", WORDS),
    ],
};

static BODY: GrammarTable = GrammarTable {
    name: "body",
    members: &[
        ("description", WORDS),
        ("x-source", WORDS),
        ("x-deviation", WORDS),
        ("required", Rule::Flag(Tighter)),
        ("content", Rule::Named(&CONTENT, Changed, Changed)),
    ],
};

pub(super) static RESPONSE: GrammarTable = GrammarTable {
    name: "response",
    members: &[
        ("$ref", Rule::Always(Changed)),
        ("description", WORDS),
        ("x-transport", Rule::Always(Changed)),
        ("x-source", WORDS),
        ("x-deviation", WORDS),
        ("headers", Rule::Named(&HEADER, Harmless, Changed)),
        ("content", Rule::Named(&CONTENT, Changed, Changed)),
    ],
};

static HEADER: GrammarTable = GrammarTable {
    name: "header",
    members: &[
        ("$ref", Rule::Always(Changed)),
        ("description", WORDS),
        ("required", Rule::Flag(Tighter)),
        ("x-source", WORDS),
        ("x-deviation", WORDS),
        ("schema", Rule::One(&SCHEMA)),
    ],
};

static CONTENT: GrammarTable =
    GrammarTable { name: "content", members: &[("schema", Rule::One(&SCHEMA)), ("example", WORDS)] };

pub(super) static SCHEMA: GrammarTable = GrammarTable {
    name: "schema",
    members: &[
        ("$ref", Rule::Always(Changed)),
        ("title", WORDS),
        ("description", WORDS),
        ("example", WORDS),
        ("x-source", WORDS),
        ("x-deviation", WORDS),
        ("type", Rule::Always(Changed)),
        ("format", Rule::Always(Changed)),
        ("nullable", Rule::Flag(Looser)),
        ("default", Rule::Always(Changed)),
        ("deprecated", Rule::Always(Harmless)),
        ("minLength", Rule::Limit { most: false }),
        ("maxLength", Rule::Limit { most: true }),
        ("minItems", Rule::Limit { most: false }),
        ("maxItems", Rule::Limit { most: true }),
        ("minimum", Rule::Limit { most: false }),
        ("maximum", Rule::Limit { most: true }),
        ("exclusiveMinimum", Rule::Exclusive { most: false }),
        ("exclusiveMaximum", Rule::Exclusive { most: true }),
        ("multipleOf", Rule::Condition),
        ("x-decimal-places", Rule::Limit { most: true }),
        ("x-written-decimals", Rule::Limit { most: true }),
        ("pattern", Rule::Condition),
        ("x-sum", Rule::Condition),
        ("uniqueItems", Rule::Flag(Tighter)),
        ("enum", Rule::Values),
        ("x-extensible-enum", Rule::KnownValues),
        ("required", Rule::Mandatory),
        ("properties", Rule::Properties),
        ("additionalProperties", Rule::Open),
        ("items", Rule::One(&SCHEMA)),
        ("anyOf", Rule::Choices(&SCHEMA)),
        ("oneOf", Rule::Choices(&SCHEMA)),
        ("allOf", Rule::List(&SCHEMA)),
        // What is only reported breaks nobody.
        ("x-advisory", Rule::One(&ADVISORY)),
        ("x-sensitive", Rule::Sensitive),
    ],
};

/// An advisory has the limits of a schema, but they are reported and not enforced.
static ADVISORY: GrammarTable = GrammarTable {
    name: "advisory",
    members: &[
        ("deviation", WORDS),
        ("minLength", Rule::Always(Harmless)),
        ("maxLength", Rule::Always(Harmless)),
        ("minimum", Rule::Always(Harmless)),
        ("maximum", Rule::Always(Harmless)),
        ("pattern", Rule::Always(Harmless)),
        ("enum", Rule::Always(Harmless)),
        ("x-plain-digits", Rule::Always(Harmless)),
        ("x-reserved", Rule::Always(Harmless)),
    ],
};
