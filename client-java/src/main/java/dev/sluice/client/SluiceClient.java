package dev.sluice.client;

import dev.sluice.client.http.Waiting;
import dev.sluice.client.http.Web;
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
 * A program's way to a hub. For any thread; a program needs one for each hub.
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
    private final HubAddress hub;
    private final Web web;
    private final Settings settings;
    private final PublishRequests requests;
    private final Outbox outbox;
    private final Questions questions;
    private final Map<Object, Runnable> open = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    SluiceClient(HubAddress hub, HttpClient http, Settings settings) {
        this.hub = hub;
        this.settings = settings;
        web = new Web(http);
        requests = new PublishRequests(hub, new IdempotencyKeys(settings.random()));
        questions = new Questions(hub, web, settings);
        var waiting = new Waiting(settings.time());
        outbox = new Outbox(settings, new Sender(web, settings, waiting), waiting);
    }

    /** A client of the hub at this address, with the settings that suit most. */
    public static SluiceClient to(String hub) {
        return builder(URI.create(hub)).build();
    }

    /** A client with settings to choose. @throws IllegalArgumentException if this is no http or https address of a host */
    public static ClientBuilder builder(URI hub) {
        return new ClientBuilder(hub);
    }

    /**
     * Publishes one event behind all that were handed over before, and waits until it is in the hub's log. Passing trouble
     * is waited out, for as long as {@link ClientBuilder#retryFor} says.
     *
     * @throws RefusedException     if the hub refuses it
     * @throws UnreachableException if the time is over
     * @throws BufferFullException  if too much waits already
     * @throws InterruptedException if interrupted; what has not been sent by then, will not be
     */
    public Published publish(Publication publication) throws InterruptedException {
        checkThread();
        return get(publishLater(publication));
    }

    /**
     * Hands one event over to be published in its turn. The future says what became of it, with the exceptions of
     * {@link #publish}; to cancel it withdraws what has not been sent. What hangs on it runs on the thread that sends: it
     * should be quick, and can't wait for a publish.
     *
     * @throws BufferFullException if too much waits already
     */
    public CompletableFuture<Published> publishLater(Publication publication) {
        return outbox.add(requests.one(publication), publication.data().length, Answers::one);
    }

    /**
     * As {@link #publish}, several events, next to each other in the log: all, or none where one is refused. An event here
     * has a channel, type, key and data, nothing else. A hub takes up to 1,000 events or 8 MiB so, unless set otherwise.
     *
     * @throws IllegalArgumentException if there is none, or one that asks for more than that
     */
    public PublishedMany publishAll(List<Publication> publications) throws InterruptedException {
        checkThread();
        return get(publishAllLater(publications));
    }

    /** As {@link #publishAll}, in its turn. */
    public CompletableFuture<PublishedMany> publishAllLater(List<Publication> publications) {
        if (publications.isEmpty()) throw new IllegalArgumentException("There is nothing to publish.");
        var request = requests.batch(publications, requests.newKey());
        long bytes = request.bodyPublisher().orElseThrow().contentLength();
        return outbox.add(request, bytes, Answers::many);
    }

    /**
     * Publishes each line, LF or CRLF behind it, empty ones left out, while they come, and waits until the source has
     * ended and all are in the hub's log. Lines that come while others are being sent go together in the next request. Its
     * order to other publishes is open. The source is read on a thread of its own, and not closed.
     *
     * @throws RefusedException               if the hub refuses some; those before are published
     * @throws UnreachableException           if the hub could not be reached for {@link ClientBuilder#retryFor}
     * @throws java.io.UncheckedIOException   if the source fails; what came before is published
     * @throws IllegalArgumentException       if a line is longer than {@link ClientBuilder#messageBytesMax}
     * @throws java.util.concurrent.CancellationException if this client is closed meanwhile
     */
    public PublishedMany publishLines(LineUpload upload, InputStream source) throws InterruptedException {
        return upload(upload, sender -> sender.read(source, settings.messageBytesMax()));
    }

    /** As {@link #publishLines(LineUpload, InputStream)}. What the source throws is thrown here. */
    public PublishedMany publishLines(LineUpload upload, Iterator<String> source) throws InterruptedException {
        return upload(upload, sender -> sender.read(source));
    }

    private PublishedMany upload(LineUpload upload, Consumer<LineSender> reading) throws InterruptedException {
        try (var waiting = new Waiting(settings.time())) {
            open.put(waiting, waiting::close);
            var lines =
                    new LineSender(new Sender(web, settings, waiting), waiting, requests, upload, settings.retryFor());
            var reader = settings.threads().newThread(() -> reading.accept(lines));
            reader.start();
            try {
                return lines.send();
            } finally {
                open.remove(waiting);
                reader.interrupt(); // It may wait for room, or for a source that has no end.
            }
        }
    }

    /** Waits until all that was handed over is published or has failed. @return false if that takes longer than this */
    public boolean flush(Duration atMost) throws InterruptedException {
        return outbox.awaitEmpty(atMost);
    }

    private void checkThread() {
        if (outbox.isSending()) {
            throw new IllegalStateException("The thread that sends would wait for itself: use publishLater here.");
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

    /** Subscribes; the first connection is made when the iteration begins. */
    public Subscription subscribe(SubscribeRequest request) {
        return subscribe(request, (Status status) -> {});
    }

    /** As {@link #subscribe(SubscribeRequest)}; the iterating thread tells what happens to the line. */
    public Subscription subscribe(SubscribeRequest request, Consumer<Status> status) {
        var subscription = new Subscription(request, hub, web, settings, status, open::remove);
        open.put(subscription, subscription::close);
        if (isClosed) {
            subscription.close();
            throw new IllegalStateException("This client is closed.");
        }
        return subscription;
    }

    /** Subscribes at once, on a thread of its own, which tells the listener. */
    public Follower follow(SubscribeRequest request, Listener listener) {
        var follower = new Follower(subscribe(request, listener::status));
        settings.threads().newThread(() -> follower.run(listener)).start();
        return follower;
    }

    /**
     * Where a channel stands, asked once, without trying again.
     *
     * @throws RefusedException     if the hub refuses, for now or for good
     * @throws UnreachableException if it does not answer
     */
    public ChannelHead head(String channel) throws InterruptedException {
        return questions.head(channel);
    }

    /**
     * The channels of the hub in the order of their names, a page of them, as the JSON that it answers; as {@link #head}.
     * Where there are more, its {@code next} is what to ask {@link #channelsAfter} for.
     */
    public String channels() throws InterruptedException {
        return questions.channels(Map.of());
    }

    /** The next page of {@link #channels}, behind this name. */
    public String channelsAfter(String name) throws InterruptedException {
        return questions.channels(Map.of("after", HubAddress.checkName(name)));
    }

    /**
     * Ends all subscriptions, and gives up what has not been sent: {@link #flush} first where that matters. May be called
     * again. A client of HTTP that was handed in stays open.
     */
    @Override
    public void close() {
        isClosed = true;
        outbox.close();
        open.values().forEach(Runnable::run);
    }
}
