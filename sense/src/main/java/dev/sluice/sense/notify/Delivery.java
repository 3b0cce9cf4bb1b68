package dev.sluice.sense.notify;

/// The result of sending an alert once.
public sealed interface Delivery {
    /// The service has it.
    record Accepted() implements Delivery {}

    /// The service does not have it, or perhaps not; it is sent again later.
    ///
    /// @param problem for the operator, without secrets
    record Failed(String problem) implements Delivery {}
}
