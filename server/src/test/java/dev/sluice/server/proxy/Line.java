package dev.sluice.server.proxy;

import dev.sluice.server.Signal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One connection of a client through the proxy. What is done to it is done on its event loop.
public final class Line {
    /// What is remembered of each direction: its beginning.
    private static final int REMEMBERED_BYTES = 16 << 10;

    private final Channel client;
    private final Weather weather;
    private final Signal signal;
    private final StringBuilder asked = new StringBuilder(); // What is seen from outside is guarded by the signal.
    private final StringBuilder answered = new StringBuilder();
    private long bytesDown;
    private boolean over;
    private @Nullable Conduit up;
    private @Nullable Conduit down;

    Line(Channel client, Weather weather, Signal signal) {
        this.client = client;
        this.weather = weather;
        this.signal = signal;
        client.closeFuture().addListener(_ -> {
            synchronized (signal) {
                over = true;
                signal.changed();
            }
        });
    }

    void join(Channel hub) {
        down = new Conduit(client, weather, this::passedDown);
        up = new Conduit(hub, Weather.FAIR, bytes -> remember(asked, bytes));
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
        remember(answered, bytes);
    }

    private void remember(StringBuilder text, ByteBuf bytes) {
        synchronized (signal) {
            if (text.length() < REMEMBERED_BYTES) {
                text.append(new String(ByteBufUtil.getBytes(bytes), StandardCharsets.ISO_8859_1));
            }
            signal.changed();
        }
    }

    /// What the client sent, from the beginning, a character a byte.
    public String asked() {
        synchronized (signal) {
            return asked.toString();
        }
    }

    /// What was passed on to it, from the beginning, a character a byte.
    public String answered() {
        synchronized (signal) {
            return answered.toString();
        }
    }

    public long bytesDown() {
        synchronized (signal) {
            return bytesDown;
        }
    }

    public boolean isOver() {
        synchronized (signal) {
            return over;
        }
    }

    /// Ends it (FIN) when it has passed on so many more of the hub's bytes.
    public void cutAfter(long bytes) {
        now(() -> {
            if (down == null) client.close();
            else down.cutAfter(bytes);
        });
    }

    /// From now on it passes on nothing, and nobody is told.
    public void swallow() {
        now(() -> {
            if (down != null) down.swallow();
            if (up != null) up.swallow();
        });
    }

    void reset() {
        now(() -> {
            if (client.isOpen()) client.config().setOption(ChannelOption.SO_LINGER, 0);
            client.close();
        });
    }

    /// Returns when it is done, so that what a test does next comes behind it.
    private void now(Runnable step) {
        if (client.eventLoop().inEventLoop()) step.run();
        else client.eventLoop().submit(step).syncUninterruptibly();
    }

    @Override
    public String toString() {
        String request = asked();
        return (isOver() ? "over: " : "open: ") + request.substring(0, Math.max(0, request.indexOf('\r')));
    }
}
