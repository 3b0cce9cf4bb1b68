package dev.sluice.server.http;

import dev.sluice.server.net.ConnectionFailure;
import dev.sluice.server.net.GracefulClose;
import dev.sluice.server.net.HandOver;
import dev.sluice.server.net.ReadGate;
import dev.sluice.server.net.ServerStopping;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One connection: serves its requests strictly one after the other. Messages of pipelined requests wait in a queue;
/// while it is not empty, nothing more is read from the socket.
final class HttpConnection extends ChannelInboundHandlerAdapter {
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
    private @Nullable Http1Exchange exchange;

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

    Channel channel() {
        return ctx.channel();
    }

    /// The request in progress; null between two requests.
    @Nullable
    Http1Exchange exchange() {
        return exchange;
    }

    boolean isEnding() {
        return isEnding;
    }

    // --- the pipeline

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        timer = new PhaseTimer(this, settings);
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
        Http1Exchange last = exchange;
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
        ConnectionFailure.log(cause); // Exceptions of routes are handled in Http1Exchange.run.
        ctx.close();
    }

    // --- requests

    /// Processes waiting messages until there are none, or until the request in progress has to wait.
    void advance() {
        if (advancing) return; // A route answered synchronously: the outer call continues the loop.
        advancing = true;
        try {
            while (isOpen()) {
                Http1Exchange current = exchange;
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
        Http1Exchange next = begin(head);
        RequestFraming.problem(head).ifPresentOrElse(next::refuseAndClose, () -> next.handle(policy, route));
    }

    private Http1Exchange begin(HttpRequest head) {
        timer.enter(ConnectionPhase.WORK);
        exchange = new Http1Exchange(ctx, this, sender, settings, head);
        return exchange;
    }

    /// Called when the head of a request has not arrived in time.
    void refuseSlowHead() {
        begin(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"))
                .refuseAndClose(Problems.TOO_SLOW.of("The request's head did not arrive within "
                        + settings.headTime().toSeconds() + " seconds. Send it again."));
    }

    /// Turns reading from the socket on or off, and enters the connection's phase.
    void updateReadInterest() {
        if (!isOpen() || advancing) return;
        Http1Exchange current = exchange;
        boolean isReading = ctx.channel().config().isAutoRead();
        boolean isPaused = current != null && current.body().isPaused();
        ctx.channel().config().setAutoRead(!isPaused && GATE.isOpen(isReading, waiting.size(), 0));
        ConnectionPhase next;
        if (current != null) next = current.phase();
        else next = decoder.isMidway() ? ConnectionPhase.HEAD : ConnectionPhase.IDLE;
        if (next != timer.phase()) timer.enter(next);
    }

    /// Called when the answer has been written and the request's body is consumed.
    void finished() {
        exchange = null;
        advance();
    }

    // --- the end

    /// Ends the connection once the client has read its last answer.
    void end() {
        boolean wasOpen = isOpen();
        stop();
        if (wasOpen) GracefulClose.begin(ctx.channel(), settings.lingerTime());
    }

    /// Leaves the connection to what is added to the pipeline next.
    void handOver() {
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
