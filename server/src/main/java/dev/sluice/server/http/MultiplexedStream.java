package dev.sluice.server.http;

import dev.sluice.core.delivery.StreamListener;
import dev.sluice.server.net.ConnectionFailure;
import dev.sluice.server.net.Outlet;
import dev.sluice.server.net.StreamOutlet;
import dev.sluice.server.net.StreamProgress;
import dev.sluice.server.net.UpgradeHandler;
import io.netty.buffer.ByteBuf;
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
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One stream of an HTTP/2 connection: serves one request. Frames wait in a queue while its body is paused; only those
/// that were read open the client's window again, so that no client sends more than the window of a paused stream.
final class MultiplexedStream extends ChannelInboundHandlerAdapter implements ExchangeChannel {
    private final MultiplexedConnection connection;
    private final HttpSettings settings;
    private final Sender sender;
    private final OriginPolicy policy;
    private final Route route;
    private final InFlightBytes inFlight;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(2);

    @SuppressWarnings("NullAway.Init") // Set when added to the pipeline, before anything happens.
    private ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private PhaseTimer timer;

    @SuppressWarnings("NullAway.Init") // Set with the exchange.
    private ReceivedHead head;

    private @Nullable HttpExchange exchange;
    private boolean advancing;
    private boolean isRequestOver; // END_STREAM has arrived.
    private int waitingBytes; // Of the client's window.
    private InFlightBytes.@Nullable Holder held; // Null: nothing has had to wait, as almost always.
    private int heldBytes;
    private @Nullable ByteBuf sent; // The data of the last frame.

    /// @param route    gets the request unless the policy answers it
    /// @param inFlight the hub's budget, of which waiting frames take a part
    MultiplexedStream(
            MultiplexedConnection connection,
            HttpSettings settings,
            Sender sender,
            OriginPolicy policy,
            Route route,
            InFlightBytes inFlight) {
        this.connection = connection;
        this.settings = settings;
        this.sender = sender;
        this.policy = policy;
        this.route = route;
        this.inFlight = inFlight;
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
        return false;
    }

    @Override
    public BodyFraming framing() {
        return BodyFraming.PLAIN; // DATA frames are the framing.
    }

    // --- the pipeline

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        timer = new PhaseTimer(this, settings, ConnectionPhase.WORK, () -> {});
        ctx.channel().config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        switch (frame) {
            case Http2HeadersFrame headers when exchange == null && isOpen() -> serve(headers);
            case Http2HeadersFrame trailers -> add(trailers, trailers.isEndStream(), 0);
            case Http2DataFrame data -> add(data, data.isEndStream(), data.initialFlowControlledBytes());
            default -> ReferenceCountUtil.release(frame); // An extension of the protocol.
        }
    }

    private void add(Object frame, boolean isLast, int windowBytes) {
        isRequestOver |= isLast;
        waiting.add(frame);
        waitingBytes += windowBytes;
        if (!isOpen()) dropWaiting();
        advance();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        HttpExchange last = exchange;
        stop();
        if (last != null) last.onClientGone();
    }

    /// Netty resets the stream after an error of HTTP/2.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.log(cause);
        if (!(cause instanceof Http2Exception)) abort();
    }

    // --- the request

    private void serve(Http2HeadersFrame frame) {
        ReceivedHead received = Http2Heads.received(frame.headers());
        head = received;
        isRequestOver = frame.isEndStream();
        long length = isRequestOver ? 0 : Http2Heads.bodyBytes(received);
        HttpExchange next = new HttpExchange(this, settings, received, length, Http2Heads.expectsContinue(received));
        exchange = next;
        if (isRequestOver) waiting.add(frame); // It is the end of the body, too.
        Http2Heads.problem(frame.headers(), received, settings)
                .ifPresentOrElse(next::refuseAndClose, () -> next.handle(policy, route));
        advance();
    }

    @Override
    public void advance() {
        if (advancing) return; // A route answered synchronously: the outer call continues the loop.
        advancing = true;
        try {
            for (HttpExchange current = exchange; current != null && isOpen(); current = exchange) {
                Object next = waiting.peek();
                int before = waiting.size();
                if (!current.body().step(waiting)) break;
                if (waiting.size() < before && next instanceof Http2DataFrame data) onRead(data);
            }
            countWaiting();
        } finally {
            advancing = false;
        }
        updateReadInterest();
    }

    /// Opens the client's window by what the reader of the body has taken.
    private void onRead(Http2DataFrame data) {
        int bytes = data.initialFlowControlledBytes();
        if (bytes == 0) return;
        waitingBytes -= bytes;
        ctx.write(new DefaultHttp2WindowUpdateFrame(bytes));
        connection.flush().schedule();
    }

    /// Counts what waits against the budget of the hub, as a connection may have a window for each of many streams.
    private void countWaiting() {
        int more = waitingBytes - heldBytes;
        if (more == 0) return;
        InFlightBytes.Holder holder =
                held == null ? inFlight.holder(ctx.channel().eventLoop(), this::onEvicted) : held;
        held = holder;
        try {
            if (more > 0) holder.take(more);
            else holder.giveBack(-more);
            heldBytes = waitingBytes;
        } catch (Refused full) {
            failWaiting(full.problem());
            return;
        }
        // A body that its reader takes slowly, as that of an upload beyond its rate, must not lock others out.
        if (heldBytes == 0) holder.settle();
        else holder.await();
        if (more < 0) holder.moved(-more);
    }

    private void onEvicted() {
        failWaiting(inFlight.evicted());
    }

    private void failWaiting(Problem problem) {
        HttpExchange current = exchange;
        if (current != null) current.body().fail(problem);
        dropWaiting();
    }

    @Override
    public void updateReadInterest() {
        HttpExchange current = exchange;
        if (!isOpen() || advancing || current == null) return;
        ConnectionPhase next = current.phase();
        if (next != timer.phase()) timer.enter(next);
    }

    // --- answers

    @Override
    public void sendContinue() {
        var interim = new DefaultHttp2Headers(false, 1).status(HttpResponseStatus.CONTINUE.codeAsText());
        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(interim));
    }

    @Override
    public ChannelFuture whole(Answer answer, boolean keepsAlive) {
        ByteBuf body = sender.complete(head.method(), head.headers(), answer);
        boolean isEmpty = !body.isReadable();
        ChannelFuture written = writeHead(answer, isEmpty);
        return isEmpty ? written : data(body, true);
    }

    @Override
    public void begin(Answer answer, long bytes, boolean keepsAlive) {
        answer.headers().set(HeaderNames.CONTENT_LENGTH, bytes);
        sender.addCommonHeaders(head.headers(), answer.headers());
        writeHead(answer, false);
    }

    private ChannelFuture writeHead(Answer answer, boolean isLast) {
        connection.flush().schedule();
        return ctx.write(new DefaultHttp2HeadersFrame(Http2Heads.of(answer.status(), answer.headers()), isLast));
    }

    @Override
    public ChannelFuture piece(ByteBuf bytes, boolean isLast) {
        return data(bytes, isLast);
    }

    private ChannelFuture data(ByteBuf bytes, boolean isLast) {
        sent = bytes;
        connection.flush().schedule();
        return ctx.write(new DefaultHttp2DataFrame(bytes, isLast));
    }

    @Override
    public Outlet stream(Answer answer, StreamListener listener) {
        sender.addCommonHeaders(head.headers(), answer.headers());
        writeHead(answer, false);
        boolean isInputOver = isRequestOver;
        Channel channel = ctx.channel();
        channel.pipeline().remove(this);
        return StreamOutlet.open(channel, listener, connection.flush(), isInputOver);
    }

    @Override
    public <H extends UpgradeHandler> H upgrade(Answer answer, Function<? super Outlet, H> handler) {
        throw new IllegalStateException("HTTP/2 has no Upgrade header (RFC 9113 §8.6): check for it first");
    }

    @Override
    public Object writeProgress() {
        return StreamProgress.of(ctx.channel(), sent);
    }

    // --- the end

    /// The stream closes by itself, as both sides have ended it.
    @Override
    public void finished() {
        stop();
    }

    @Override
    public void end() {
        Channel channel = ctx.channel();
        boolean isReset = isOpen() && !isRequestOver;
        stop();
        if (isReset) StreamOutlet.reset(channel);
    }

    @Override
    public void abort() {
        StreamOutlet.cut(ctx.channel());
    }

    private boolean isOpen() {
        return timer.phase() != ConnectionPhase.ENDED;
    }

    private void stop() {
        exchange = null;
        timer.enter(ConnectionPhase.ENDED);
        dropWaiting();
    }

    private void dropWaiting() {
        for (Object next = waiting.poll(); next != null; next = waiting.poll()) ReferenceCountUtil.release(next);
        waitingBytes = 0;
        heldBytes = 0;
        if (held != null) held.giveBackAll();
    }
}
