package dev.sluice.server.http.h2;

import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.ConnectionPhase;
import dev.sluice.server.http.exchange.ExchangeChannel;
import dev.sluice.server.http.exchange.HttpExchange;
import dev.sluice.server.http.exchange.HttpService;
import dev.sluice.server.http.exchange.OpenGrant;
import dev.sluice.server.http.exchange.PhaseTimer;
import dev.sluice.server.http.exchange.ReceivedRequest;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.UserAgent;
import dev.sluice.server.net.outlet.ConnectionFailure;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.StreamOutlet;
import dev.sluice.server.net.outlet.StreamProgress;
import dev.sluice.server.net.outlet.UpgradeHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One stream of an HTTP/2 connection: serves one request. Frames wait while its body is paused. Only frames
/// that were read reopen the client's window, so that no client can send more than one window to a paused
/// stream.
final class MultiplexedStream extends ChannelInboundHandlerAdapter implements ExchangeChannel {
    private final MultiplexedConnection connection;
    private final HttpService service;
    private final InFlightBytes inFlight;

    @SuppressWarnings("NullAway.Init") // Set when added to the pipeline, before anything happens.
    private ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private PhaseTimer timer;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private WaitingFrames waiting;

    private @Nullable HttpExchange exchange;
    private boolean advancing;

    /// @param inFlight the hub's budget, against which waiting frames count
    MultiplexedStream(MultiplexedConnection connection, HttpService service, InFlightBytes inFlight) {
        this.connection = connection;
        this.service = service;
        this.inFlight = inFlight;
    }

    @Override
    public Channel channel() {
        return ctx.channel();
    }

    @Override
    public OpenGrant openGrant() {
        return connection.openGrant();
    }

    @Override
    public @Nullable HttpExchange exchange() {
        return exchange;
    }

    @Override
    public boolean endsAfter(RequestHead request) {
        return false;
    }

    @Override
    public BodyFraming framing(RequestHead request) {
        return BodyFraming.PLAIN; // DATA frames are the framing.
    }

    // --- the pipeline

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        waiting = new WaitingFrames(inFlight, ctx.channel().eventLoop(), this::openWindow, this::failWaiting);
        timer = new PhaseTimer(this, service.settings(), ConnectionPhase.WORK, () -> {});
        ctx.channel().config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        switch (frame) {
            case Http2HeadersFrame headers when exchange == null && !timer.isEnded() -> serve(headers);
            case Http2HeadersFrame trailers -> add(trailers);
            case Http2DataFrame data -> add(data);
            default -> ReferenceCountUtil.release(frame); // An extension of the protocol.
        }
    }

    private void add(Object frame) {
        waiting.add(frame);
        if (timer.isEnded()) waiting.drop();
        advance();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        HttpExchange last = exchange;
        stop();
        if (last != null) last.onClientGone();
    }

    /// Netty resets the stream after an HTTP/2 error.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.log(cause);
        if (!(cause instanceof Http2Exception)) abort();
    }

    // --- the request

    private void serve(Http2HeadersFrame frame) {
        boolean hasBody = !frame.isEndStream();
        RequestHead head = Http2Heads.received(frame.headers(), hasBody, service.settings());
        HttpExchange next = new HttpExchange(this, service, ReceivedRequest.of(head));
        exchange = next;
        if (!hasBody) waiting.add(frame); // It also marks the end of the body.
        next.serve();
        advance();
    }

    @Override
    public void advance() {
        if (advancing) return; // A route answered synchronously: the outer call continues the loop.
        advancing = true;
        try {
            for (HttpExchange current = exchange; current != null && !timer.isEnded(); current = exchange) {
                if (!waiting.step(current.body())) break;
            }
            countWaiting();
        } finally {
            advancing = false;
        }
        updateReadInterest();
    }

    @Override
    public void advanceLater() {
        if (!advancing) ctx.channel().eventLoop().execute(this::advance); // Otherwise the loop above continues.
    }

    private void openWindow(int bytes) {
        ctx.write(new DefaultHttp2WindowUpdateFrame(bytes));
        connection.flush().schedule();
    }

    private void countWaiting() {
        try {
            waiting.count();
        } catch (ProblemException full) {
            failWaiting(full.problem());
        }
    }

    private void failWaiting(Problem problem) {
        HttpExchange current = exchange;
        if (current != null) current.body().fail(problem);
        waiting.drop();
    }

    @Override
    public void updateReadInterest() {
        HttpExchange current = exchange;
        if (current != null && !advancing) timer.update(current.phase());
    }

    // --- answers

    @Override
    public boolean isInTurn(HttpExchange exchange) {
        return true;
    }

    @Override
    public void sendContinue() {
        var interim = new DefaultHttp2Headers(false, 1).status(HttpResponseStatus.CONTINUE.codeAsText());
        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(interim));
    }

    @Override
    public ChannelFuture whole(RequestHead request, ServerResponse answer, boolean keepsAlive) {
        byte[] body = service.sender().complete(request, answer);
        boolean isEmpty = body.length == 0;
        ChannelFuture written = writeHead(answer, isEmpty);
        return isEmpty ? written : data(Unpooled.wrappedBuffer(body), true);
    }

    @Override
    public void begin(RequestHead request, ServerResponse answer, long bytes, boolean keepsAlive) {
        answer.headers().set(HeaderNames.CONTENT_LENGTH, bytes);
        service.sender().addCommonHeaders(request, answer.headers());
        writeHead(answer, false);
    }

    private ChannelFuture writeHead(ServerResponse answer, boolean isLast) {
        connection.flush().schedule();
        return ctx.write(new DefaultHttp2HeadersFrame(Http2Heads.of(answer.status(), answer.headers()), isLast));
    }

    @Override
    public ChannelFuture piece(ByteBuf bytes, boolean isLast) {
        return data(bytes, isLast);
    }

    private ChannelFuture data(ByteBuf bytes, boolean isLast) {
        connection.flush().schedule();
        return ctx.write(new DefaultHttp2DataFrame(bytes, isLast));
    }

    @Override
    public Outlet stream(RequestHead request, ServerResponse answer, StreamListener listener) {
        service.sender().addCommonHeaders(request, answer.headers());
        writeHead(answer, false);
        Channel channel = ctx.channel();
        channel.pipeline().remove(this);
        return StreamOutlet.open(
                channel,
                listener,
                UserAgent.of(request),
                service.settings().answerTime(),
                connection.flush(),
                connection.unsent());
    }

    @Override
    public <H extends UpgradeHandler> H upgrade(
            RequestHead request, ServerResponse answer, Function<? super Outlet, H> handler) {
        throw new IllegalStateException("HTTP/2 has no Upgrade header (RFC 9113 §8.6): check for it first");
    }

    @Override
    public Object writeProgress() {
        return StreamProgress.of(ctx.channel());
    }

    // --- the end

    /// The stream closes by itself, because both sides have ended it.
    @Override
    public void finished() {
        stop();
    }

    @Override
    public void end() {
        Channel channel = ctx.channel();
        boolean wasOpen = !timer.isEnded();
        stop();
        if (wasOpen) StreamOutlet.reset(channel);
    }

    @Override
    public void abort() {
        StreamOutlet.cut(ctx.channel());
    }

    private void stop() {
        exchange = null;
        timer.enter(ConnectionPhase.ENDED);
        waiting.drop();
    }
}
