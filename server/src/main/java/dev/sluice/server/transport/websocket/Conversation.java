package dev.sluice.server.transport.websocket;

import dev.sluice.core.encoded.Bytes;
import dev.sluice.server.http.ConnectionFailure;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Stopping;
import dev.sluice.server.transport.LastWords;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
    public static void open(Exchange exchange, MessageLimits limits, Function<Conversation, Listener> listener) {
        Handshake handshake = Handshake.of(exchange.request());
        Channel channel = exchange.takeOver(handshake.answer()).channel();
        handshake.receive(channel.pipeline(), limits);
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
        return goodbye(STOPPING, "The server restarts.");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        switch ((Message) read) {
            // One that does not read gets no Pong for every Ping: only the newest counts (RFC 6455 §5.5.3).
            case Message.Ping(byte[] bytes)
            when channel.isWritable() -> channel.writeAndFlush(Unpooled.wrappedBuffer(Frames.pong(bytes)));
            case Message.Ping _, Message.Pong _ -> {}
            case Message.Close close -> leave(Goodbye.echo(close), close.code());
            case Message.Text(byte[] bytes) -> listener.message(bytes, true);
            case Message.Binary(byte[] bytes) -> listener.message(bytes, false);
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
        if (cause instanceof Broken broken) {
            leave(broken.goodbye(), broken.goodbye().code());
            return;
        }
        ConnectionFailure.log(cause);
        context.close();
    }
}
