package dev.sluice.core.delivery;

/// A registration of [Hub#watchEnd].
public interface ChannelEndWatch extends AutoCloseable {
    /// Ends the registration. A concurrent call may still arrive.
    @Override
    void close();
}
