package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One connection: its requests strictly one after the other, and its time limits. What one read brought beyond the
/// request in progress waits here, and as long as something waits nothing more is read.
final class HttpConnection extends ChannelInboundHandlerAdapter {
    /// How far the writing of an answer has come: the same twice means that the client took nothing.
    private record Unsent(long sent, long bytes, int ofCurrent) {}

    private final HttpSettings settings;
    private final Gate gate;
    private final Route route;
    private final Sender sender;
    private final RequestDecoder decoder;
    private final HttpResponseEncoder encoder;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(4);

    @SuppressWarnings("NullAway.Init") // Set when added to the pipeline, before anything happens.
    private ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private Deadline deadline;

    private Phase phase = Phase.IDLE;
    private boolean advancing;
    private boolean isEnding; // Whether the next answer is the last.
    private @Nullable Turn turn;
    private @Nullable Unsent unsent;

    HttpConnection(
            HttpSettings settings,
            Gate gate,
            Route route,
            Sender sender,
            RequestDecoder decoder,
            HttpResponseEncoder encoder,
            boolean isForOne) {
        this.settings = settings;
        this.gate = gate;
        this.route = route;
        this.sender = sender;
        this.decoder = decoder;
        this.encoder = encoder;
        this.isEnding = isForOne;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        deadline = new Deadline(ctx.executor(), this::expired);
        deadline.in(settings.idleTime());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.end();
        dropWaiting();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting.add(message);
        if (phase == Phase.HAND_OVER) return;
        if (!phase.isOpen()) dropWaiting();
        advance();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        steer(); // Perhaps half a head has come.
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (phase == Phase.HAND_OVER) {
            passOn(); // So that the new handlers see what came before they see the end.
            ctx.fireChannelInactive();
            return;
        }
        phase = Phase.GONE;
        deadline.end();
        dropWaiting();
        Turn last = turn;
        turn = null;
        if (last != null) last.left();
    }

    /// Who has asked for nothing is let go at once, everybody else with the answer.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Stopping) {
            isEnding = true;
            if (phase == Phase.IDLE || phase == Phase.LINGER) ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    boolean isEnding() {
        return isEnding;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.log(cause); // What a route throws never comes here.
        ctx.close();
    }

    /// Serves what has come, as far as it goes now.
    void advance() {
        if (advancing) return; // An answer given from within a route: the loop below goes on by itself.
        advancing = true;
        try {
            while (phase.isOpen()) {
                Turn now = turn;
                if (now != null) {
                    if (!now.step(waiting)) break;
                } else {
                    Object next = waiting.poll();
                    if (next == null) break;
                    if (next instanceof HttpRequest head) begin(head);
                    ReferenceCountUtil.release(next);
                }
            }
        } finally {
            advancing = false;
        }
        steer();
    }

    private void begin(HttpRequest head) {
        phase = Phase.WORK;
        var next = new Turn(ctx, this, sender, settings, head);
        turn = next;
        var problem = Framing.problem(head);
        if (problem.isPresent()) next.giveUp(problem.get());
        else next.run(() -> serve(next, head));
    }

    private void serve(Turn next, HttpRequest head) {
        Request request = next.identify(Request.of(head));
        gate.refusal(request).ifPresentOrElse(next::refuse, () -> {
            if (gate.isPreflight(request)) next.answer(gate.preflight());
            else route.handle(next);
        });
    }

    /// Reads on or not, and sets the time limit for what comes next.
    void steer() {
        if (!phase.isOpen() || advancing) return;
        Turn now = turn;
        ctx.channel().config().setAutoRead(waiting.isEmpty() && (now == null || !now.isPaused()));
        Phase next;
        if (now != null) next = now.phase();
        else next = decoder.isMidway() ? Phase.HEAD : Phase.IDLE;
        if (next != phase) enter(next);
    }

    private void enter(Phase next) {
        phase = next;
        switch (next) {
            case IDLE -> deadline.in(settings.idleTime());
            case HEAD -> deadline.in(settings.headTime());
            case BODY -> {
                if (turn != null) turn.timeBodyAnew();
                deadline.in(settings.bodyGrace());
            }
            case ANSWER -> {
                unsent = unsent();
                deadline.in(settings.answerTime());
            }
            case LINGER -> deadline.in(settings.lingerTime());
            case WORK, HAND_OVER, GONE -> deadline.clear();
        }
    }

    private void expired() {
        switch (phase) {
            case IDLE, LINGER -> ctx.close();
            case HEAD -> {
                phase = Phase.WORK;
                turn = new Turn(
                        ctx, this, sender, settings, new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
                turn.giveUp(Problems.TOO_SLOW.of("The request's head did not arrive within "
                        + settings.headTime().toSeconds() + " seconds. Send it again."));
            }
            case BODY -> {
                if (turn == null) return;
                long leftNs = turn.bodyTimeLeftNs();
                if (leftNs > 0) deadline.in(Duration.ofNanos(leftNs));
                else turn.bodyTooSlow();
            }
            case ANSWER -> {
                Unsent before = unsent;
                enter(Phase.ANSWER);
                if (Objects.equals(before, unsent)) ctx.close();
            }
            case WORK, HAND_OVER, GONE -> {}
        }
    }

    private Unsent unsent() {
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        long sent = turn == null ? 0 : turn.sent();
        if (out == null) return new Unsent(sent, 0, 0);
        int ofCurrent = out.current() instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        return new Unsent(sent, out.totalPendingWriteBytes(), ofCurrent);
    }

    /// The turn's answer is with the client and its body is done with.
    void finished() {
        turn = null;
        advance();
    }

    /// Ends the connection once the client has read its last answer: closed at once, with something of a request still
    /// unread, the kernel would send a reset that overtakes the answer (RFC 9112 §9.6).
    void end() {
        turn = null;
        if (!phase.isOpen()) return;
        enter(Phase.LINGER);
        dropWaiting();
        if (ctx.channel() instanceof DuplexChannel socket) {
            socket.shutdownOutput();
            SlowDrain.begin(ctx.channel());
        } else {
            ctx.close();
        }
    }

    /// Takes HTTP out of the pipeline. This handler follows at the end of the turn, after it has passed on what came in
    /// the meantime.
    void handOver() {
        turn = null;
        enter(Phase.HAND_OVER);
        dropWaiting();
        ctx.pipeline().remove(decoder); // What it has not decoded comes to us now.
        ctx.pipeline().remove(encoder);
        ctx.channel().config().setAutoRead(true);
        ctx.executor().execute(() -> {
            passOn();
            if (!ctx.isRemoved()) ctx.pipeline().remove(this);
        });
    }

    private void passOn() {
        boolean any = false;
        for (Object next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next instanceof ByteBuf bytes) {
                ctx.fireChannelRead(bytes);
                any = true;
            } else {
                ReferenceCountUtil.release(next); // The rest of the request that was taken over.
            }
        }
        if (any) ctx.fireChannelReadComplete();
    }

    private void dropWaiting() {
        for (Object next = waiting.poll(); next != null; next = waiting.poll()) ReferenceCountUtil.release(next);
    }
}
