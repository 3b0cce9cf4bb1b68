package dev.sluice.core.delivery.channel;

/// A registration of [dev.sluice.core.delivery.Hub#watchGrant]. May be closed from any thread, also repeatedly.
public interface GrantWatch extends AutoCloseable {
    /// Ends the registration. A concurrent call may still arrive.
    @Override
    void close();
}
