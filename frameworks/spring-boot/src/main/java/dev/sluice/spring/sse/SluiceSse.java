package dev.sluice.spring.sse;

import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceGap;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.access.SubscribeCheck;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Streams of channels for controllers of Spring MVC:
///
/// ```java
/// @GetMapping("/orders/stream")
/// SseEmitter orders(HttpServletRequest request) {
///     return sse.emitter(request, "orders");
/// }
/// ```
///
/// A client that reconnects resumes where it stopped (`Last-Event-ID`), also at another instance of the
/// application. What a slow client has not read waits in the hub's log, not in memory. The streams end before
/// the web server stops. Safe for use by many threads.
public final class SluiceSse implements SmartLifecycle {
    private static final long NO_TIMEOUT = 0;
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final SluiceHub hub;
    private final SubscribeCheck access;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean isRunning;

    public SluiceSse(SluiceHub hub, SubscribeCheck access) {
        this.hub = hub;
        this.access = access;
    }

    /// As [#emitter(HttpServletRequest, Selection)], beginning with events published from now on.
    public SseEmitter emitter(HttpServletRequest request, String... channels) {
        return emitter(request, Selection.of(channels));
    }

    /// Streams the events of a selection, after the cursor of `Last-Event-ID` if the request has it.
    ///
    /// @throws ResponseStatusException with 403 if the request's user may not subscribe to the selection, with
    ///     400 if a channel is invalid
    public SseEmitter emitter(HttpServletRequest request, Selection selection) {
        access.check(request.getUserPrincipal(), selection);
        var emitter = new UnbufferedEmitter();
        if (!isRunning) {
            emitter.complete(); // The client reconnects, when a load balancer knows other instances.
            return emitter;
        }
        var stream = new Stream(emitter);
        var cursor = request.getHeader(SseFormat.LAST_EVENT_ID);
        stream.open(cursor == null || cursor.isEmpty() ? selection : selection.after(cursor));
        return emitter;
    }

    /// An emitter whose response no proxy buffers and no cache keeps.
    private static final class UnbufferedEmitter extends SseEmitter {
        UnbufferedEmitter() {
            super(NO_TIMEOUT);
        }

        @Override
        protected void extendResponse(ServerHttpResponse response) {
            super.extendResponse(response);
            response.getHeaders().setCacheControl("no-store");
            response.getHeaders().set("X-Accel-Buffering", "no");
        }
    }

    private final class Stream implements SluiceHub.Reader {
        private final SseEmitter emitter;
        private final Thread heartbeats =
                Thread.ofVirtual().name("sluice heartbeat").unstarted(this::beat);
        private volatile SluiceHub.@Nullable Subscription subscription;
        private volatile boolean isOver;

        Stream(SseEmitter emitter) {
            this.emitter = emitter;
        }

        void open(Selection selection) {
            emitter.onCompletion(this::release);
            emitter.onError(_ -> release());
            emitter.onTimeout(this::release);
            streams.add(this);
            try {
                send(SseFormat.retry());
                subscription = hub.subscribe(selection, this);
            } catch (IllegalArgumentException invalid) {
                release();
                throw new ResponseStatusException(HttpStatus.BAD_REQUEST, invalid.getMessage(), invalid);
            }
            heartbeats.start();
            if (isOver) release(); // It ended before it had its subscription.
            else if (!isRunning) end();
        }

        @Override
        public void position(String cursor) {
            send(SseFormat.position(cursor));
        }

        @Override
        public void event(SluiceEvent event) {
            send(SseFormat.event(event));
        }

        @Override
        public void gap(SluiceGap gap) {
            send(SseFormat.gap(gap));
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            if (failure == null) send(SseFormat.closed());
            else if (!isOver && !isGone(failure)) SseFormat.logEnd(failure);
            end();
        }

        /// Finds out that a client is gone, although there are no events.
        private void beat() {
            try {
                while (!isOver) {
                    Thread.sleep(SseFormat.HEARTBEAT);
                    send(SseFormat.heartbeat());
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            } catch (UncheckedIOException | IllegalStateException gone) {
                end();
            }
        }

        /// Returns true for what sending to a client throws that has left.
        private static boolean isGone(Throwable failure) {
            return failure instanceof UncheckedIOException || failure instanceof IllegalStateException;
        }

        private void send(ServerSentEvent<String> frame) {
            var event = SseEmitter.event();
            if (frame.retry() != null) {
                event.reconnectTime(Objects.requireNonNull(frame.retry()).toMillis());
            }
            if (frame.id() != null) event.id(Objects.requireNonNull(frame.id()));
            if (frame.event() != null) event.name(Objects.requireNonNull(frame.event()));
            if (frame.comment() != null) event.comment(Objects.requireNonNull(frame.comment()));
            if (frame.data() != null) event.data(Objects.requireNonNull(frame.data()), TEXT);
            try {
                emitter.send(event);
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        void end() {
            release();
            emitter.complete();
        }

        private void release() {
            isOver = true;
            streams.remove(this);
            heartbeats.interrupt();
            var open = subscription;
            if (open != null) open.close();
        }
    }

    @Override
    public void start() {
        isRunning = true;
    }

    /// Ends all streams, so that the web server need not wait for them.
    @Override
    public void stop() {
        isRunning = false;
        streams.forEach(Stream::end);
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }
}
