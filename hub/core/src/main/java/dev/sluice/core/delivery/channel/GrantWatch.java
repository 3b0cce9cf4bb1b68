package dev.sluice.core.delivery.channel;

/// The interest in the revocation of a grant. May be closed from any thread, also repeatedly.
public interface GrantWatch extends AutoCloseable {
    /// The listener is not called any more, unless it is being called now.
    @Override
    void close();
}
