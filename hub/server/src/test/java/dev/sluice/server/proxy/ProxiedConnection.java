package dev.sluice.server.proxy;

import dev.sluice.server.Signal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One connection of a client through the proxy. Faults are applied on its event loop.
public final class ProxiedConnection {
    /// How much of the start of each direction is recorded.
    private static final int RECORDED_BYTES = 16 << 10;

    private final Channel client;
    private final NetworkFault fault;
    private final Signal signal;
    // Everything visible to other threads is guarded by the signal.
    private final StringBuilder sentByClient = new StringBuilder();
    private final StringBuilder sentToClient = new StringBuilder();
    private long bytesDown;
    private boolean closed;
    private @Nullable ProxyDirection up;
    private @Nullable ProxyDirection down;

    ProxiedConnection(Channel client, NetworkFault fault, Signal signal) {
        this.client = client;
        this.fault = fault;
        this.signal = signal;
        client.closeFuture().addListener(_ -> {
            synchronized (signal) {
                closed = true;
                signal.changed();
            }
        });
    }

    void join(Channel hub) {
        down = new ProxyDirection(client, fault, this::passedDown);
        up = new ProxyDirection(hub, NetworkFault.NONE, bytes -> record(sentByClient, bytes));
        hub.pipeline().addLast(down);
        client.pipeline().addLast(up);
    }

    void open() {
        if (up == null || down == null) throw new IllegalStateException("open before both ends are joined");
        up.begin();
        down.begin();
    }

    private void passedDown(ByteBuf bytes) {
        synchronized (signal) {
            bytesDown += bytes.readableBytes();
        }
        record(sentToClient, bytes);
    }

    private void record(StringBuilder text, ByteBuf bytes) {
        synchronized (signal) {
            if (text.length() < RECORDED_BYTES) {
                text.append(new String(ByteBufUtil.getBytes(bytes), StandardCharsets.ISO_8859_1));
            }
            signal.changed();
        }
    }

    /// The start of what the client sent, one character per byte.
    public String sentByClient() {
        synchronized (signal) {
            return sentByClient.toString();
        }
    }

    /// The start of what was passed on to the client, one character per byte.
    public String sentToClient() {
        synchronized (signal) {
            return sentToClient.toString();
        }
    }

    public long bytesDown() {
        synchronized (signal) {
            return bytesDown;
        }
    }

    public boolean isClosed() {
        synchronized (signal) {
            return closed;
        }
    }

    /// Closes the connection (FIN) after passing on this many more of the hub's bytes.
    public void cutAfter(long bytes) {
        runNow(() -> {
            if (down == null) client.close();
            else down.cutAfter(bytes);
        });
    }

    /// Drops all further bytes, without closing the connection.
    public void drop() {
        runNow(() -> {
            if (down != null) down.drop();
            if (up != null) up.drop();
        });
    }

    void reset() {
        runNow(() -> {
            if (client.isOpen()) client.config().setOption(ChannelOption.SO_LINGER, 0);
            client.close();
        });
    }

    /// Returns when the step is done, so that a test's next step comes after it.
    private void runNow(Runnable step) {
        if (client.eventLoop().inEventLoop()) step.run();
        else client.eventLoop().submit(step).syncUninterruptibly();
    }

    @Override
    public String toString() {
        String request = sentByClient();
        return (isClosed() ? "closed: " : "open: ") + request.substring(0, Math.max(0, request.indexOf('\r')));
    }
}
