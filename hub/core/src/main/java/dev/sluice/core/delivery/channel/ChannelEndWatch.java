package dev.sluice.core.delivery.channel;

/// A registration of [dev.sluice.core.delivery.Hub#watchEnd].
public interface ChannelEndWatch extends AutoCloseable {
    /// Ends the registration. A concurrent call may still arrive.
    @Override
    void close();
}
