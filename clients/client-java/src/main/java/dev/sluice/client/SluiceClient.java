package dev.sluice.client;

import dev.sluice.client.http.HubHttp;
import dev.sluice.client.http.Monitor;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A client of one hub: publishes events and subscribes to channels. Safe for use by many threads; a program needs one
 * client per hub.
 *
 * <pre>{@code
 * try (var client = SluiceClient.to("http://localhost:8420")) {
 *     client.publish(Publication.text("chat/7", "hello"));
 *     try (var messages = client.subscribe(SubscribeRequest.to("chat/7").last(10))) {
 *         for (var message : messages) {
 *             if (message instanceof Event event) System.out.println(event.text());
 *         }
 *     }
 * }
 * }</pre>
 */
public final class SluiceClient implements AutoCloseable {
    private final HubNodes hub;
    private final HubHttp hubHttp;
    private final Settings settings;
    private final PublishRequests requests;
    private final Outbox outbox;
    private final HubQueries queries;
    private final Map<Object, Runnable> open = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    SluiceClient(HubNodes hub, HubHttp hubHttp, Settings settings) {
        this.hub = hub;
        this.settings = settings;
        this.hubHttp = hubHttp;
        requests = new PublishRequests(hub.first(), new IdempotencyKeys(settings.random()));
        queries = new HubQueries(hub, hubHttp, settings, settings.answerMax());
        var monitor = new Monitor(settings.time());
        outbox = new Outbox(settings, new Sender(hub, hubHttp, settings, monitor), monitor);
    }

    /**
     * Creates a client of the hub at this address, with default settings.
     *
     * @throws IllegalArgumentException if this is not an http or https address with a host
     */
    public static SluiceClient to(String hub) {
        return builder(URI.create(hub)).build();
    }

    /**
     * Creates a builder for a client of the hub at this address.
     *
     * @throws IllegalArgumentException if this is not an http or https address with a host
     */
    public static ClientBuilder builder(URI hub) {
        return new ClientBuilder(hub);
    }

    /**
     * Publishes one event after all events queued before, and waits until it is in the hub's log. Temporary failures
     * are retried for as long as {@link ClientBuilder#retryFor} allows.
     *
     * @throws RefusedException     if the hub refuses the event
     * @throws UnreachableException if the hub has not acknowledged the event in time, or the client is closed
     * @throws BufferFullException  if the send buffer is full
     * @throws InterruptedException if interrupted; an event that has not been sent by then is not sent
     */
    public Published publish(Publication publication) throws InterruptedException {
        checkThread();
        return get(publishLater(publication));
    }

    /**
     * Queues one event for publishing. The future completes with the result or with an exception of {@link #publish}.
     * Cancelling it withdraws an event that has not been sent. Actions that depend on the future run on the sending
     * thread: they must be quick and must not wait for a publish.
     *
     * @throws BufferFullException if the send buffer is full
     */
    public CompletableFuture<Published> publishLater(Publication publication) {
        return outbox.add(requests.one(publication), publication.data().length, Responses::one);
    }

    /**
     * Publishes several events as {@link #publish} does, atomically: they are adjacent in the log, and if one is
     * refused, none is stored. These events can have a channel, type, key and data, and no other option. By default a
     * hub accepts up to 1,000 events or 8 MiB.
     *
     * @throws IllegalArgumentException if the list is empty, or an event has another option
     */
    public PublishedMany publishAll(List<Publication> publications) throws InterruptedException {
        checkThread();
        return get(publishAllLater(publications));
    }

    /** As {@link #publishAll}, but does not wait. */
    public CompletableFuture<PublishedMany> publishAllLater(List<Publication> publications) {
        if (publications.isEmpty())
            throw new IllegalArgumentException("The list of events is empty: there is nothing to publish.");
        var request = requests.batch(publications, requests.newKey(), true);
        long bytes = request.bodyPublisher().orElseThrow().contentLength();
        return outbox.add(request, bytes, Responses::many);
    }

    /**
     * Publishes each line of a source as an event, as soon as it is read, and waits until the source has ended and all
     * lines are in the hub's log. Lines end with LF or CRLF; empty lines are skipped. Lines that are read during one
     * request are sent together in the next. Their order relative to other publishes is undefined. The source is read
     * on its own thread and is not closed.
     *
     * @throws RefusedException if the hub refuses a line; earlier lines are published
     * @throws UnreachableException if the hub could not be reached for {@link ClientBuilder#retryFor}
     * @throws java.io.UncheckedIOException if reading the source fails; earlier lines are published
     * @throws IllegalArgumentException if a line is longer than {@link ClientBuilder#messageBytesMax}
     * @throws java.util.concurrent.CancellationException if this client is closed in the meantime
     * @throws IllegalStateException if it is closed already, or if reading the source fails with an {@link Error}
     */
    public PublishedMany publishLines(LineUpload upload, InputStream source) throws InterruptedException {
        return upload(upload, sender -> sender.read(source, settings.messageBytesMax()));
    }

    /** As {@link #publishLines(LineUpload, InputStream)}. An exception of the source is thrown here. */
    public PublishedMany publishLines(LineUpload upload, Iterator<String> source) throws InterruptedException {
        return upload(upload, sender -> sender.read(source));
    }

    private PublishedMany upload(LineUpload upload, Consumer<LineSender> reading) throws InterruptedException {
        try (var monitor = new Monitor(settings.time())) {
            open.put(monitor, monitor::close);
            if (isClosed) {
                open.remove(monitor);
                throw closed();
            }
            var lines = new LineSender(
                    new Sender(hub, hubHttp, settings, monitor), monitor, requests, upload, settings.retryFor());
            var reader = settings.threads().newThread(() -> reading.accept(lines));
            reader.start();
            try {
                return lines.send();
            } finally {
                open.remove(monitor);
                reader.interrupt(); // It may be blocked by a full buffer or by the source.
            }
        }
    }

    /**
     * Waits until all queued events are published or have failed.
     *
     * @return false if the timeout has passed
     */
    public boolean flush(Duration atMost) throws InterruptedException {
        return outbox.awaitEmpty(atMost);
    }

    private void checkThread() {
        if (outbox.isSending()) {
            throw new IllegalStateException("The sending thread cannot wait for a publish: use publishLater here.");
        }
    }

    private <T> T get(CompletableFuture<T> result) throws InterruptedException {
        try {
            return result.get();
        } catch (InterruptedException reason) {
            result.cancel(false);
            throw reason;
        } catch (ExecutionException reason) {
            if (reason.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(reason);
        }
    }

    /**
     * Creates a subscription. It connects when the iteration begins.
     *
     * @throws IllegalStateException if this client is closed
     */
    public Subscription subscribe(SubscribeRequest request) {
        return subscribe(request, (Status status) -> {});
    }

    /** As {@link #subscribe(SubscribeRequest)}. The iterating thread reports changes of the connection. */
    public Subscription subscribe(SubscribeRequest request, Consumer<Status> status) {
        var subscription = new Subscription(request, hub, hubHttp, settings, status, open::remove);
        open.put(subscription, subscription::close);
        if (isClosed) {
            subscription.close();
            throw closed();
        }
        return subscription;
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("This client is closed: create a new one.");
    }

    /** Subscribes immediately, on its own thread, which calls the listener. */
    public Follower follow(SubscribeRequest request, Listener listener) {
        var follower = new Follower(subscribe(request, listener::status));
        settings.threads().newThread(() -> follower.run(listener)).start();
        return follower;
    }

    /**
     * Begins a stream of events with an end, such as the answer of a model, with a lease of 15 seconds. The channel
     * exists once something is appended. In a channel that has ended before, the author has ended, too. In one that has
     * events, the hub refuses the author with status 412, and the channel goes on.
     *
     * @throws RefusedException     if the hub refuses the caller
     * @throws UnreachableException if the hub does not answer
     */
    public Author author(String channel) throws InterruptedException {
        return author(channel, Author.LEASE);
    }

    /**
     * As {@link #author(String)}, with another lease.
     *
     * @param lease how long the hub waits for a sign of life: 1 second to 1 hour
     */
    public Author author(String channel, Duration lease) throws InterruptedException {
        var monitor = new Monitor(settings.time());
        // A renewal that takes longer than until the next one is not waited for.
        var interval = lease.dividedBy(3);
        var answerMax = interval.compareTo(settings.answerMax()) < 0 ? interval : settings.answerMax();
        var author = new Author(
                channel,
                lease,
                new Sender(hub, hubHttp, settings, monitor),
                requests,
                new HubQueries(hub, hubHttp, settings, answerMax),
                settings,
                monitor,
                () -> open.remove(monitor));
        var head = head(channel);
        open.put(monitor, author::abandon);
        var request = SubscribeRequest.to(channel).types(End.TYPE);
        // From a place before the first event: a stop that comes before the subscription is received, too.
        var ends = follow(head.isClosed() ? request.last(1) : request.after(head.cursor()), author::received);
        if (head.isClosed()) { // Perhaps without an event that says how.
            var unused = ends.ended().thenRun(() -> author.received(new Message.Closed(channel, head.cursor())));
        }
        author.start(ends);
        if (isClosed) { // Perhaps before it was among those that are ended.
            author.abandon();
            throw closed();
        }
        return author;
    }

    /**
     * Requests the state of a channel, without retries.
     *
     * @throws RefusedException     if the hub refuses the request, temporarily or permanently
     * @throws UnreachableException if the hub does not answer
     */
    public ChannelHead head(String channel) throws InterruptedException {
        return queries.head(channel);
    }

    /**
     * Requests the first page of the hub's channels, ordered by name, as JSON; without retries, as {@link #head}. If
     * there are more, the member {@code next} is the name for {@link #channelsAfter}.
     */
    public String channels() throws InterruptedException {
        return queries.channels(Map.of());
    }

    /** Requests the next page of {@link #channels}, after this name. */
    public String channelsAfter(String name) throws InterruptedException {
        return queries.channels(Map.of("after", HubAddress.checkName(name)));
    }

    /**
     * Ends all subscriptions and drops events that have not been sent; call {@link #flush} before to send them. Does
     * not close an {@link HttpClient} set by {@link ClientBuilder#httpClient}. Further calls have no effect.
     */
    @Override
    public void close() {
        isClosed = true;
        outbox.close();
        open.values().forEach(Runnable::run);
    }
}
