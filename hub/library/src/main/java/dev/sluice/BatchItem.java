package dev.sluice;

/// A part of an atomic batch ([Sluice#publishAll]).
public sealed interface BatchItem {
    String channel();

    /// Publishes an event, if its conditions hold.
    record Publish(String channel, Message message) implements BatchItem {}

    /// Ends a channel.
    record End(String channel) implements BatchItem {}
}
