package dev.sluice.server.http;

import dev.sluice.core.delivery.StreamListener;
import dev.sluice.server.net.ConnectionFailure;
import dev.sluice.server.net.GracefulClose;
import dev.sluice.server.net.HandOver;
import dev.sluice.server.net.Outlet;
import dev.sluice.server.net.PendingWrites;
import dev.sluice.server.net.ReadGate;
import dev.sluice.server.net.ServerStopping;
import dev.sluice.server.net.SocketOutlet;
import dev.sluice.server.net.UpgradeHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One connection: serves its requests strictly one after the other. Messages of pipelined requests wait in a queue;
/// while it is not empty, nothing more is read from the socket.
final class HttpConnection extends ChannelInboundHandlerAdapter implements ExchangeChannel {
    /// Nothing is read while a message waits.
    private static final ReadGate GATE = new ReadGate(1, Long.MAX_VALUE);

    private final HttpSettings settings;
    private final OriginPolicy policy;
    private final Route route;
    private final Sender sender;
    private final RequestDecoder decoder;
    private final HttpResponseEncoder encoder;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(4);

    @SuppressWarnings("NullAway.Init") // Set when added to the pipeline, before anything happens.
    private ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private PhaseTimer timer;

    private boolean advancing;
    private boolean isEnding; // The connection ends after the next answer.
    private @Nullable HttpExchange exchange;

    @SuppressWarnings("NullAway.Init") // Set for each exchange.
    private HttpRequest head;

    /// @param route gets all requests that the policy does not answer
    HttpConnection(
            HttpSettings settings,
            OriginPolicy policy,
            Route route,
            Sender sender,
            RequestDecoder decoder,
            HttpResponseEncoder encoder,
            boolean isSingleRequest) {
        this.settings = settings;
        this.policy = policy;
        this.route = route;
        this.sender = sender;
        this.decoder = decoder;
        this.encoder = encoder;
        this.isEnding = isSingleRequest;
    }

    @Override
    public Channel channel() {
        return ctx.channel();
    }

    @Override
    public @Nullable HttpExchange exchange() {
        return exchange;
    }

    @Override
    public boolean endsAfterExchange() {
        return isEnding || !HttpUtil.isKeepAlive(head);
    }

    @Override
    public BodyFraming framing() {
        return head.protocolVersion().equals(HttpVersion.HTTP_1_0) ? BodyFraming.PLAIN : BodyFraming.CHUNKED;
    }

    // --- the pipeline

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        timer = new PhaseTimer(this, settings, ConnectionPhase.IDLE, this::refuseSlowHead);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add(message);
        if (!isOpen()) dropWaiting();
        advance();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        updateReadInterest(); // A part of a head may have arrived.
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        HttpExchange last = exchange;
        stop();
        if (last != null) last.onClientGone();
    }

    /// When the server stops, idle connections are closed at once, all others after their answer.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ServerStopping) {
            isEnding = true;
            if (timer.phase() == ConnectionPhase.IDLE || !isOpen()) ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.log(cause); // Exceptions of routes are handled in HttpExchange.run.
        ctx.close();
    }

    // --- requests

    @Override
    public void advance() {
        if (advancing) return; // A route answered synchronously: the outer call continues the loop.
        advancing = true;
        try {
            while (isOpen()) {
                HttpExchange current = exchange;
                if (current != null) {
                    if (!current.body().step(waiting)) break;
                } else {
                    Object next = waiting.poll();
                    if (next == null) break;
                    if (next instanceof HttpRequest head) serve(head);
                    ReferenceCountUtil.release(next);
                }
            }
        } finally {
            advancing = false;
        }
        updateReadInterest();
    }

    private void serve(HttpRequest head) {
        HttpExchange next = begin(head);
        RequestFraming.problem(head).ifPresentOrElse(next::refuseAndClose, () -> next.handle(policy, route));
    }

    private HttpExchange begin(HttpRequest head) {
        timer.enter(ConnectionPhase.WORK);
        this.head = head;
        boolean isReadable = head.decoderResult().isSuccess();
        exchange = new HttpExchange(
                this,
                settings,
                ReceivedHead.of(head),
                isReadable ? RequestFraming.bodyBytes(head) : 0,
                isReadable && RequestFraming.expectsContinue(head));
        return exchange;
    }

    /// Called when the head of a request has not arrived in time.
    private void refuseSlowHead() {
        begin(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"))
                .refuseAndClose(Problems.TOO_SLOW.of("The request's head did not arrive within "
                        + settings.headTime().toSeconds() + " seconds. Send it again."));
    }

    @Override
    public void updateReadInterest() {
        if (!isOpen() || advancing) return;
        HttpExchange current = exchange;
        boolean isReading = ctx.channel().config().isAutoRead();
        boolean isPaused = current != null && current.body().isPaused();
        ctx.channel().config().setAutoRead(!isPaused && GATE.isOpen(isReading, waiting.size(), 0));
        ConnectionPhase next;
        if (current != null) next = current.phase();
        else next = decoder.isMidway() ? ConnectionPhase.HEAD : ConnectionPhase.IDLE;
        if (next != timer.phase()) timer.enter(next);
    }

    @Override
    public void finished() {
        exchange = null;
        advance();
    }

    // --- answers

    @Override
    public void sendContinue() {
        sender.sendContinue(ctx.channel());
    }

    @Override
    public ChannelFuture whole(Answer answer, boolean keepsAlive) {
        return sender.whole(ctx.channel(), head, answer, keepsAlive);
    }

    @Override
    public void begin(Answer answer, long bytes, boolean keepsAlive) {
        sender.begin(ctx.channel(), head, answer, bytes, keepsAlive);
    }

    @Override
    public ChannelFuture piece(ByteBuf bytes, boolean isLast) {
        return ctx.writeAndFlush(isLast ? new DefaultLastHttpContent(bytes) : new DefaultHttpContent(bytes));
    }

    @Override
    public Outlet stream(Answer answer, StreamListener listener) {
        handOver(answer);
        return SocketOutlet.stream(ctx.channel(), listener);
    }

    @Override
    public <H extends UpgradeHandler> H upgrade(Answer answer, Function<? super Outlet, H> handler) {
        handOver(answer);
        return SocketOutlet.upgrade(ctx.channel(), handler);
    }

    @Override
    public Object writeProgress() {
        return PendingWrites.of(ctx.channel());
    }

    // --- the end

    /// Ends the connection once the client has read its last answer.
    @Override
    public void end() {
        boolean wasOpen = isOpen();
        stop();
        if (wasOpen) GracefulClose.begin(ctx.channel(), settings.lingerTime());
    }

    /// Leaves the connection to what is added to the pipeline next.
    private void handOver(Answer answer) {
        sender.head(ctx.channel(), head, answer);
        stop();
        HandOver.begin(ctx.channel(), this, decoder, encoder);
    }

    private boolean isOpen() {
        return timer.phase() != ConnectionPhase.ENDED;
    }

    /// Serves no further request.
    private void stop() {
        exchange = null;
        timer.enter(ConnectionPhase.ENDED);
        dropWaiting();
    }

    private void dropWaiting() {
        for (Object next = waiting.poll(); next != null; next = waiting.poll()) ReferenceCountUtil.release(next);
    }
}
