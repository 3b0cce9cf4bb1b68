package dev.sluice.server.http.exchange;

import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.BodySubscription;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.TransferRate;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The body of a request: passed to its reader as it arrives, or discarded once the request is answered.
public final class RequestBody implements BodySubscription {
    private final HttpExchange exchange;
    private final long length; // -1 if it is unknown until the end.
    private byte @Nullable [] whole; // Null if it arrives in parts, or was taken.
    private @Nullable TransferRate progress; // Null until its time limit begins.
    private @Nullable BodyReader reader;
    private Exchange.Pace pace = Exchange.Pace.PROMPT;
    private boolean isPaused;
    private boolean isOver; // Complete or failed.
    private boolean isReaderNotified; // The reader's end() or failed() has been called.
    private boolean isContinuePending; // The client expects `100 Continue`, which has not been sent.
    private long received;

    /// @param whole null if the body arrives in parts
    RequestBody(HttpExchange exchange, RequestFraming framing, byte @Nullable [] whole) {
        this.exchange = exchange;
        this.length = framing.bodyBytes();
        this.whole = whole;
        this.isContinuePending = length != 0 && framing.expectsContinue();
    }

    /// Takes the body if all of it arrived with the head.
    ///
    /// @return null if the body arrives in parts, or has a reader
    byte @Nullable [] take() {
        byte[] taken = reader == null ? whole : null;
        if (taken == null) return null;
        end();
        isReaderNotified = true;
        return taken;
    }

    private void end() {
        isOver = true;
        whole = null;
    }

    /// Starts to pass the body to a reader.
    ///
    /// @return true if the client waits for `100 Continue`
    boolean begin(BodyReader reader, Exchange.Pace pace) {
        if (this.reader != null) throw new IllegalStateException("the body has a reader already");
        this.reader = reader;
        this.pace = pace;
        boolean sendsContinue = isContinuePending && received == 0 && !isOver;
        isContinuePending = false;
        resume();
        return sendsContinue;
    }

    @Override
    public void pause() {
        isPaused = true;
        exchange.connection().updateReadInterest();
    }

    @Override
    public void resume() {
        isPaused = false;
        exchange.connection().advanceLater();
    }

    public boolean isPaused() {
        return isPaused;
    }

    boolean isOver() {
        return isOver;
    }

    /// Returns true if the whole body has arrived. Parts that are still waiting to be processed do not count.
    public boolean hasArrived() {
        return isOver || length == 0 || whole != null;
    }

    /// Returns true if the connection waits for a part that the reader wants, within a time limit.
    boolean isAwaited() {
        BodyReader to = reader;
        return to != null && !isOver && !isPaused && (pace == Exchange.Pace.PROMPT || to.isMidway());
    }

    /// Returns true if a rest of the body must be discarded.
    boolean isDiscarded() {
        return !isOver && length != 0;
    }

    /// Returns true if the connection can be reused after the rest of the body.
    boolean canBeSkipped() {
        if (isOver || length == 0) return true;
        // A client that has not received `100 Continue` may or may not send its body, so the next bytes are
        // ambiguous.
        return length > 0 && length - received <= exchange.settings().discardBytesMax() && !isContinuePending;
    }

    /// Discards the rest of the body of an answered request, within a separate time limit.
    void discard() {
        isPaused = false;
        if (whole != null) end();
        if (!isOver) restartTime();
    }

    /// Gives the body up, because the beginning of the next request is unknown. The reader is not notified.
    void abandon() {
        end();
        isReaderNotified = true;
    }

    /// Notifies the reader that the client has disconnected.
    void onClientGone() {
        BodyReader notified = reader;
        if (notified == null || isReaderNotified) return;
        isReaderNotified = true;
        HttpExchange.runCleanUp(() ->
                notified.failed(Problems.BAD_REQUEST.of("The client disconnected in the middle of its request.")));
    }

    /// Processes the next message of the queue, unless the body is paused.
    ///
    /// @return false if there is nothing to do for now
    public boolean step(Queue<Object> waiting) {
        BodyReader to = exchange.isOver() ? null : reader;
        if (isOver) {
            if (to == null || isReaderNotified || isPaused) return false;
            isReaderNotified = true;
            exchange.run(to::end);
            return true;
        }
        boolean takes = exchange.isOver() || length == 0 || (to != null && !isPaused);
        if (!takes) return false;
        byte[] all = whole;
        if (all != null) {
            end();
            if (to != null && all.length > 0) exchange.run(() -> to.data(ByteBuffer.wrap(all)));
            return true;
        }
        Object next = waiting.poll();
        if (next == null) return false;
        try {
            take(next, to);
        } finally {
            ReferenceCountUtil.release(next);
        }
        if (exchange.isOver() && isOver) exchange.finishIfDone();
        return true;
    }

    private void take(Object message, @Nullable BodyReader to) {
        switch (message) {
            case HttpContent part
            when part.decoderResult().isFailure() ->
                fail(Problems.BAD_REQUEST.of("The body is not chunked as RFC 9112 §7.1 requires."));
            case HttpContent part -> take(part.content(), part instanceof LastHttpContent, to);
            case Http2DataFrame part -> take(part.content(), part.isEndStream(), to);
            case Http2HeadersFrame trailers -> take(Unpooled.EMPTY_BUFFER, trailers.isEndStream(), to);
            default -> throw new IllegalStateException("not a part of a body: " + message.getClass());
        }
    }

    private void take(ByteBuf data, boolean isLast, @Nullable BodyReader to) {
        if (isLast) isOver = true;
        received += data.readableBytes();
        if (progress != null) progress.moved(data.readableBytes(), nowNs());
        if (to != null && data.isReadable()) exchange.run(() -> to.data(data.nioBuffer()));
    }

    /// Ends the body with a problem, which becomes the response if none has been sent.
    public void fail(Problem problem) {
        exchange.closeAfterAnswer();
        end();
        BodyReader notified = reader;
        if (exchange.isOver()) {
            exchange.finishIfDone();
        } else if (notified == null || isReaderNotified) {
            exchange.run(() -> exchange.refuseForRoute(problem));
        } else {
            isReaderNotified = true;
            exchange.run(() -> notified.failed(problem));
        }
        exchange.connection().updateReadInterest(); // If the answer is not written yet, its time limit begins.
    }

    void refuseAsSlow() {
        HttpSettings settings = exchange.settings();
        fail(Problems.TOO_SLOW.of("The body arrived too slowly: it may be at most "
                + settings.bodyGrace().toSeconds()
                + " seconds behind " + settings.bodyBytesPerSecond()
                + " bytes a second (http.body_time, http.body_rate_min). Send it again."));
    }

    /// Restarts the time limit.
    void restartTime() {
        if (progress == null) progress = new TransferRate(exchange.settings().bodyBytesPerSecond());
        progress.begin(nowNs());
    }

    /// The time left: never more than the grace, regardless of how much has arrived.
    long timeLeftNs() {
        long behindNs = progress == null ? 0 : progress.behindNs(nowNs());
        return exchange.settings().bodyGrace().toNanos() - behindNs;
    }

    private long nowNs() {
        return exchange.connection().channel().eventLoop().ticker().nanoTime();
    }
}
