package dev.sluice.server.http.h2;

import dev.sluice.core.encoding.LogField;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.exchange.OpenGrant;
import dev.sluice.server.net.Deadline;
import dev.sluice.server.net.outlet.ConnectionFailure;
import dev.sluice.server.net.outlet.GracefulClose;
import dev.sluice.server.net.outlet.PendingWrites;
import dev.sluice.server.net.outlet.ServerStopping;
import dev.sluice.server.net.outlet.TurnFlush;
import dev.sluice.server.net.outlet.UnsentBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One HTTP/2 connection: its open streams, its idle time, and its end. Netty's codec handles its frames.
final class MultiplexedConnection extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(MultiplexedConnection.class.getName());

    private final HttpSettings settings;
    private final Http2FrameCodec codec;
    private final TurnFlush flush;
    private final UnsentBytes.Room unsent;
    private final OpenGrant openGrant = new OpenGrant();
    private final FrameRate controlFrames = new FrameRate();
    private final Set<Channel> streams = new HashSet<>();

    @SuppressWarnings("NullAway.Init") // Set when added to the pipeline, before anything happens.
    private ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private Deadline idle;

    private boolean isEnding; // The connection ends with its last stream.
    private boolean isFailed; // The client has broken a limit or the protocol.

    /// @param unsent the budget of the event loop for unsent bytes
    MultiplexedConnection(
            Channel channel,
            HttpSettings settings,
            Http2FrameCodec codec,
            UnsentBytes.Room unsent,
            boolean isSingleRequest) {
        this.settings = settings;
        this.codec = codec;
        this.unsent = unsent;
        this.flush = new TurnFlush(channel);
        this.isEnding = isSingleRequest;
    }

    /// Flushes the connection once for all of its streams.
    TurnFlush flush() {
        return flush;
    }

    OpenGrant openGrant() {
        return openGrant;
    }

    /// Limits the bytes that the streams hold for clients that do not read.
    UnsentBytes.Room unsent() {
        return unsent;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        idle = new Deadline(ctx.channel().eventLoop(), this::end);
        idle.in(settings.idleTime());
        codec.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
                if (errorCode != Http2Error.NO_ERROR.code()) onFailure(errorCode, debugData);
            }
        });
        if (ctx.channel().isActive()) openWindow();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        openWindow();
    }

    /// Enlarges the window of the connection, because a stream whose body is paused must not close the window of
    /// the others. Sent after the SETTINGS.
    private void openWindow() {
        Http2Connection streams = codec.connection();
        int more = (settings.streamsMax() - 1) * Http2CodecUtil.DEFAULT_WINDOW_SIZE;
        try {
            streams.local().flowController().incrementWindowSize(streams.connectionStream(), more);
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible); // The setting is limited.
        }
        ctx.flush();
    }

    /// Returns true if the client has broken a limit or the protocol, so that the connection ends at once.
    boolean isFailed() {
        return isFailed;
    }

    private void onFailure(long errorCode, ByteBuf why) {
        isFailed = true;
        LOG.log(
                Level.DEBUG,
                () -> "HTTP/2 connection ends error=" + Http2Error.valueOf(errorCode) + " why="
                        + LogField.quoted(why.toString(StandardCharsets.UTF_8)));
    }

    // --- streams

    /// Called for each stream that opens.
    void opened(Channel stream) {
        streams.add(stream);
        idle.clear();
        stream.closeFuture().addListener(_ -> closed(stream));
    }

    private void closed(Channel stream) {
        streams.remove(stream);
        if (!streams.isEmpty()) return;
        if (isEnding) end();
        else idle.in(settings.idleTime());
    }

    // --- the pipeline

    /// Receives the frames that belong to no stream.
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) throws Http2Exception {
        ReferenceCountUtil.release(frame);
        if (isFailed || controlFrames.admits(idle.nowNs())) return;
        codec.onError(
                ctx.pipeline().context(codec),
                false,
                Http2Exception.connectionError(
                        Http2Error.ENHANCE_YOUR_CALM,
                        "more than " + FrameRate.FRAMES_MAX + " PING or SETTINGS frames"));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ServerStopping) {
            isEnding = true;
            ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
            List.copyOf(streams).forEach(stream -> stream.pipeline().fireUserEventTriggered(event));
            if (streams.isEmpty()) end();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        idle.end();
    }

    /// Ignores HTTP/2 errors: the codec answers them and ends the connection.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) return;
        ConnectionFailure.log(cause);
        ctx.close();
    }

    /// Ends the connection, which has no open streams.
    private void end() {
        idle.end();
        Channel channel = ctx.channel();
        if (!channel.isActive()) return;
        ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR)).addListener(sent -> {
            if (sent.isSuccess() && isUsed()) GracefulClose.begin(channel, settings.lingerTime());
            else channel.close();
        });
        PendingWrites.limitTime(channel, settings.answerTime());
    }

    /// Returns true if the client has opened a stream. Browsers keep a connection in reserve without reading it,
    /// so they would not notice a graceful end.
    private boolean isUsed() {
        return codec.connection().remote().lastStreamCreated() > 0;
    }
}
