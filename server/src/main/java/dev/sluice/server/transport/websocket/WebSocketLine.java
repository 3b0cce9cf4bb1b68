package dev.sluice.server.transport.websocket;

import dev.sluice.core.delivery.Speaker;
import dev.sluice.server.http.Stopping;
import dev.sluice.server.transport.SocketSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
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
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            heard++;
            // What comes behind a goodbye, ours or its own, is not listened to (RFC 6455 §5.5.1).
            if (message instanceof WebSocketFrame frame && !speaker().isOver()) take(frame);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void take(WebSocketFrame frame) {
        if (frame.rsv() != 0) { // Undone by the decoder where it was agreed on (RFC 6455 §5.2).
            ear.leave(Goodbye.PROTOCOL_ERROR, "reserved bits are for extensions");
            return;
        }
        switch (frame) {
            case PingWebSocketFrame ping -> ear.say(Frames.pong(bytes(ping.content())));
            case PongWebSocketFrame _ -> isPongDue = false;
            case CloseWebSocketFrame close -> {
                ear.leave(Goodbye.echo(close).code(), "");
            }
            case TextWebSocketFrame text -> ear.message(bytes(text.content()), true);
            case BinaryWebSocketFrame binary -> ear.message(bytes(binary.content()), false);
            default -> ear.leave(Goodbye.PROTOCOL_ERROR, "this frame makes no sense here");
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Stopping) ear.stopping();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Goodbye goodbye = Goodbye.to(cause);
        if (goodbye == null) super.exceptionCaught(context, cause);
        else ear.leave(goodbye.code(), goodbye.reason());
    }

    private static byte[] bytes(ByteBuf content) {
        return ByteBufUtil.getBytes(content);
    }
}
