package dev.sluice;

/// A running subscription of a handler to channels.
public interface Subscription extends AutoCloseable {
    /// Returns the cursor after the last event that the handler has processed, or, before the first event, the
    /// cursor at which the subscription began. Another subscription can resume there ([Channels#after]).
    String cursor();

    /// Returns true while the handler may still receive events.
    boolean isOpen();

    /// Ends the subscription and interrupts its handler, which receives no further events.
    @Override
    void close();
}
