package dev.sluice.core.log;

/// The limit because of which a search is [refused][SearchRejectedException].
public enum SearchLimit {
    /// The search examined the maximum number of entries. It would fail again.
    TOO_LONG,

    /// Too many others wait already. The search may succeed later.
    TOO_MANY
}
