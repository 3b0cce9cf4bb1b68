package dev.sluice.server.http.h1;

import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.ConnectionPhase;
import dev.sluice.server.http.exchange.ExchangeChannel;
import dev.sluice.server.http.exchange.HttpExchange;
import dev.sluice.server.http.exchange.HttpService;
import dev.sluice.server.http.exchange.OpenGrant;
import dev.sluice.server.http.exchange.PhaseTimer;
import dev.sluice.server.http.exchange.PreparedRequest;
import dev.sluice.server.http.exchange.ReceivedRequest;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.UserAgent;
import dev.sluice.server.net.outlet.ConnectionFailure;
import dev.sluice.server.net.outlet.GracefulClose;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.PendingWrites;
import dev.sluice.server.net.outlet.ProtocolSwitch;
import dev.sluice.server.net.outlet.ReadWatermarks;
import dev.sluice.server.net.outlet.ServerStopping;
import dev.sluice.server.net.outlet.SocketOutlet;
import dev.sluice.server.net.outlet.TlsPipeline;
import dev.sluice.server.net.outlet.TurnFlush;
import dev.sluice.server.net.outlet.UpgradeHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One connection: serves its requests one after the other, and begins some before the first is answered
/// ([Pipeline]). Messages of other pipelined requests wait in a queue; while it is not empty, nothing more is
/// read from the socket.
final class HttpConnection extends ChannelInboundHandlerAdapter implements ExchangeChannel {
    /// Nothing is read while a message waits.
    private static final ReadWatermarks GATE = new ReadWatermarks(1, Long.MAX_VALUE);

    /// The maximum bytes of answers that are sent together, without their heads.
    private static final int DEFERRED_MAX = 16 << 10;

    private final HttpService service;
    private final RequestDecoder decoder;
    private final HeadCache heads;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(4);
    private final OpenGrant openGrant = new OpenGrant();

    @SuppressWarnings("NullAway.Init") // Set when added to the pipeline, before anything happens.
    private ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private PhaseTimer timer;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private TurnFlush flush;

    private boolean advancing;
    private boolean isEnding; // The connection ends after the next answer.
    private boolean isInputEnded; // The client has closed its half.
    /// The exchange that is answered next.
    private @Nullable HttpExchange exchange;

    /// The exchanges after it; null until the first one.
    private @Nullable Pipeline pipeline;

    private boolean isPassingTurns;

    /// @param heads of the event loop of the connection
    HttpConnection(HttpService service, RequestDecoder decoder, HeadCache heads) {
        this.service = service;
        this.decoder = decoder;
        this.heads = heads;
        this.isEnding = service.isSingleRequest();
    }

    @Override
    public Channel channel() {
        return ctx.channel();
    }

    @Override
    public OpenGrant openGrant() {
        return openGrant;
    }

    @Override
    public @Nullable HttpExchange exchange() {
        return exchange;
    }

    @Override
    public boolean endsAfter(RequestHead request) {
        return (isEnding && !hasPipelined()) || !request.framing().isKeepAlive();
    }

    @Override
    public BodyFraming framing(RequestHead request) {
        return request.isHttp10() ? BodyFraming.PLAIN : BodyFraming.CHUNKED;
    }

    // --- the pipeline

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        flush = new TurnFlush(ctx.channel());
        timer = new PhaseTimer(this, service.settings(), ConnectionPhase.IDLE, this::refuseSlowHead);
        allowHalfClosure(true);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add(message);
        if (timer.isEnded()) dropWaiting();
        else advance();
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
            if (timer.phase() == ConnectionPhase.IDLE
                    && PendingWrites.of(ctx.channel()).bytes() > 0) {
                stop();
                GracefulClose.afterWrites(ctx.channel(), service.settings().lingerTime());
            } else if (timer.phase() == ConnectionPhase.IDLE || timer.isEnded()) {
                ctx.close();
            }
        }
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            isInputEnded = true;
            HttpExchange current = exchange;
            if (current != null && current.isAbandonable()) ctx.close();
            else if (timer.isEnded()) closeAfterWrites(); // The last answer may not be written yet.
            else advance();
        }
        ctx.fireUserEventTriggered(event);
    }

    /// Lets the client close its half of the connection after its last request and still read all answers (RFC
    /// 9112 §9.6), as `nc -N` and shell scripts do. Streams and upgrades do not allow it: until something is
    /// written, a client that has disconnected cannot be distinguished from one that has closed its half.
    private void allowHalfClosure(boolean isAllowed) {
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, isAllowed);
    }

    /// Ends the connection whose client has closed its half, or whose server stops, once nothing is left to answer.
    private void endIfIdle() {
        HttpExchange current = exchange;
        if (timer.isEnded() || !waiting.isEmpty()) return;
        if (current == null && (isInputEnded || (isEnding && !decoder.isMidway()))) end();
        // The client disconnected in the middle of its request.
        else if (current != null && isInputEnded && !current.body().hasArrived()) ctx.close();
    }

    @Override
    public boolean isInputEnded() {
        return isInputEnded;
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
            while (!timer.isEnded()) {
                HttpExchange current = exchange;
                if (current != null) {
                    if (!current.body().step(waiting) && !servePipelined(current)) break;
                } else {
                    Object next = waiting.poll();
                    if (next == null) break;
                    serve(next);
                    ReferenceCountUtil.release(next);
                }
            }
        } finally {
            advancing = false;
        }
        endIfIdle();
        updateReadInterest();
    }

    @Override
    public void advanceLater() {
        if (!advancing) ctx.channel().eventLoop().execute(this::advance); // Otherwise the loop above continues.
    }

    private void serve(Object message) {
        switch (message) {
            case ReceivedRequest received -> begin(received).serve();
            case HttpRequest first ->
                begin(ReceivedRequest.of(RequestHead.of(first))).serve();
            default -> {} // The rest of a body that is no longer read.
        }
    }

    /// Begins the next request before the first is answered, if that is permitted.
    private boolean servePipelined(HttpExchange first) {
        HttpExchange behind = pipeline == null ? null : pipeline.last();
        HttpExchange last = behind == null ? first : behind;
        if (isEnding || !Pipeline.mayFollow(last, waiting.peek())) return false;
        if (pipeline == null) pipeline = new Pipeline();
        if (pipeline.isFull()) return false;
        HttpExchange begun = new HttpExchange(this, service, (ReceivedRequest) waiting.remove());
        pipeline.add(begun);
        begun.serve();
        return true;
    }

    private boolean hasPipelined() {
        return pipeline != null && !pipeline.isEmpty();
    }

    @Override
    public boolean isInTurn(HttpExchange one) {
        return one.equals(exchange);
    }

    @Override
    public void keep(PreparedRequest now) {
        heads.replace(now);
    }

    private HttpExchange begin(ReceivedRequest received) {
        timer.enter(ConnectionPhase.WORK);
        exchange = new HttpExchange(this, service, received);
        return exchange;
    }

    /// Called when the head of a request has not arrived in time.
    private void refuseSlowHead() {
        Problem slow = Problems.TOO_SLOW.of("The request's head did not arrive within "
                + service.settings().headTime().toSeconds() + " seconds. Send it again.");
        begin(ReceivedRequest.of(RequestHead.missing(slow))).serve();
    }

    @Override
    public void updateReadInterest() {
        if (timer.isEnded() || advancing) return;
        HttpExchange current = exchange;
        boolean isReading = ctx.channel().config().isAutoRead();
        boolean isPaused = current != null && current.body().isPaused();
        // Reading past the end of the input would close the connection.
        if (!isInputEnded) ctx.channel().config().setAutoRead(!isPaused && GATE.isOpen(isReading, waiting.size(), 0));
        if (current != null) timer.update(current.phase());
        else timer.update(decoder.isMidway() ? ConnectionPhase.HEAD : ConnectionPhase.IDLE);
    }

    @Override
    public void finished() {
        exchange = pipeline == null ? null : pipeline.next();
        if (exchange != null) timer.enter(ConnectionPhase.WORK); // Each answer has its own time limit.
        if (isPassingTurns) return; // The loop below continues.
        isPassingTurns = true;
        try {
            for (HttpExchange each = exchange, before = null; each != null && !each.equals(before); each = exchange) {
                before = each;
                // If it is answered, this method is called again and changes the exchange: to one that has begun,
                // or, because sending continues with waiting requests, to one that begins now and has no response
                // yet.
                each.takeTurn();
            }
        } finally {
            isPassingTurns = false;
        }
        advance();
    }

    // --- answers

    @Override
    public void sendContinue() {
        service.sender().sendContinue(ctx.channel());
    }

    /// An answer that the kernel is likely to accept at once is sent at the end of the loop's turn, together
    /// with the answers to further requests of this connection, which begin without waiting for that.
    @Override
    public ChannelFuture whole(RequestHead request, ServerResponse answer, boolean keepsAlive) {
        Channel channel = ctx.channel();
        if (keepsAlive && answer.body().length <= DEFERRED_MAX && flush.hasRoom(DEFERRED_MAX)) {
            service.sender().whole(channel, request, answer, true, channel.voidPromise());
            flush.schedule();
            return channel.newSucceededFuture();
        }
        ChannelFuture written = service.sender().whole(channel, request, answer, keepsAlive, channel.newPromise());
        channel.flush();
        return written;
    }

    @Override
    public void begin(RequestHead request, ServerResponse answer, long bytes, boolean keepsAlive) {
        service.sender().begin(ctx.channel(), request, answer, bytes, keepsAlive);
    }

    @Override
    public ChannelFuture piece(ByteBuf bytes, boolean isLast) {
        return ctx.writeAndFlush(bytes);
    }

    /// Netty copies to native memory, or encrypts, what the kernel does not take.
    @Override
    public boolean copiesUnread() {
        return true;
    }

    @Override
    public Outlet stream(RequestHead request, ServerResponse answer, StreamListener listener) {
        handOver(request, answer);
        return SocketOutlet.stream(
                ctx.channel(),
                listener,
                UserAgent.of(request),
                service.settings().answerTime());
    }

    @Override
    public <H extends UpgradeHandler> H upgrade(
            RequestHead request, ServerResponse answer, Function<? super Outlet, H> handler) {
        handOver(request, answer);
        return SocketOutlet.upgrade(
                ctx.channel(),
                handler,
                UserAgent.of(request),
                service.settings().answerTime());
    }

    @Override
    public Object writeProgress() {
        return PendingWrites.of(ctx.channel());
    }

    // --- the end

    /// Ends the connection once the client has read its last answer.
    @Override
    public void end() {
        boolean wasOpen = !timer.isEnded();
        stop();
        if (!wasOpen) return;
        if (isInputEnded) closeAfterWrites();
        else GracefulClose.begin(ctx.channel(), service.settings().lingerTime());
    }

    private void closeAfterWrites() {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        PendingWrites.limitTime(ctx.channel(), service.settings().answerTime());
    }

    @Override
    public void abort() {
        TlsPipeline.abort(ctx.channel());
    }

    /// Hands the connection over to the handlers that are added to the pipeline next.
    private void handOver(RequestHead request, ServerResponse answer) {
        service.sender().head(ctx.channel(), request, answer);
        stop();
        Channel channel = ctx.channel();
        ProtocolSwitch.begin(channel, this, decoder);
        if (isInputEnded) channel.eventLoop().execute(channel::close);
    }

    /// Serves no further request.
    private void stop() {
        exchange = null;
        if (pipeline != null) pipeline.clear(HttpExchange::onClientGone);
        timer.enter(ConnectionPhase.ENDED);
        allowHalfClosure(false);
        dropWaiting();
    }

    private void dropWaiting() {
        for (Object next = waiting.poll(); next != null; next = waiting.poll()) ReferenceCountUtil.release(next);
    }
}
