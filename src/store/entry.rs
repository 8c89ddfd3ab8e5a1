//! How a store is met: [`Entry`].

use crate::record::{Owner, refuse_other_owner};

/// How a store is met.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// It is made where there is none, brought up to date, and refused where it is another one's.
    Own(Owner),
    /// It is there and stays as it is, whoever's it is.
    AsItIs,
    /// It is there and is brought up to date, whoever's it is.
    Migrate,
}

impl Entry {
    /// Returns whose it has to be.
    pub(crate) fn owner(&self) -> Option<&Owner> {
        match self {
            Self::Own(owner) => Some(owner),
            Self::AsItIs | Self::Migrate => None,
        }
    }

    /// Refuses the store of another one, a newer one, and an older one that is to stay as it is. Returns why.
    pub(crate) fn judge(&self, version: i64, newest: i64, theirs: &Owner) -> Result<(), String> {
        if version > newest {
            return Err(format!(
                "a newer version of this library made it (schema {version}, this one knows {newest}); install that \
                 version"
            ));
        }
        if version < newest && matches!(self, Self::AsItIs) {
            return Err(format!(
                "an older version of this library made it (schema {version}, this one has {newest}); bring it up to \
                 date: `doku store migrate`, or open it with `Orders`"
            ));
        }
        self.owner().map_or(Ok(()), |ours| refuse_other_owner(theirs, ours))
    }
}
