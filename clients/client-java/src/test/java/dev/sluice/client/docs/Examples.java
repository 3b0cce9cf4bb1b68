package dev.sluice.client.docs;

import dev.sluice.client.BufferFullException;
import dev.sluice.client.Event;
import dev.sluice.client.Follower;
import dev.sluice.client.LineUpload;
import dev.sluice.client.Message;
import dev.sluice.client.Publication;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Status;
import dev.sluice.client.SubscribeRequest;
import dev.sluice.client.Subscription;
import dev.sluice.client.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The examples of {@code docs/client-java.md}, word for word: the page shows the regions, and a test runs them. In a
 * package of its own, so that only the public API is within reach.
 */
public final class Examples {
    private Examples() {}

    public static void start() throws InterruptedException {
        // @start region="start"
        try (var client = SluiceClient.to("http://localhost:8420")) {
            client.publish(Publication.text("chat/7", "hello"));
            try (var messages = client.subscribe(SubscribeRequest.to("chat/7").last(10))) {
                for (var message : messages) {
                    if (message instanceof Event event) System.out.println(event.text());
                }
            }
        }
        // @end
    }

    public static void publish(SluiceClient client) throws InterruptedException {
        // @start region="publish"
        var published = client.publish(
                Publication.json("orders", "{\"order\":1042}").type("created").key("1042"));
        System.out.println("published as " + published.id());
        // @end
    }

    public static SluiceClient withToken(Supplier<String> login) {
        // @start region="token"
        var client = SluiceClient.builder(URI.create("http://localhost:8420"))
                .token(() -> login.get()) // For example a request to your application; it may block.
                .build();
        // @end
        return client;
    }

    public static void publishLater(SluiceClient client, Consumer<String> log) {
        // @start region="later"
        client.publishLater(Publication.text("audit", "order 1042 created")).whenComplete((published, failure) -> {
            if (failure != null) log.accept("not published: " + failure.getMessage());
        });
        // @end
    }

    public static void publishAll(SluiceClient client) throws InterruptedException {
        // @start region="all"
        var published = client.publishAll(List.of(
                Publication.json("orders", "{\"order\":1043}").type("created"),
                Publication.text("audit", "order 1043 created")));
        System.out.println(published.count() + " events are in the log");
        // @end
    }

    public static void publishLines(SluiceClient client, Path file) throws IOException, InterruptedException {
        // @start region="lines"
        try (var lines = Files.newInputStream(file)) {
            client.publishLines(LineUpload.to("logs/app").type("log"), lines);
        }
        // @end
    }

    public static void author(SluiceClient client, Consumer<String> log) throws InterruptedException {
        // @start region="author"
        try (var author = client.author("answers/7")) {
            author.append("start", "{\"model\":\"small\"}");
            author.ended().thenAccept(end -> log.accept("ended: " + end.status())); // Cancel the model's call here.
            for (var token : List.of("Hel", "lo")) {
                if (!author.text(token)) break; // It has ended.
            }
            author.done("{\"tokens\":2}");
        }
        // @end
    }

    public static void publishIfUnchanged(SluiceClient client, String seen, Consumer<String> log)
            throws InterruptedException {
        // @start region="condition"
        try {
            client.publish(Publication.text("pages/home", "draft 2").ifMatch(seen));
        } catch (RefusedException refused) {
            if (refused.problem().status() != 412) throw refused;
            log.accept("somebody was quicker: " + refused.latest().orElse("no event"));
        }
        // @end
    }

    public static void subscribe(SluiceClient client, Consumer<Event> handler, Consumer<Message.Gap> onGap) {
        // @start region="loop"
        var request = SubscribeRequest.to("orders", "audit/**").since(Duration.ofHours(1));
        try (var messages = client.subscribe(request)) {
            for (var message : messages) {
                if (message instanceof Event event) handler.accept(event);
                else if (message instanceof Message.Gap gap) onGap.accept(gap);
            }
        }
        // @end
    }

    public static Follower follow(SluiceClient client, Consumer<Event> handler, Consumer<String> log) {
        // @start region="follow"
        var follower = client.follow(SubscribeRequest.to("orders"), message -> {
            if (message instanceof Event event) handler.accept(event);
        });
        follower.ended().whenComplete((nothing, failure) -> {
            if (failure != null)
                log.accept("orders ended: " + failure.getCause().getMessage());
        });
        // @end
        return follower;
    }

    public static void resume(SluiceClient client, Path place, Consumer<Message> handler) throws IOException {
        // @start region="resume"
        var request = Files.exists(place)
                ? SubscribeRequest.to("orders").after(Files.readString(place))
                : SubscribeRequest.to("orders").fromEarliest();
        try (var messages = client.subscribe(request)) {
            for (var message : messages) {
                handler.accept(message);
                if (messages.cursor().isPresent()) {
                    Files.writeString(place, messages.cursor().get());
                }
            }
        }
        // @end
    }

    public static Subscription statuses(SluiceClient client, Consumer<String> log) {
        // @start region="status"
        var messages = client.subscribe(SubscribeRequest.to("orders"), status -> {
            if (status instanceof Status.Connected connected) log.accept("connected over " + connected.transport());
            else if (status instanceof Status.Lost lost) log.accept(lost.reason() + ", again in " + lost.pause());
        });
        // @end
        return messages;
    }

    public static void errors(SluiceClient client, Consumer<String> log) throws InterruptedException {
        // @start region="errors"
        var payment = Publication.text("payments", "paid").idempotencyKey("payment-4711");
        try {
            client.publish(payment);
        } catch (BufferFullException full) {
            log.accept("not published: wait for the publishes before this one");
        } catch (SluiceException failed) {
            if (failed.mayHaveArrived()) log.accept("perhaps published: publish again with the same key");
            else log.accept("not published: " + failed.getMessage());
        }
        // @end
    }

    @SuppressWarnings("AddressSelection") // As in the JDK's own examples.
    public static SluiceClient configured() {
        // @start region="builder"
        var http = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress("proxy.example", 3128)))
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        var client = SluiceClient.builder(URI.create("https://hub.example"))
                .httpClient(http)
                .answerWithin(Duration.ofSeconds(10))
                .retryFor(Duration.ofMinutes(1))
                .backoff(Duration.ofSeconds(1), Duration.ofMinutes(1))
                .build();
        // @end
        return client;
    }

    public static SubscribeRequest transport() {
        // @start region="transport"
        var request = SubscribeRequest.to("orders").over(Transport.LONG_POLL).longPollWait(Duration.ofSeconds(20));
        // @end
        return request;
    }

    public static void stop(SluiceClient client) throws InterruptedException {
        // @start region="stop"
        if (!client.flush(Duration.ofSeconds(5))) System.err.println("Some events were not published.");
        client.close();
        // @end
    }
}
