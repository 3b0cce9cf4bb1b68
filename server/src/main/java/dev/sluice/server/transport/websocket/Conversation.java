package dev.sluice.server.transport.websocket;

import dev.sluice.core.encoded.Bytes;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Stopping;
import dev.sluice.server.transport.LastWords;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Function;

/// A WebSocket that a program speaks on, and no subscriber: whole messages in, frames out.
public final class Conversation extends ChannelInboundHandlerAdapter {
    /// What is told of a conversation, on its event loop. Between two messages it may stop reading from the
    /// channel.
    public interface Listener {
        void message(byte[] bytes, boolean isText);

        /// The client has said goodbye, or has broken a rule; it has its answer.
        void ended(int code);

        /// The connection is gone.
        void left();

        /// The server stops.
        void stopping();
    }

    private static final int STOPPING = 1012;

    private final Channel channel;
    private final boolean deflates;
    private final Listener listener;

    private Conversation(Channel channel, boolean deflates, Function<Conversation, Listener> listener) {
        this.channel = channel;
        this.deflates = deflates;
        this.listener = listener.apply(this);
    }

    /// Makes a request a WebSocket.
    ///
    /// @param listener is given the conversation before anything is heard
    /// @throws dev.sluice.server.http.Refused if it is no handshake that can be answered
    public static void open(Exchange exchange, int messageBytesMax, Function<Conversation, Listener> listener) {
        Handshake handshake = Handshake.of(exchange.request());
        Channel channel = exchange.takeOver(handshake.answer()).channel();
        // What one read brought is inflated message by message, as they are wanted: else a few kilobytes could
        // become as many megabytes before anybody can say that it is enough.
        handshake.receive(channel.pipeline(), messageBytesMax, new FlowControlHandler());
        channel.pipeline().addLast(new Conversation(channel, handshake.deflates(), listener));
    }

    public Channel channel() {
        return channel;
    }

    /// The frame of a text message.
    public byte[] text(String text) {
        Bytes out = new Bytes();
        out.text(text);
        return frame(out, Frames.TEXT);
    }

    /// The frame of a binary message.
    public byte[] binary(byte[] bytes) {
        Bytes out = new Bytes();
        out.write(bytes);
        return frame(out, Frames.BINARY);
    }

    private byte[] frame(Bytes out, int opcode) {
        boolean compressed = deflates && Deflate.compress(out, 0);
        Frames.close(out, 0, compressed ? opcode | Frames.COMPRESSED : opcode);
        return out.toByteArray();
    }

    /// The last frame.
    public static byte[] goodbye(int code, String reason) {
        return Frames.close(code, reason);
    }

    /// The last frame of a server that stops.
    public static byte[] stopping() {
        return goodbye(STOPPING, "the server restarts");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof WebSocketFrame frame) take(frame);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void take(WebSocketFrame frame) {
        if (frame.rsv() != 0) { // Undone by the decoder where it was agreed on (RFC 6455 §5.2).
            leave(new Goodbye(Goodbye.PROTOCOL_ERROR, "reserved bits are for extensions"), Goodbye.PROTOCOL_ERROR);
            return;
        }
        switch (frame) {
            // One that does not read gets no Pong for every Ping: only the newest counts (RFC 6455 §5.5.3).
            case PingWebSocketFrame ping
            when channel.isWritable() ->
                channel.writeAndFlush(Unpooled.wrappedBuffer(Frames.pong(ByteBufUtil.getBytes(ping.content()))));
            case PingWebSocketFrame _, PongWebSocketFrame _ -> {}
            case CloseWebSocketFrame close -> {
                int code = close.statusCode();
                leave(Goodbye.echo(close), code < 0 ? Goodbye.NO_STATUS : code);
            }
            case TextWebSocketFrame text -> listener.message(ByteBufUtil.getBytes(text.content()), true);
            case BinaryWebSocketFrame binary -> listener.message(ByteBufUtil.getBytes(binary.content()), false);
            default ->
                leave(new Goodbye(Goodbye.PROTOCOL_ERROR, "this frame makes no sense here"), Goodbye.PROTOCOL_ERROR);
        }
    }

    private void leave(Goodbye goodbye, int heard) {
        LastWords.say(channel, Unpooled.wrappedBuffer(Frames.close(goodbye.code(), goodbye.reason())));
        listener.ended(heard);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listener.left();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Stopping) listener.stopping();
    }

    /// Frames that can't be read get an answer; a line that broke is the client's leaving.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Goodbye goodbye = Goodbye.to(cause);
        if (goodbye == null) context.close();
        else leave(goodbye, goodbye.code());
    }
}
