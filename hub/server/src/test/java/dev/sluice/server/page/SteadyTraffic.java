package dev.sluice.server.page;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Publishes so many events a second, on a thread of its own, and moves the hub's clock as real time passes.
final class SteadyTraffic implements AutoCloseable {
    private static final int EVERY_MS = 20;

    private final TestServer server;
    private final int channels;
    private final int perSecond;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private int number;

    /// @param channels a few of which are much busier than the others
    SteadyTraffic(TestServer server, int channels, int perSecond) {
        this.server = server;
        this.channels = channels;
        this.perSecond = perSecond;
        publish(channels, true);
        thread.start();
    }

    static String channel(int index) {
        return "shop-" + index % 40 + "/orders/" + index;
    }

    private void run() {
        long beganNs = System.nanoTime();
        long passedMs = 0;
        long published = 0;
        try {
            while (!stop.await(EVERY_MS, TimeUnit.MILLISECONDS)) {
                long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
                server.pass(Duration.ofMillis(nowMs - passedMs));
                passedMs = nowMs;
                int due = (int) (nowMs * perSecond / 1000 - published);
                published += due;
                publish(due, false);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(int events, boolean isOneEach) {
        List<Publication> all = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            number++;
            int channel = isOneEach ? i : (int) (channels * Math.pow((number * 0.618_034) % 1, 6));
            all.add(new Publication(order(channel), Conditions.NONE));
        }
        if (!all.isEmpty()) server.log().appendAll(all).toCompletableFuture().join();
    }

    private Draft order(int channel) {
        String json = "{\"order\":%d,\"customer\":\"c-%d\",\"total\":%d.50,\"paid\":%b}"
                .formatted(number, number % 97, number % 400, number % 5 != 0);
        var content = new Content(ContentKind.JSON, "application/json", json.getBytes(StandardCharsets.UTF_8));
        String type = number % 3 == 0 ? "order.placed" : "order.paid";
        return Draft.event(new ChannelName(channel(channel)), type, EventFields.ofKey("c-" + number % 97), content);
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
