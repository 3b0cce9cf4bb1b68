package dev.sluice.server.transport.websocket;

import dev.sluice.core.delivery.Speaker;
import dev.sluice.server.http.Stopping;
import dev.sluice.server.transport.SocketSink;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;

/// A WebSocket once it is open: what the client sends. What it gets is the speaker's business.
final class WebSocketLine extends SocketSink {
    private final Ear ear;
    private int heard; // As a long it would take 8 bytes more; it need only change, and may wrap.
    private boolean isPongDue;

    WebSocketLine(Channel channel, Speaker speaker, Ear ear) {
        super(channel, speaker);
        this.ear = ear;
    }

    /// A sign of life that the client has to answer (RFC 6455 §5.5.2).
    @Override
    public void beating() {
        isPongDue = true;
    }

    /// Who owes us no bytes may still owe us a Pong. Both count, as a slow reader's Pong waits behind its data.
    @Override
    public long progress() {
        long taken = super.progress();
        if (taken != NOTHING_OWED) return taken + Integer.toUnsignedLong(heard);
        return isPongDue ? Integer.toUnsignedLong(heard) : NOTHING_OWED;
    }

    /// Answers wait until they are written: when some have gone, there may be room to listen again.
    @Override
    public int write(ByteBuffer bytes) {
        int taken = super.write(bytes);
        if (taken > 0 && !channel().config().isAutoRead()) channel().eventLoop().execute(ear::breathe);
        return taken;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        heard++;
        // What comes behind a goodbye, ours or its own, is not listened to (RFC 6455 §5.5.1).
        if (speaker().isOver()) return;
        switch ((Message) read) {
            case Message.Ping(byte[] bytes) -> ear.say(Frames.pong(bytes));
            case Message.Pong _ -> isPongDue = false;
            case Message.Close close -> ear.leave(Goodbye.echo(close).code(), "");
            case Message.Text(byte[] bytes) -> ear.message(bytes, true);
            case Message.Binary(byte[] bytes) -> ear.message(bytes, false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Stopping) ear.stopping();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Broken broken)
            ear.leave(broken.goodbye().code(), broken.goodbye().reason());
        else super.exceptionCaught(context, cause);
    }
}
