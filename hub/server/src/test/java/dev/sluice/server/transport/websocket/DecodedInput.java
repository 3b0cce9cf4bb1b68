package dev.sluice.server.transport.websocket;

import dev.sluice.server.net.outlet.InputDecoder;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.SocketOutlet;
import dev.sluice.server.net.outlet.UpgradeHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.function.Consumer;

/// A WebSocket without a socket: it decodes the bytes that are written to its channel, and keeps the messages, or the
/// close frame for an error, as the channel's inbound messages.
final class DecodedInput implements UpgradeHandler, MessageDecoder.MessageListener {
    private final EmbeddedChannel channel;
    private final Outlet outlet;
    private final MessageDecoder decoder;
    private final Consumer<Outlet> onMessage;

    private DecodedInput(
            EmbeddedChannel channel,
            Outlet outlet,
            MessageLimits limits,
            boolean deflates,
            Consumer<Outlet> onMessage) {
        this.channel = channel;
        this.outlet = outlet;
        this.decoder = new MessageDecoder(limits, deflates, outlet, this);
        this.onMessage = onMessage;
    }

    /// Returns a channel whose clock stands still until the test moves it.
    ///
    /// @param onMessage called after each message
    static EmbeddedChannel channel(MessageLimits limits, boolean deflates, Consumer<Outlet> onMessage) {
        var channel = new EmbeddedChannel();
        channel.freezeTime();
        SocketOutlet.upgrade(
                channel,
                outlet -> new DecodedInput(channel, outlet, limits, deflates, onMessage),
                "",
                Duration.ofMinutes(1));
        return channel;
    }

    @Override
    public void received(WebSocketMessage message) {
        channel.inboundMessages().add(message);
        onMessage.accept(outlet);
    }

    @Override
    public void failed(WebSocketException error) {
        channel.inboundMessages().add(error.closeFrame());
    }

    @Override
    public InputDecoder decoder() {
        return decoder;
    }

    @Override
    public void writable() {}

    @Override
    public void close() {
        decoder.close();
    }

    @Override
    public boolean isOver() {
        return false;
    }
}
