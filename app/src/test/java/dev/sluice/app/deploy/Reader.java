package dev.sluice.app.deploy;

import dev.sluice.client.Event;
import dev.sluice.client.Message;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.SubscribeRequest;
import dev.sluice.client.Subscription;
import dev.sluice.client.Transport;
import dev.sluice.server.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads a channel from its first event over one transport, and records the events' ids. Resumes after each lost
/// connection.
final class Reader implements AutoCloseable {
    private final Transport transport;
    private final Subscription subscription;
    private final Signal signal = new Signal();
    private final List<String> ids = new ArrayList<>();
    private final List<Object> others = new ArrayList<>();

    Reader(SluiceClient hub, String channel, Transport transport) {
        this.transport = transport;
        subscription = hub.subscribe(
                SubscribeRequest.to(channel).over(transport).fromEarliest().pollEvery(Duration.ofMillis(200)));
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try {
            subscription.forEach(this::take);
        } catch (SluiceException failed) {
            synchronized (signal) {
                others.add(failed);
                signal.changed();
            }
        }
    }

    private void take(Message message) {
        synchronized (signal) {
            if (message instanceof Event event) ids.add(event.id());
            else others.add(message);
            signal.changed();
        }
    }

    /// Waits until there are so many events.
    ///
    /// @return the ids of all that have come
    List<String> await(int count) {
        return signal.await(
                () -> ids.size() < count && others.isEmpty() ? null : received(),
                () -> this + " has " + ids.size() + " of " + count + " events, and " + others);
    }

    private List<String> received() {
        if (!others.isEmpty()) throw new AssertionError(this + " got " + others + ", which is no event");
        return List.copyOf(ids);
    }

    @Override
    public void close() {
        subscription.close();
    }

    @Override
    public String toString() {
        return transport.toString();
    }
}
