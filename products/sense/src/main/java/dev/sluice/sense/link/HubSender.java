package dev.sluice.sense.link;

import dev.sluice.client.BufferFullException;
import dev.sluice.client.ClientBuilder;
import dev.sluice.client.Publication;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Sends events to a hub. Each event is sent with one idempotency key until the hub answers. A hub that does
/// not answer is reported once. Used by one thread.
public final class HubSender implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HubSender.class.getName());
    private static final Duration FOR_EVER = Duration.ofDays(3_650);

    /// The time after which a hub that does not answer is reported.
    private static final Duration QUIET = Duration.ofSeconds(5);

    /// Refusals that an operator can correct with keys and grants.
    private static final Set<Integer> MENDABLE = Set.of(401, 403, 409);

    /// The default pause after such a refusal.
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(10);

    private final SluiceClient client;
    private final Consumer<String> refusals;
    private final Duration refusedPause;

    /// @param client   connects to the hub; its retries are configured here
    /// @param refusals receives a short reason if events to be delivered were refused
    public HubSender(ClientBuilder client, Consumer<String> refusals) {
        this(client, refusals, REFUSED_PAUSE);
    }

    /// @param refusedPause the pause before the next attempt after a refusal that an operator can correct
    public HubSender(ClientBuilder client, Consumer<String> refusals, Duration refusedPause) {
        this.client = patient(client).retryFor(FOR_EVER).build();
        this.refusals = refusals;
        this.refusedPause = refusedPause;
    }

    /// Configures a client to reconnect quickly, because nothing is monitored during each second without a
    /// connection.
    public static ClientBuilder patient(ClientBuilder client) {
        return client.backoff(Duration.ofMillis(250), Duration.ofSeconds(2)).answerWithin(Duration.ofSeconds(10));
    }

    /// Sends events together: all of them are stored, or none.
    ///
    /// @throws RefusedException if the hub refuses them
    public void send(List<Publication> group) throws InterruptedException {
        await(client.publishAllLater(group));
    }

    private void send(Publication publication) throws InterruptedException {
        await(client.publishLater(publication));
    }

    private static void await(Future<?> sent) throws InterruptedException {
        boolean isQuiet = false;
        while (true) {
            try {
                sent.get(QUIET.toMillis(), TimeUnit.MILLISECONDS);
                if (isQuiet) LOG.log(Level.INFO, "the hub accepts events again");
                return;
            } catch (TimeoutException silence) {
                if (!isQuiet) LOG.log(Level.WARNING, "the hub does not answer: events are kept and sent later");
                isQuiet = true;
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof SluiceException cause) throw cause;
                throw new IllegalStateException(failed);
            }
        }
    }

    /// Sends events together until the hub has stored them. Events that it would refuse in every attempt, or that
    /// the client cannot send, are reported and dropped, without affecting the others.
    ///
    /// @return the number of dropped events
    public int deliver(List<Publication> group) throws InterruptedException {
        if (group.isEmpty() || deliver(() -> send(group), group.size())) return 0;
        if (group.size() == 1) return 1;
        int leftOut = 0;
        for (Publication each : group) leftOut += deliver(List.of(each));
        return leftOut;
    }

    /// Sends one event, which may have its own idempotency key, as [#deliver(List)] does.
    public int deliver(Publication publication) throws InterruptedException {
        return deliver(() -> send(publication), 1) ? 0 : 1;
    }

    private interface Attempt {
        void run() throws InterruptedException;
    }

    /// @return false if every attempt would fail
    private boolean deliver(Attempt attempt, int events) throws InterruptedException {
        while (true) {
            try {
                attempt.run();
                return true;
            } catch (IllegalArgumentException | BufferFullException unfit) { // Also too large: nothing else waits.
                LOG.log(
                        Level.WARNING,
                        "events can't be sent events=" + events + " reason="
                                + LogField.quoted(String.valueOf(unfit.getMessage())));
                refusals.accept("events can't be sent: " + unfit.getMessage());
                return false;
            } catch (RefusedException refused) {
                LOG.log(
                        Level.WARNING,
                        "the hub refuses events=" + events + " problem=" + LogField.quoted(refused.problem()));
                refusals.accept("it refuses events: " + refused.problem());
                if (!MENDABLE.contains(refused.problem().status())) return false;
                TimeUnit.MILLISECONDS.sleep(refusedPause.toMillis());
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
