package dev.sluice;

import java.util.List;

/// The result of an atomic batch ([Sluice#publishAll]): all of it is in the log, or nothing.
public sealed interface BatchResult {
    /// All items are in the log, one after the other.
    ///
    /// @param ids the id of each item's event or end, in the order of the batch
    record Stored(List<String> ids) implements BatchResult {}

    /// Nothing was stored.
    ///
    /// @param index  the index of the first item that was refused, from 0
    /// @param reason why it was refused
    record Refused(int index, PublishResult reason) implements BatchResult {}
}
