package dev.sluice.spring.sse;

import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceGap;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.access.SubscribeCheck;
import java.security.Principal;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/// Streams of channels for controllers of Spring WebFlux:
///
/// ```java
/// @GetMapping("/orders/stream")
/// Flux<ServerSentEvent<String>> orders(ServerWebExchange exchange) {
///     return sse.stream(exchange, "orders");
/// }
/// ```
///
/// A client that reconnects resumes where it stopped (`Last-Event-ID`), also at another instance of the
/// application. What a slow client has not read waits in the hub's log, except for the few events that Reactor
/// requests ahead. The streams end before the web server stops. Safe for use by many threads.
public final class ReactiveSluiceSse implements SmartLifecycle {
    private final SluiceHub hub;
    private final SubscribeCheck access;
    private volatile Sinks.Empty<Void> stopped = Sinks.empty();
    private volatile boolean isRunning;

    public ReactiveSluiceSse(SluiceHub hub, SubscribeCheck access) {
        this.hub = hub;
        this.access = access;
    }

    /// As [#stream(ServerWebExchange, Selection)], beginning with events published from now on.
    public Flux<ServerSentEvent<String>> stream(ServerWebExchange exchange, String... channels) {
        return stream(exchange, Selection.of(channels));
    }

    /// Streams the events of a selection, after the cursor of `Last-Event-ID` if the request has it. Fails
    /// with a [ResponseStatusException]: 403 if the request's user may not subscribe to the selection, 400 if
    /// a channel is invalid.
    public Flux<ServerSentEvent<String>> stream(ServerWebExchange exchange, Selection selection) {
        var headers = exchange.getResponse().getHeaders();
        headers.setCacheControl("no-store");
        headers.set("X-Accel-Buffering", "no");
        var cursor = exchange.getRequest().getHeaders().getFirst(SseFormat.LAST_EVENT_ID);
        var resumed = cursor == null || cursor.isEmpty() ? selection : selection.after(cursor);
        return exchange.getPrincipal()
                .map(Optional::<Principal>of)
                .defaultIfEmpty(Optional.empty())
                .publishOn(Schedulers.boundedElastic()) // The check and the subscription may block.
                .doOnNext(user -> access.check(user.orElse(null), selection))
                .flatMapMany(_ -> events(resumed));
    }

    Flux<ServerSentEvent<String>> events(Selection selection) {
        var heartbeats = Flux.interval(SseFormat.HEARTBEAT).onBackpressureDrop().map(_ -> SseFormat.heartbeat());
        var events = Flux.<ServerSentEvent<String>>create(sink -> new Stream(sink).open(selection));
        return Flux.merge(1, events.materialize(), heartbeats.materialize())
                .<ServerSentEvent<String>>dematerialize() // The end of the events ends the heartbeats.
                .takeUntilOther(isRunning ? stopped.asMono() : Mono.empty());
    }

    /// Passes events to a client as it takes them.
    private final class Stream implements SluiceHub.Reader {
        private final FluxSink<ServerSentEvent<String>> sink;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition isRequested = lock.newCondition();
        private volatile boolean isPositioned;

        Stream(FluxSink<ServerSentEvent<String>> sink) {
            this.sink = sink;
        }

        void open(Selection selection) {
            sink.onRequest(_ -> requested());
            try {
                var subscription = hub.subscribe(selection, this);
                sink.onDispose(subscription::close);
                sink.next(SseFormat.retry());
            } catch (IllegalArgumentException invalid) {
                sink.error(new ResponseStatusException(HttpStatus.BAD_REQUEST, invalid.getMessage(), invalid));
            }
        }

        private void requested() {
            lock.lock();
            try {
                isRequested.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void awaitRequest() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (sink.requestedFromDownstream() == 0) isRequested.await();
            } finally {
                lock.unlock();
            }
        }

        /// Later positions can be left out for a client that does not read: its events have cursors, too.
        @Override
        public void position(String cursor) {
            if (isPositioned && sink.requestedFromDownstream() == 0) return;
            isPositioned = true;
            sink.next(SseFormat.position(cursor));
        }

        @Override
        public void event(SluiceEvent event) throws InterruptedException {
            awaitRequest();
            sink.next(SseFormat.event(event));
        }

        @Override
        public void gap(SluiceGap gap) throws InterruptedException {
            awaitRequest();
            sink.next(SseFormat.gap(gap));
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            if (failure == null) sink.next(SseFormat.closed());
            else SseFormat.logEnd(failure);
            sink.complete();
        }
    }

    @Override
    public void start() {
        stopped = Sinks.empty();
        isRunning = true;
    }

    /// Ends all streams, so that the web server need not wait for them.
    @Override
    public void stop() {
        isRunning = false;
        stopped.tryEmitEmpty();
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }
}
