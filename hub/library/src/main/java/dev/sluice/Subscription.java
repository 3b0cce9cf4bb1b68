package dev.sluice;

/// A running subscription of a handler to channels.
public interface Subscription extends AutoCloseable {
    /// Returns the cursor after the last event that the handler has processed, or where the subscription began
    /// if there is none yet. Another subscription can resume there ([Channels#after]).
    String cursor();

    /// Returns true while the handler may still receive events.
    boolean isOpen();

    /// Ends the subscription and interrupts its handler, which receives no further events.
    @Override
    void close();
}
