package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// A connection's request in progress: its body on the way in, its answer on the way out.
final class Turn implements Exchange, Flow {
    private static final System.Logger LOG = System.getLogger(Turn.class.getName());

    /// Of an answer, sent in one turn of the event loop to a client that takes them as they come.
    private static final int TURN_BYTES = 256 << 10;

    private final ChannelHandlerContext ctx;
    private final HttpConnection connection;
    private final Sender sender;
    private final HttpSettings settings;
    private final HttpRequest head;
    private final long bodyBytes;
    private final List<Runnable> whenClosed = new ArrayList<>(1);
    private @Nullable Request request;

    // The body.
    private @Nullable BodyReader reader;
    private Pace pace = Pace.PROMPT;
    private boolean paused;
    private boolean bodyOver; // All of it has come, or no more will.
    private boolean bodyTold; // And the reader knows.
    private boolean continueOwed;
    private long received;
    private final Progress progress;

    // The answer.
    private @Nullable AnswerBody sending;
    private long sent;
    private boolean isIsolated;
    private boolean over;
    private boolean left;
    private boolean written;
    private boolean last;

    Turn(ChannelHandlerContext ctx, HttpConnection connection, Sender sender, HttpSettings settings, HttpRequest head) {
        this.ctx = ctx;
        this.connection = connection;
        this.sender = sender;
        this.settings = settings;
        this.head = head;
        boolean readable = head.decoderResult().isSuccess();
        progress = new Progress(settings.bodyBytesPerSecond());
        bodyBytes = readable ? Framing.bodyBytes(head) : 0;
        continueOwed = readable && bodyBytes != 0 && Framing.expectsContinue(head);
    }

    Request identify(Request request) {
        this.request = request;
        return request;
    }

    @Override
    public Request request() {
        if (request == null) throw new IllegalStateException("a route is asked only for a request that could be read");
        return request;
    }

    @Override
    public Channel channel() {
        return ctx.channel();
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void closed(Runnable listener) {
        if (left) listener.run();
        else if (!over) whenClosed.add(listener);
    }

    @Override
    public void run(Runnable step) {
        if (!ctx.executor().inEventLoop()) {
            try {
                ctx.executor().execute(() -> run(step));
            } catch (RejectedExecutionException stopped) {
                // The server has stopped, and the connection has gone with its event loop.
                LOG.log(Level.DEBUG, "a step came too late", stopped);
            }
            return;
        }
        if (over) return;
        try {
            step.run();
        } catch (Refused refused) {
            if (!over) refuse(refused.problem());
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "request failed method=" + head.method(), failure);
            if (!over)
                refuse(Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later."));
        }
    }

    // --- the answer

    @Override
    public void isolate() {
        isIsolated = true;
        FetchMetadata.refusal(request()).ifPresent(problem -> {
            throw new Refused(problem);
        });
    }

    private Answer isolated(Answer answer) {
        return isIsolated ? answer.with("Cross-Origin-Resource-Policy", "same-origin") : answer;
    }

    @Override
    public void answer(Answer answer) {
        if (left) {
            answer.body().release();
            return;
        }
        claim();
        last |= connection.isEnding() || !HttpUtil.isKeepAlive(head) || !restCanBeSkipped();
        sender.whole(ctx.channel(), head, isolated(answer), !last).addListener(sent -> {
            written = true;
            if (!sent.isSuccess()) ctx.close();
            else finishIfDone();
        });
        connection.steer();
    }

    @Override
    public void answer(Answer head, AnswerBody body) {
        if (left) {
            body.close();
            return;
        }
        claim();
        last |= connection.isEnding() || !HttpUtil.isKeepAlive(this.head) || !restCanBeSkipped();
        sending = body;
        sender.begin(ctx.channel(), this.head, isolated(head), body.length(), !last);
        send();
        connection.steer();
    }

    /// Sends pieces as long as the kernel takes them at once, then one more behind each that it has taken.
    private void send() {
        for (long until = sent + TURN_BYTES; sent < until; ) {
            AnswerBody body = sending;
            if (body == null) return; // The client has left.
            ByteBuf piece = body.next(ctx.alloc());
            sent += piece.readableBytes();
            if (sent == body.length()) {
                ctx.writeAndFlush(new DefaultLastHttpContent(piece)).addListener(gone -> sentAll(gone.isSuccess()));
                return;
            }
            ChannelFuture gone = ctx.writeAndFlush(new DefaultHttpContent(piece));
            if (!gone.isDone()) {
                gone.addListener(taken -> {
                    if (taken.isSuccess()) send();
                    else ctx.close();
                });
                return;
            }
        }
        ctx.executor().execute(this::send);
    }

    private void sentAll(boolean whole) {
        closeBody();
        written = true;
        if (whole) finishIfDone();
        else ctx.close();
    }

    private void closeBody() {
        AnswerBody body = sending;
        sending = null;
        if (body != null) body.close();
    }

    /// Bytes of an answer's body that were handed to the socket.
    long sent() {
        return sent;
    }

    @Override
    public TakeOver takeOver(Answer head) {
        if (left) throw new IllegalStateException("the client has left: look at isOver() before taking over");
        claim();
        boolean chunked = sender.head(ctx.channel(), this.head, isolated(head));
        connection.handOver();
        return new TakeOver(ctx.channel(), chunked);
    }

    private void claim() {
        if (over) throw new IllegalStateException("this request has been answered already");
        over = true;
        paused = false;
        whenClosed.clear();
        timeBodyAnew(); // What nobody wants any more may not take for ever either.
    }

    private boolean restCanBeSkipped() {
        if (bodyOver || bodyBytes == 0) return true;
        // A client that was not told to continue may send its body or not: nobody can say what comes next.
        return bodyBytes > 0 && bodyBytes - received <= settings.discardBytesMax() && !continueOwed;
    }

    private void finishIfDone() {
        if (!written || left) return;
        if (last) connection.end();
        else if (bodyOver) connection.finished();
        else connection.steer();
    }

    /// Answers and ends the connection: nobody can say where the next request would begin.
    void giveUp(Problem problem) {
        last = true;
        bodyOver = true;
        bodyTold = true;
        run(() -> refuse(problem));
    }

    /// The client is gone.
    void left() {
        left = true;
        closeBody();
        if (over) return;
        over = true;
        BodyReader told = reader;
        if (told != null && !bodyTold) {
            bodyTold = true;
            attempt(() -> told.failed(Problems.BAD_REQUEST.of("The client left in the middle of its request.")));
        }
        whenClosed.forEach(Turn::attempt);
    }

    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "clean-up failed", failure);
        }
    }

    // --- the body

    @Override
    public Flow body(BodyReader reader, Pace pace) {
        if (this.reader != null) throw new IllegalStateException("the body has a reader already");
        this.reader = reader;
        this.pace = pace;
        if (continueOwed && received == 0 && !bodyOver) sender.continued(ctx.channel());
        continueOwed = false;
        resume();
        return this;
    }

    @Override
    public void pause() {
        paused = true;
        connection.steer();
    }

    @Override
    public void resume() {
        paused = false;
        ctx.executor().execute(connection::advance);
    }

    /// Gives the body its whole time from now on.
    void timeBodyAnew() {
        progress.begin(nowNs());
    }

    private long nowNs() {
        return ctx.executor().ticker().nanoTime();
    }

    boolean isPaused() {
        return paused;
    }

    /// Takes the next thing from the queue, if it may. False when there is nothing to be done now.
    boolean step(Queue<Object> waiting) {
        BodyReader to = over ? null : reader;
        if (bodyOver) {
            if (to == null || bodyTold || paused) return false;
            bodyTold = true;
            run(to::end);
            return true;
        }
        boolean takes = over || bodyBytes == 0 || (to != null && !paused);
        Object next = takes ? waiting.poll() : null;
        if (next == null) return false;
        try {
            if (next instanceof HttpContent part) take(part, to);
        } finally {
            ReferenceCountUtil.release(next);
        }
        if (over && bodyOver) finishIfDone();
        return true;
    }

    private void take(HttpContent part, @Nullable BodyReader to) {
        if (part.decoderResult().isFailure()) {
            fail(Problems.BAD_REQUEST.of("The body is not chunked as RFC 9112 §7.1 has it."));
            return;
        }
        if (part instanceof LastHttpContent) bodyOver = true;
        ByteBuf data = part.content();
        received += data.readableBytes();
        progress.moved(data.readableBytes(), nowNs());
        if (to != null && data.isReadable()) run(() -> to.data(data));
    }

    private void fail(Problem why) {
        last = true;
        bodyOver = true;
        BodyReader told = reader;
        if (over) {
            finishIfDone();
        } else if (told == null || bodyTold) {
            run(() -> refuse(why));
        } else {
            bodyTold = true;
            run(() -> told.failed(why));
        }
    }

    void bodyTooSlow() {
        fail(Problems.TOO_SLOW.of(
                "The body came too slowly: it may be " + settings.bodyGrace().toSeconds()
                        + " seconds behind " + settings.bodyBytesPerSecond()
                        + " bytes a second (http.body_time, http.body_rate_min). Send it again."));
    }

    /// What is left of the time that the body has: never more than the grace, however much has come.
    long bodyTimeLeftNs() {
        return settings.bodyGrace().toNanos() - progress.behindNs(nowNs());
    }

    Phase phase() {
        if (over) {
            if (!last && !bodyOver && bodyBytes != 0) return Phase.BODY;
            return written ? Phase.WORK : Phase.ANSWER;
        }
        boolean awaited = reader != null && !bodyOver && !paused && (pace == Pace.PROMPT || reader.isMidway());
        return awaited ? Phase.BODY : Phase.WORK;
    }
}
