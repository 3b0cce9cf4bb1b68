package dev.sluice.sense.link;

import dev.sluice.client.ClientBuilder;
import dev.sluice.client.Publication;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Sends events to a hub, each until the hub has answered, with one idempotency key however often that takes. A
/// hub that does not answer is reported once. For one thread.
public final class HubSender implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HubSender.class.getName());
    private static final Duration FOR_EVER = Duration.ofDays(3_650);

    /// A hub that does not answer for this long is reported.
    private static final Duration QUIET = Duration.ofSeconds(5);

    /// The pause after a refusal: an operator may mend keys and grants meanwhile.
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(10);

    private final SluiceClient client;

    /// @param client of the hub; how it retries is set here
    public HubSender(ClientBuilder client) {
        this.client = patient(client).retryFor(FOR_EVER).build();
    }

    /// Sets how a client comes back after a cut: soon, because each second of it is one that nobody watches.
    public static ClientBuilder patient(ClientBuilder client) {
        return client.backoff(Duration.ofMillis(250), Duration.ofSeconds(2)).answerWithin(Duration.ofSeconds(10));
    }

    /// Sends events together: all of them are stored, or none.
    ///
    /// @throws RefusedException if the hub refuses them
    public void send(List<Publication> group) throws InterruptedException {
        await(client.publishAllLater(group));
    }

    /// Sends one event, whose idempotency key may be its own.
    ///
    /// @throws RefusedException if the hub refuses it
    public void send(Publication publication) throws InterruptedException {
        await(client.publishLater(publication));
    }

    private static void await(Future<?> sent) throws InterruptedException {
        boolean isQuiet = false;
        while (true) {
            try {
                sent.get(QUIET.toMillis(), TimeUnit.MILLISECONDS);
                if (isQuiet) LOG.log(Level.INFO, "the hub takes events again");
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

    /// Reports a refusal, and pauses if another attempt may be accepted.
    ///
    /// @return false if no attempt would be
    public static boolean pauseAfter(RefusedException refused) throws InterruptedException {
        LOG.log(Level.WARNING, "the hub refuses events: " + refused.problem());
        int status = refused.problem().status();
        if (status != 401 && status != 403 && status != 409) return false;
        TimeUnit.MILLISECONDS.sleep(REFUSED_PAUSE.toMillis());
        return true;
    }

    @Override
    public void close() {
        client.close();
    }
}
