package dev.sluice.sense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sense in a separate process is killed (SIGKILL) at each step of an incident. A receiver that counts by id
/// gets the opening and the closing once.
class SenseKillTest {
    /// The moment at which the receiver has the process killed.
    private enum Moment {
        /// During a run of the check: a failure is found, is being confirmed, or has ended.
        AT_A_RUN,
        BEFORE_THE_ANSWER,
        AFTER_THE_ANSWER
    }

    private static final String RUN = "run";

    private final AtomicInteger status = new AtomicInteger(503);
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    /// Messages whose ids have this end are not answered.
    private final AtomicReference<String> held = new AtomicReference<>("");

    private final Set<String> all = ConcurrentHashMap.newKeySet();

    @TempDir
    private Path folder;

    @Test
    void losesNoAlertAndRepeatsOneOnlyWithItsId() throws Exception {
        try (var target = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/health", _ -> {
                    received.add(RUN);
                    return Response.empty().status(status.get());
                })
                .post("/hook", request -> {
                    String id = request.header("webhook-id").orElse("none");
                    all.add(id);
                    received.add(id);
                    // A process that is killed now does not know whether the message was accepted.
                    if (id.endsWith(held.get())) new CountDownLatch(1).await(60, TimeUnit.SECONDS);
                    return Response.empty().status(204);
                })
                .start()) {
            Files.writeString(
                    folder.resolve("sense.toml"), """
                    [[notifier]]
                    name = "ops"
                    type = "webhook"
                    url = "%1$shook"

                    [[check]]
                    name = "shop"
                    type = "http"
                    url = "%1$shealth"
                    interval = "1s"
                    retry = "1s"
                    failures = 2
                    """.formatted(target.uri().resolve("/")));
            killed(Moment.AT_A_RUN, 1); // The first failure.
            killed(Moment.AT_A_RUN, 2); // The confirmation.
            killed(Moment.BEFORE_THE_ANSWER, "-opened");
            killed(Moment.AFTER_THE_ANSWER, "-opened");
            status.set(200);
            killed(Moment.AT_A_RUN, 1); // The recovery.
            killed(Moment.BEFORE_THE_ANSWER, "-closed");
            killed(Moment.AFTER_THE_ANSWER, "-closed");
            assertThat(all)
                    .hasSize(2)
                    .anyMatch(id -> id.endsWith("-1-opened"))
                    .anyMatch(id -> id.endsWith("-1-closed"));
        }
    }

    /// Runs Sense until its check has run this often, then kills it.
    private void killed(Moment moment, int runs) throws Exception {
        killed(moment, RUN, runs);
    }

    /// Runs Sense until it sends a message whose id has this end, then kills it.
    private void killed(Moment moment, String kind) throws Exception {
        killed(moment, kind, 1);
    }

    private void killed(Moment moment, String kind, int times) throws Exception {
        held.set(moment == Moment.BEFORE_THE_ANSWER ? kind : "nothing");
        received.clear();
        Process process = SenseProgram.start(folder);
        try {
            for (int seen = 0; seen < times; ) {
                String id = received.poll(120, TimeUnit.SECONDS);
                assertThat(id).as("Sense sent nothing").isNotNull();
                if (id.endsWith(kind)) seen++;
            }
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
